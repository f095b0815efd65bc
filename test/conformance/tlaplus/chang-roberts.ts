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
import { eventually, weaklyFair } from "../../../spec/automaton/liveness.ts";
import { assumedIf } from "./fairness.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

interface Node {
  readonly initiator: boolean;
  readonly pc: "n0" | "n1";
  readonly state: "cand" | "lost" | "won";
}
/** A node, and the identities that it has not yet received: its own position is its identity. */
type Ring = { readonly [node: `n${number}`]: Node } & {
  readonly [msgs: `m${number}`]: readonly number[];
};

/** Leader election of Chang and Roberts on a ring of `n` nodes, after ChangRoberts.tla. */
export function changRoberts(n: number, fair = true): Problem {
  const nodes = Array.from({ length: n }, (_, at) => at + 1);
  const task = urgent("node");
  const commands = nodes.flatMap((self): Command<Ring>[] => {
    const [node, inbox] = [`n${self}`, `m${self}`] as const;
    const next = `m${(self % n) + 1}` as const;
    return [
      {
        action: "n0",
        by: { self },
        over: [node, next],
        when: (now) => now[node]!.pc === "n0",
        effect: (now) => {
          now[node]!.pc = "n1";
          if (now[node]!.initiator) insert(now[next]!, self);
        },
        task,
      },
      ...nodes.map(
        (id): Command<Ring> => ({
          action: "n1",
          by: { self, id },
          over: [node, inbox, next],
          when: (now) => now[node]!.pc === "n1" && has(now[inbox]!, id),
          effect: (now) => {
            const at = now[node]!;
            remove(now[inbox]!, id);
            if (at.state === "lost" || id < self) insert(now[next]!, id);
            if (at.state !== "lost" && id < self) at.state = "lost";
            else if (at.state !== "lost" && id === self) at.state = "won";
          },
          task,
        }),
      ),
    ];
  });
  const starts = Array.from({ length: 2 ** n }, (_, bits) =>
    Object.fromEntries<unknown>(
      nodes.flatMap((self): [string, unknown][] => {
        const initiator = ((bits >> (self - 1)) & 1) === 1;
        const state = initiator ? "cand" : "lost";
        return [
          [`n${self}`, { initiator, pc: "n0", state }],
          [`m${self}`, []],
        ];
      }),
    ),
  ) as Ring[];
  const system = compose("chang-roberts", { ring: sharedVariables("ring", starts, commands) });
  const reads = ["ring"] as const;
  const all = (now: Ring) => nodes.map((self) => now[`n${self}`] as Node);
  const hasWon = ({ state }: Node) => state === "won";
  return {
    system,
    properties: [
      invariant(system, {
        name: "Correctness",
        reads,
        holds: ({ ring }) => {
          const winner = all(ring).findIndex(hasWon);
          return all(ring).every(
            ({ initiator, state }, at) =>
              winner < 0 ||
              (at === winner ? initiator : state === "lost" && (!initiator || at > winner)),
          );
        },
      }),
      // The original's premise is that somebody is a candidate at first: that is an initiator.
      eventually(system, {
        name: "Liveness",
        reads,
        holds: ({ ring }) =>
          all(ring).some(hasWon) || !all(ring).some(({ initiator }) => initiator),
        fairness: assumedIf(fair, [weaklyFair("node", { by: ["self"] })]),
      }),
    ],
    witnesses: nodes.map((self) =>
      witness(system, {
        name: `${self} wins`,
        reads,
        reached: ({ ring }) => hasWon(ring[`n${self}`] as Node),
      }),
    ),
  };
}
