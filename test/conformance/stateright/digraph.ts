import type { Internal, Problem } from "../../../spec/automaton/index.ts";
import { automaton, compose, eventually, notFair, setOf } from "../../../spec/automaton/index.ts";

/**
 * A walk on the edges of some paths, from where any of them begins, that comes to an odd number in
 * the end: after the tests of `eventually` in src/checker.rs of Stateright. There a walk goes on
 * while it can, which is weak fairness.
 * @param fair whether it goes on, or may stop anywhere
 */
export function digraph(paths: readonly (readonly number[])[], fair = true): Problem {
  const edges = paths.flatMap((path) =>
    path.slice(1).map((to, at) => ({ from: path[at] as number, to })),
  );
  const walk = automaton<number, { go: Internal<{ to: number }> }>("walk", {
    start: () => setOf(...paths.map(([first]) => first as number)),
    transitions: {
      go: {
        kind: "internal",
        choose: (at) => edges.filter(({ from }) => from === at).map(({ to }) => ({ to })),
        effect: (_, { to }) => to,
      },
    },
  });
  const system = compose("digraph", { walk });
  return {
    system,
    properties: [
      eventually(system, {
        name: "odd",
        reads: ["walk"],
        holds: (view) => view.walk % 2 === 1,
        fairness: fair ? [] : [notFair("go")],
      }),
    ],
    witnesses: [],
  };
}
