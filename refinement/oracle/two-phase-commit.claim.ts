import { claim } from "../../spec/automaton/index.ts";
import { twoPhaseCommit } from "./two-phase-commit.ts";

/** Managers, states, levels. Not published: the states of N = 8, the levels from N = 7 on. */
const COUNTS = [
  [1, 12, 5],
  [2, 56, 8],
  [3, 288, 11],
  [4, 1_568, 14],
  [5, 8_832, 17],
  [6, 50_816, 20],
  [7, 296_448, 23],
  [8, 1_745_408, 26],
  [9, 10_340_352, 29],
] as const;

export default claim({
  id: "oracle/two-phase-commit",
  says: "Two-phase commit is consistent, and each resource manager can decide.",
  source: "tlaplus/Examples, specifications/transaction_commit/TwoPhase.tla",
  cases: COUNTS.map(([n, states, depth]) => ({
    variant: "printed",
    instance: `N=${n}`,
    tier: n <= 7 ? "ci" : "nightly",
    expect: "holds",
    problem: () => twoPhaseCommit(n),
    pinned: { states, depth },
  })),
});
