import {
  RELIABLE_MUTANTS,
  RELIABLE_PRINTED,
  type ReliableRules,
} from "../../../impl/atomic-multicast/reliable/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import {
  allDelivered,
  caseOf,
  faultyMessageDelivered,
  isFairlyReliableMulticast,
  multicastIsDelivered,
  type Question,
} from "./problems.ts";

const question: Question = {
  properties: (system, world) => multicastIsDelivered(system, world),
  witnesses: (system) => [allDelivered(system)],
};
/** Without faulty clients the specification is in one state after each trace, so this is decided. */
const fairly: Question = {
  ...question,
  properties: (system, world) => [
    ...multicastIsDelivered(system, world),
    isFairlyReliableMulticast(system, world),
  ],
};
const besideTwins: Question = {
  ...question,
  witnesses: (system) => [allDelivered(system), faultyMessageDelivered(system)],
};

const alone = { correctMessages: 2, faultyMessages: "none" } as const;

export default claim({
  id: "D-RM-VAL",
  says: "What a correct client R-multicasts, the correct replicas R-deliver.",
  source: "D §4.1, Algorithms 4 and 5, Theorem 7.1 (Validity)",
  cases: [
    caseOf("repaired", besideTwins, { expect: "holds", shares: "reliable multicast" }),
    caseOf("repaired", fairly, { size: alone, expect: "holds" }),
    caseOf("without relay", fairly, {
      size: alone,
      rules: RELIABLE_MUTANTS["no-relay"] as ReliableRules,
      expect: "holds",
      because: "a correct client sends to all: relaying is for faulty ones",
    }),
    caseOf("printed", question, { rules: RELIABLE_PRINTED, size: alone, expect: "holds" }),
    caseOf("beyond the window", question, {
      size: { ...alone, width: 1 },
      expect: "violated",
      because:
        "a client with more requests under way than the window has room for: nobody forgets a number before it is A-delivered",
    }),
  ],
});
