import {
  RELIABLE_MUTANTS,
  RELIABLE_PRINTED,
  type ReliableRules,
} from "../../../impl/atomic-multicast/reliable/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import {
  type By,
  caseOf,
  deliveredByOneIsDeliveredByAll,
  faultyMessageDelivered,
  type Question,
  relayedOnly,
} from "./problems.ts";

const agreement = (by: By): Question => ({
  properties: (system, world) => deliveredByOneIsDeliveredByAll(system, world, by),
  witnesses: (system) => [faultyMessageDelivered(system), relayedOnly(system)],
});

const ONE_OF_TWO =
  "bounded memory: of two messages that a client signs under one number a replica takes the first, so two replicas may take different ones; atomic multicast needs no more than agreement on numbers";

export default claim({
  id: "D-RM-AGR",
  says: "What one correct replica R-delivers, each correct replica R-delivers, whatever faulty clients and servers send to whom.",
  source: "D §4.1, Algorithms 4 and 5, Theorem 7.1 (Agreement)",
  cases: [
    caseOf("repaired", agreement("each number"), { expect: "holds", shares: "reliable multicast" }),
    caseOf("repaired", agreement("each message"), {
      size: { correctMessages: 0, faultyMessages: "two numbers" },
      expect: "holds",
    }),
    caseOf("repaired/by message", agreement("each message"), {
      size: { correctMessages: 0 },
      expect: "violated",
      because: ONE_OF_TWO,
    }),
    caseOf("printed", agreement("each message"), {
      size: { correctMessages: 0 },
      rules: RELIABLE_PRINTED,
      expect: "holds",
      because: "it remembers whatever clients sign, without a bound",
    }),
    caseOf("mutant/no-relay", agreement("each number"), {
      rules: RELIABLE_MUTANTS["no-relay"] as ReliableRules,
      expect: "violated",
      because: "a faulty client sends to one replica only",
    }),
  ],
});
