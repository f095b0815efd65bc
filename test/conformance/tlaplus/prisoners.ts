import {
  compose,
  invariant,
  type Problem,
  urgent,
  witness,
} from "../../../spec/automaton/index.ts";
import { eventually, weaklyFair } from "../../../spec/automaton/liveness.ts";
import { assumedIf } from "./fairness.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

type Prison = {
  readonly switchA: boolean;
  readonly switchB: boolean;
  readonly count: number;
} & { readonly [switched: `timesSwitched${number}`]: number };

/** Prisoners with two switches, of whom one counts, after Prisoners.tla. */
export function prisoners(count: number, fair = true): Problem {
  const others = Array.from({ length: count - 1 }, (_, at) => at + 1);
  const cellOf = (i: number) => `timesSwitched${i}` as const;
  const commands: Command<Prison>[] = others.map((i) => ({
    action: "NonCounterStep",
    by: { i },
    over: ["switchA", "switchB", cellOf(i)],
    effect: (now) => {
      if (!now.switchA && now[cellOf(i)]! < 2) {
        now.switchA = true;
        now[cellOf(i)]!++;
      } else now.switchB = !now.switchB;
    },
    task: urgent("NonCounterStep"),
  }));
  commands.push({
    action: "CounterStep",
    by: {},
    over: ["switchA", "switchB", "count"],
    effect: (now) => {
      if (now.switchA) {
        now.switchA = false;
        now.count++;
      } else now.switchB = !now.switchB;
    },
    task: urgent("CounterStep"),
  });
  const both = [false, true];
  const starts = both.flatMap((switchA) =>
    both.map((switchB) => ({
      ...{ switchA, switchB, count: 0 },
      ...Object.fromEntries(others.map((i) => [cellOf(i), 0])),
    })),
  ) as Prison[];
  const system = compose("prisoners", { prison: sharedVariables("prison", starts, commands) });
  const reads = ["prison"] as const;
  const isDone = (now: Prison) => now.count === 2 * (count - 1);
  return {
    system,
    properties: [
      invariant(system, {
        name: "Safety",
        reads,
        holds: ({ prison }) => !isDone(prison) || others.every((i) => prison[cellOf(i)]! > 0),
      }),
      invariant(system, {
        name: "CountInvariant",
        reads,
        holds: ({ prison }) => {
          const switched = others.reduce((sum, i) => sum + (prison[cellOf(i)] as number), 0);
          const least = switched - (prison.switchA ? 1 : 0);
          return prison.count === least || prison.count === least + 1;
        },
      }),
      eventually(system, {
        name: "Liveness",
        reads,
        holds: ({ prison }) => isDone(prison),
        fairness: assumedIf(fair, [
          weaklyFair("CounterStep"),
          weaklyFair("NonCounterStep", { by: ["i"] }),
        ]),
      }),
    ],
    witnesses: [witness(system, { name: "Done", reads, reached: ({ prison }) => isDone(prison) })],
  };
}
