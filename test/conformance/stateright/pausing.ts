import type { Index, Internal, Problem } from "../../../spec/automaton/index.ts";
import {
  automaton,
  compose,
  indices,
  interchangeable,
  invariant,
  witness,
} from "../../../spec/automaton/index.ts";

type Process = Index<"process">;
type State = "loading" | "running" | "paused";

const NEXT: Readonly<Record<State, State>> = {
  loading: "running",
  running: "paused",
  paused: "running",
};

const process = (self: Process) =>
  automaton<State, { go: Internal<{ process: Process }> }>("process", {
    start: "loading",
    process: self,
    transitions: {
      go: { kind: "internal", at: { process: self }, effect: (state) => NEXT[state] },
    },
  });

/**
 * Two processes that load and then pause and run in turn: after the test of symmetry reduction in
 * src/checker/dfs.rs of Stateright, in which an earlier version went from loading to paused.
 */
export function pausing({ symmetric = false } = {}): Problem {
  const processes = indices("process", 2);
  const system = compose("pausing", { processes: processes.map(process) });
  return {
    system,
    properties: [
      invariant(system, {
        name: "visit all states",
        reads: [],
        holds: () => true,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "a process pauses",
        reads: ["processes"],
        reached: ({ processes }) => processes.includes("paused"),
      }),
    ],
    ...(symmetric ? { reductions: ["symmetry"], symmetries: [interchangeable(processes)] } : {}),
  };
}
