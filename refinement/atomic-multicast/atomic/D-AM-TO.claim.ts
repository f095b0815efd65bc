import {
  ATOMIC_MUTANTS,
  ATOMIC_PRINTED,
  type AtomicRules,
} from "../../../impl/atomic-multicast/atomic/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import {
  caseOf,
  NUMBERLESS,
  type Question,
  quick,
  repaired,
  TWINS,
  TWO,
  TWO_AT_ANY_TIME,
  unwitnessed,
} from "./problems.ts";
import {
  allDeliverAll,
  deliversInOneOrder,
  forgedIsDecided,
  twoMessagesInOneBatch,
} from "./properties.ts";

const question: Question = {
  properties: (system) => [deliversInOneOrder(system)],
  witnesses: (system, world) => [
    allDeliverAll(system, world),
    forgedIsDecided(system),
    twoMessagesInOneBatch(system),
  ],
};

export default claim({
  id: "D-AM-TO",
  says: "Two messages that two correct replicas A-deliver come in one order at both.",
  source: "D §3.1, Algorithm 2, Theorem 7.4 (Total Order)",
  cases: [
    repaired(TWO, question),
    repaired(TWO_AT_ANY_TIME, question),
    caseOf(
      "printed",
      TWINS,
      { ...quick(question), witnesses: (system) => [forgedIsDecided(system)] },
      { rules: ATOMIC_PRINTED, expect: "holds", tier: "nightly" },
    ),
    caseOf("printed/D-E03", NUMBERLESS, unwitnessed(quick(question)), {
      expect: "holds",
      tier: "nightly",
      because:
        "of two messages the replica that misses one never delivers it, which D-AM-AGR tells; a wrong order takes three",
    }),
    caseOf("mutant/arrival-order", TWO, quick(question), {
      rules: ATOMIC_MUTANTS["arrival-order"] as AtomicRules,
      expect: "violated",
      because: "replicas R-deliver in different orders",
    }),
  ],
});
