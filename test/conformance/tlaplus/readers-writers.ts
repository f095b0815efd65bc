import {
  compose,
  has,
  insert,
  invariant,
  type Problem,
  remove,
  urgent,
  witness,
} from "../../../spec/automaton/index.ts";
import { alwaysEventually, weaklyFair } from "../../../spec/automaton/liveness.ts";
import { assumedIf } from "./fairness.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

type Room = {
  readonly readers: readonly number[];
  readonly writers: readonly number[];
  /** who waits to do what, in the order in which they came */
  readonly waiting: readonly { readonly to: "read" | "write"; readonly actor: number }[];
};

/** Readers and writers that are served in the order in which they came: ReadersWriters.tla. */
export function readersWriters(n: number, fair = true): Problem {
  const actors = Array.from({ length: n }, (_, at) => at + 1);
  const commands = actors.flatMap((actor): Command<Room>[] => [
    ...(["read", "write"] as const).map(
      (to): Command<Room> => ({
        action: to === "read" ? "TryRead" : "TryWrite",
        by: { actor },
        over: ["waiting"],
        when: ({ waiting }) => !waiting.some((one) => one.to === to && one.actor === actor),
        effect: ({ waiting }) => {
          waiting.push({ to, actor });
        },
        task: urgent(to === "read" ? "TryRead" : "TryWrite"),
      }),
    ),
    {
      action: "Stop",
      by: { actor },
      over: ["readers", "writers"],
      when: ({ readers, writers }) => has(readers, actor) || has(writers, actor),
      effect: ({ readers, writers }) => {
        if (!remove(readers, actor)) remove(writers, actor);
      },
      task: urgent("Stop"),
    },
  ]);
  commands.push({
    action: "ReadOrWrite",
    by: {},
    over: ["readers", "writers", "waiting"],
    when: ({ readers, writers, waiting: [first] }) =>
      first !== undefined && writers.length === 0 && (first.to === "read" || readers.length === 0),
    effect: ({ readers, writers, waiting }) => {
      const first = waiting.shift()!;
      insert(first.to === "read" ? readers : writers, first.actor);
    },
    task: urgent("ReadOrWrite"),
  });
  const start: Room = { readers: [], writers: [], waiting: [] };
  const system = compose("readers-writers", { room: sharedVariables("room", [start], commands) });
  const reads = ["room"] as const;
  const fairness = assumedIf(fair, [
    weaklyFair("TryRead", { by: ["actor"] }),
    weaklyFair("TryWrite", { by: ["actor"] }),
    weaklyFair("ReadOrWrite"),
    weaklyFair("Stop"),
  ]);
  return {
    system,
    properties: [
      invariant(system, {
        name: "Safety",
        reads,
        holds: ({ room: { readers, writers } }) =>
          (readers.length === 0 || writers.length === 0) && writers.length <= 1,
      }),
      ...actors.flatMap((actor) =>
        (["readers", "writers"] as const).flatMap((role) =>
          [true, false].map((inside) =>
            alwaysEventually(system, {
              name: `${actor} is ${inside ? "" : "not "}in ${role}`,
              reads,
              holds: ({ room }) => has(room[role], actor) === inside,
              fairness,
            }),
          ),
        ),
      ),
    ],
    witnesses: [
      witness(system, {
        name: "all read together",
        reads,
        reached: ({ room }) => room.readers.length === n,
      }),
    ],
  };
}
