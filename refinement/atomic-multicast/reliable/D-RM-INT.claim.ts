import {
  RELIABLE_MUTANTS,
  RELIABLE_PRINTED,
  type ReliableRules,
} from "../../../impl/atomic-multicast/reliable/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import {
  allDelivered,
  type By,
  caseOf,
  faultyMessageDelivered,
  forgedComes,
  isReliableMulticast,
  type Question,
} from "./problems.ts";

/** Safety, and agreement and validity where nothing is owed any more. */
const refines = (once: By): Question => ({
  properties: (system, world) => [isReliableMulticast(system, world, once)],
  witnesses: (system, { scripts }) => [
    ...(scripts.some(({ requests }) => requests.length > 0) ? [allDelivered(system)] : []),
    faultyMessageDelivered(system),
    forgedComes(system),
  ],
});

const mutant = (name: string, because: string) =>
  caseOf(`mutant/${name}`, refines("each number"), {
    rules: RELIABLE_MUTANTS[name] as ReliableRules,
    expect: "violated",
    because,
  });

export default claim({
  id: "D-RM-INT",
  says: "A correct replica R-delivers a message once, and one of a correct client only if it was R-multicast: what shows is what the specification of reliable multicast shows, and it ends where that may end.",
  source: "D §4.1, Algorithms 4 and 5, Theorem 7.1 (Integrity)",
  cases: [
    caseOf("repaired", refines("each number"), { expect: "holds", shares: "reliable multicast" }),
    caseOf("repaired", refines("each message"), {
      size: { correctMessages: 0, faultyMessages: "two numbers" },
      expect: "holds",
    }),
    caseOf("repaired", refines("each number"), {
      size: { faultyReplicas: 3, correctMessages: 2 },
      expect: "holds",
      because: "reliable multicast has no quorum: one correct replica suffices",
    }),
    caseOf("printed", refines("each message"), {
      rules: RELIABLE_PRINTED,
      size: { correctMessages: 0 },
      expect: "holds",
    }),
    mutant("delivers-again", "each reception delivers"),
    mutant("signature-not-checked", "a faulty server speaks for a correct client"),
    mutant("no-relay", "it may end where some have delivered and others have not"),
  ],
});
