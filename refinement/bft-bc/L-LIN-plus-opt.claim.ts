import { PRINTED_E08 } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { leaving, lurkingTold, overwrittenExpected } from "./bounds.ts";
import { isHiddenAfter } from "./histories.ts";
import { caseOf } from "./problems.ts";

const E08 =
  "L-E08: L.REPLICA.READ-TS-PREP as printed expects the successor of whatever the replica holds. What c signed before its stop names no timestamp, so it is good for ever: above each write of a correct client replicas still prepare for it.";

const E14 = "L-E14: three proofs share six entries of three replicas, as in L-LIN-opt";

export default claim({
  id: "L-LIN+opt",
  says: "Of the strong optimised protocol no write of a stopped client takes effect after the k-th write of correct clients.",
  source: "L §7 and §9 (k = 4, without a rule that would make it so: L-E08)",
  cases: [
    caseOf(
      "printed/L-E08",
      PRINTED_E08,
      overwrittenExpected(1),
      {
        properties: (system, world) => [isHiddenAfter(system, world, 1)],
        witnesses: () => [],
      },
      {
        expect: "bounded",
        tier: "nightly",
        maxStates: 2_500_000,
        because: `${E08} A run that shows it was not found in 18 levels.`,
      },
    ),
    lurkingTold("strong-opt", 1, leaving(1, 2), { expect: "violated", because: "as in L-LIN-opt" }),
    lurkingTold("strong-opt", 2, leaving(1, 3), { expect: "violated", because: E14 }),
    lurkingTold("strong-opt", 1, leaving(0, 2), { expect: "violated", because: "as in L-LIN-opt" }),
    lurkingTold("printed/strong-opt", 2, leaving(1, 3), { expect: "violated", because: E14 }),
    lurkingTold("printed/strong-opt", 1, leaving(0, 2), {
      expect: "violated",
      because: "as in L-LIN-opt",
    }),
  ],
});
