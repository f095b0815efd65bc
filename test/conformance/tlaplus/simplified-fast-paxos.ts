import {
  compose,
  interchangeable,
  invariant,
  type Problem,
  stepInvariant,
  witness,
} from "../../../spec/automaton/index.ts";
import { sharedVariables } from "./shared-variables.ts";
import {
  constantsOf,
  fastPaxosCommands,
  outboxOf,
  paxosCommands,
  type Sent,
  type Sizes,
  type World,
} from "./simplified-fast-paxos-steps.ts";

/** Paxos, or Fast Paxos with a coordinator for collisions, after SimplifiedFastPaxos. */
export function simplifiedPaxos(sizes: Sizes, kind: "Paxos" | "FastPaxos"): Problem {
  const constants = constantsOf(sizes);
  const { all, values } = constants;
  const start = {
    ...{ p1a: [], p2a: [], decision: "none", cValue: "none" },
    ...Object.fromEntries<unknown>(
      all.flatMap((a): [string, unknown][] => [
        [a, { maxBallot: 0, maxVBallot: 0, maxValue: "none" }],
        [outboxOf(a), { p1b: [], p2b: [] }],
      ]),
    ),
  } as World;
  const commands = kind === "Paxos" ? paxosCommands(constants) : fastPaxosCommands(constants);
  const system = compose("simplified-paxos", {
    world: sharedVariables("world", [start], commands),
  });
  const reads = ["world"] as const;
  const sent = (now: World) => all.map((a) => now[outboxOf(a)] as Sent);
  return {
    system,
    properties: [
      invariant(system, {
        name: `${kind}Nontriviality`,
        reads,
        holds: ({ world }) => {
          const { decision } = world;
          if (decision === "none") return true;
          return kind === "Paxos"
            ? world.p2a.some(({ value }) => value === decision)
            : sent(world).some(({ p2b }) =>
                p2b.some(({ ballot, value }) => value === decision && ballot % 2 === 1),
              );
        },
      }),
      stepInvariant(system, {
        name: "PaxosConsistency",
        reads,
        holds: (before, _, after) =>
          before.world.decision === "none" || before.world.decision === after.world.decision,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "a value is decided",
        reads,
        reached: ({ world }) => world.decision !== "none",
      }),
    ],
    reductions: ["symmetry"],
    symmetries: [interchangeable(all, { with: [all.map(outboxOf)] }), interchangeable(values)],
  };
}
