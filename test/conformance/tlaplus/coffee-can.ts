import {
  compose,
  invariant,
  type Problem,
  stepInvariant,
  urgent,
} from "../../../spec/automaton/index.ts";
import { eventually, leadsTo, weaklyFair } from "../../../spec/automaton/liveness.ts";
import { assumedIf } from "./fairness.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

type Can = { readonly black: number; readonly white: number };

const beans = ({ black, white }: Can) => black + white;
const task = urgent("Next");
const BOTH = ["black", "white"] as const;

const COMMANDS: readonly Command<Can>[] = [
  {
    action: "PickSameColorBlack",
    by: {},
    over: ["black"],
    when: ({ black }) => black >= 2,
    effect: (can) => {
      can.black--;
    },
    task,
  },
  {
    action: "PickSameColorWhite",
    by: {},
    over: BOTH,
    when: ({ white }) => white >= 2,
    effect: (can) => {
      can.black++;
      can.white -= 2;
    },
    task,
  },
  {
    action: "PickDifferentColor",
    by: {},
    over: BOTH,
    touches: ["black"],
    when: ({ black, white }) => black >= 1 && white >= 1,
    effect: (can) => {
      can.black--;
    },
    task,
  },
];

/** A can of at most `maxBeans` beans of which two are picked at a time, after CoffeeCan.tla. */
export function coffeeCan(maxBeans: number, fair = true): Problem {
  const starts = Array.from({ length: maxBeans + 1 }, (_, black) =>
    Array.from({ length: maxBeans + 1 - black }, (_, white) => ({ black, white })),
  ).flat();
  const can = sharedVariables("can", starts.slice(1), COMMANDS);
  const system = compose("coffee-can", { can });
  const reads = ["can"] as const;
  const fairness = assumedIf(fair, [weaklyFair("Next")]);
  const isEven = ({ white }: Can) => white % 2 === 0;
  // The parity of the white beans stays, so the original's premise on the start is one on any time.
  const hypothesis = (even: boolean) =>
    leadsTo(system, {
      name: `TerminationHypothesis, ${even ? "even" : "odd"}`,
      reads,
      premise: ({ can }) => isEven(can) === even,
      conclusion: ({ can }) => beans(can) === 1 && can.black === (even ? 1 : 0),
      fairness,
    });
  return {
    system,
    properties: [
      invariant(system, {
        name: "TypeInvariant",
        reads,
        holds: ({ can }) => Math.min(can.black, can.white) >= 0 && beans(can) <= maxBeans,
      }),
      stepInvariant(system, {
        name: "MonotonicDecrease",
        reads,
        holds: (before, _, after) => beans(after.can) < beans(before.can),
      }),
      stepInvariant(system, {
        name: "LoopInvariant",
        reads,
        holds: (before, _, after) => isEven(before.can) === isEven(after.can),
      }),
      eventually(system, {
        name: "EventuallyTerminates",
        reads,
        holds: ({ can }) => beans(can) === 1,
        fairness,
      }),
      hypothesis(true),
      hypothesis(false),
    ],
    witnesses: [],
  };
}
