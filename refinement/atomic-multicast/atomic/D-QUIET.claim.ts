import {
  ATOMIC_MUTANTS,
  ATOMIC_PRINTED,
  ATOMIC_PRINTED_E04,
  ATOMIC_PRINTED_E05,
  type AtomicRules,
} from "../../../impl/atomic-multicast/atomic/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import {
  caseOf,
  endless,
  ONE,
  ONE_AS_SPECIFIED,
  ONE_BY_ONE,
  type Question,
  quick,
  repaired,
  TWINS,
  TWO,
  TWO_AT_ANY_TIME,
} from "./problems.ts";
import { allDeliverAll, comesToRest, forgedIsDecided, noIdleInstance } from "./properties.ts";

const counted: Question = {
  properties: (system, world) => [noIdleInstance(system, world)],
  witnesses: (system, world) => [allDeliverAll(system, world), forgedIsDecided(system)],
};
const rests: Question = {
  ...counted,
  properties: (system) => [comesToRest(system)],
};

const E05 =
  "D-E05: messages that line 13 removes stay in R_delivered and never come into A_delivered, so line 8 starts one instance after the other, with empty batches";
const E04 = "D-E04: what a forged twin removes from each batch is proposed again and again";

export default claim({
  id: "D-QUIET",
  says: "No instance is started unless a message remains to be delivered: each delivers something new, and when all is delivered none runs.",
  source: "our addition to D §4.3, Algorithm 2, line 8",
  cases: [
    repaired(ONE_AS_SPECIFIED, counted),
    repaired(TWO, counted),
    repaired(TWO_AT_ANY_TIME, counted),
    repaired(ONE_BY_ONE, counted),
    repaired(TWINS, counted),
    repaired(endless(TWINS), rests),
    repaired(endless(ONE), rests),
    caseOf("printed", TWINS, quick(counted), {
      rules: ATOMIC_PRINTED,
      expect: "violated",
      because: E05,
    }),
    caseOf("printed/D-E05", TWINS, quick(counted), {
      rules: ATOMIC_PRINTED_E05,
      expect: "violated",
      because: E05,
    }),
    caseOf("printed/D-E05", endless(TWINS), rests, {
      rules: ATOMIC_PRINTED_E05,
      expect: "violated",
      because: E05,
    }),
    caseOf("printed/D-E04", endless(ONE), rests, {
      rules: ATOMIC_PRINTED_E04,
      expect: "violated",
      because: E04,
    }),
    caseOf("mutant/twins-removed", TWINS, quick(counted), {
      rules: ATOMIC_MUTANTS["twins-removed"] as AtomicRules,
      expect: "violated",
    }),
  ],
});
