import type { Internal, Problem } from "../../../spec/automaton/index.ts";
import { automaton, compose, invariant } from "../../../spec/automaton/index.ts";

const BYTE = 256;

const increased = (now: number) => (now + 1) % BYTE;
const x = automaton<number, { increaseX: Internal }>("x", {
  start: 0,
  transitions: { increaseX: { kind: "internal", effect: increased } },
});
const y = automaton<number, { increaseY: Internal }>("y", {
  start: 0,
  transitions: { increaseY: { kind: "internal", effect: increased } },
});

/**
 * All pairs of bytes x and y are tried: after the linear equation solver of Stateright
 * (src/test_util.rs), whose solution is the counterexample to a·x + b·y = c having none.
 */
export function linearEquation(a: number, b: number, c: number): Problem {
  const system = compose("linear-equation", { x, y });
  return {
    system,
    properties: [
      invariant(system, {
        name: "unsolved",
        reads: ["x", "y"],
        holds: ({ x, y }) => (a * x + b * y) % BYTE !== c,
      }),
    ],
    witnesses: [],
  };
}
