import {
  ATOMIC_PRINTED,
  ATOMIC_PRINTED_E04,
  ATOMIC_PRINTED_E05,
} from "../../../impl/atomic-multicast/atomic/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import {
  caseOf,
  endless,
  ONE,
  ONE_AS_SPECIFIED,
  ONE_BY_ONE,
  type Question,
  repaired,
  TWO,
  TWO_AT_ANY_TIME,
  unwitnessed,
} from "./problems.ts";
import { allDeliverAll, forgedIsDecided, multicastIsDelivered } from "./properties.ts";

const question: Question = {
  properties: (system, world) => multicastIsDelivered(system, world),
  witnesses: (system, world) => [allDeliverAll(system, world), forgedIsDecided(system)],
};

const E04 =
  "D-E04: line 13 compares messages before it drops those that are not correctly signed. A faulty server proposes an unsigned message under the number of a correct client's: both are removed from every batch, for ever";

export default claim({
  id: "D-AM-VAL",
  says: "What a correct client A-multicasts, the correct replicas A-deliver.",
  source: "D §3.1, Algorithms 1 and 2, Theorem 7.5 (Validity)",
  cases: [
    repaired(ONE, question),
    repaired(ONE_AS_SPECIFIED, question),
    repaired(TWO, question),
    repaired(TWO_AT_ANY_TIME, question),
    repaired(ONE_BY_ONE, question),
    repaired(endless(ONE), question),
    caseOf("tight", endless({ ...ONE, faultyReplicas: 2 }), unwitnessed(question), {
      expect: "violated",
      because: "f + 1 values may all be of faulty replicas, in every instance",
    }),
    caseOf("printed", endless(ONE), question, {
      rules: ATOMIC_PRINTED,
      expect: "violated",
      because: E04,
    }),
    caseOf("printed/D-E04", endless(ONE), question, {
      rules: ATOMIC_PRINTED_E04,
      expect: "violated",
      because: E04,
    }),
    caseOf("printed/D-E05", endless(ONE), question, {
      rules: ATOMIC_PRINTED_E05,
      expect: "holds",
      because: "correct clients sign one message under a number",
    }),
  ],
  survivors: [
    {
      mutant: "threshold values+1",
      because:
        "a decision of more values still has one of a correct replica, and three are correct",
    },
  ],
});
