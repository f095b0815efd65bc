import { compose, type Problem, urgent } from "../../../spec/automaton/index.ts";
import { eventuallyAlways, weaklyFair } from "../../../spec/automaton/liveness.ts";
import { assumedIf } from "./fairness.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

/** The counter of each node. */
type Ring = { readonly [counter: `c${number}`]: number };

/**
 * Dijkstra's stabilising token ring of `n` nodes that count modulo `m`, after TokenRing.tla: all
 * states are start states.
 */
export function tokenRing(n: number, m: number, fair = true): Problem {
  const nodes = Array.from({ length: n }, (_, at) => at);
  const cellOf = (i: number) => `c${i}` as const;
  const task = urgent("Next");
  const commands = nodes.map((i): Command<Ring> => {
    const [own, before] = [cellOf(i), cellOf((i + n - 1) % n)];
    return {
      action: i === 0 ? "CreateToken" : "PassToken",
      by: { i },
      over: [own, before],
      when: (now) => (now[own] === now[before]) === (i === 0),
      effect: (now) => {
        const passed = now[before] as number;
        now[own] = i === 0 ? (passed + 1) % m : passed;
      },
      task,
    };
  });
  const starts = Array.from(
    { length: m ** n },
    (_, digits): Ring =>
      Object.fromEntries(nodes.map((i) => [cellOf(i), Math.floor(digits / m ** i) % m])),
  );
  const system = compose("token-ring", { ring: sharedVariables("ring", starts, commands) });
  const reads = ["ring"] as const;
  const isUnique = (now: Ring) => {
    const [first, ...rest] = nodes.map((i) => now[cellOf(i)] as number) as [number, ...number[]];
    const changes = rest.findIndex((counter) => counter !== first);
    const later = (first + m - 1) % m;
    return changes < 0 || rest.slice(changes).every((counter) => counter === later);
  };
  return {
    system,
    properties: [
      eventuallyAlways(system, {
        name: "Stab",
        reads,
        holds: ({ ring }) => isUnique(ring),
        fairness: assumedIf(fair, [weaklyFair("Next")]),
      }),
    ],
    witnesses: [],
  };
}
