import { claim } from "../../spec/automaton/index.ts";
import { transactionCommit } from "./tcommit.ts";

const COUNTS = [
  [2, 12, 5],
  [3, 34, 7],
  [4, 96, 9],
  [5, 274, 11],
] as const;

export default claim({
  id: "oracle/tcommit",
  says: "Resource managers that look at each other decide a transaction consistently.",
  source: "tlaplus/Examples, specifications/transaction_commit/TCommit.tla",
  cases: COUNTS.map(([n, states, depth]) => ({
    variant: "printed",
    instance: `N=${n}`,
    tier: "ci",
    expect: "holds",
    problem: () => transactionCommit(n),
    pinned: { states, depth },
  })),
});
