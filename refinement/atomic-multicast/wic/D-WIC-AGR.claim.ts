import { WIC_REPAIRED } from "../../../impl/atomic-multicast/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import { mutant, nightly, printed, repairedEverywhere, tight } from "./cases.ts";
import {
  agreement,
  caseOf,
  decidesForged,
  decidesInLastInstance,
  decidesInLastRound,
  decidesInTwoRounds,
  type Question,
} from "./problems.ts";
import {
  inLockstep,
  ONE_BY_ONE,
  THREE_ROUNDS,
  TIGHT,
  TWO_INSTANCES,
  TWO_INSTANCES_FIRST,
  TWO_INSTANCES_NOBODY,
  TWO_INSTANCES_TWO_ROUNDS,
  TWO_ROUNDS,
} from "./sizes.ts";

const question: Question = {
  properties: (system) => [agreement(system)],
  witnesses: (system, world) => [
    decidesInLastRound(system, world),
    decidesInTwoRounds(system, world),
    decidesForged(system, world),
  ],
};
/** Of two instances. */
const each: Question = {
  properties: (system) => [agreement(system)],
  witnesses: (system, world) => [decidesInLastInstance(system, world)],
};
const twoInstances = [TWO_INSTANCES_FIRST, TWO_INSTANCES, TWO_INSTANCES_NOBODY];
const third = inLockstep(THREE_ROUNDS.third);

export default claim({
  id: "D-WIC-AGR",
  says: "No two correct processes decide differently, whatever the detector says.",
  source: "D §4.2 (agreement), Theorem 7.9",
  cases: [
    ...repairedEverywhere(question),
    caseOf("repaired", WIC_REPAIRED, ONE_BY_ONE, question, { expect: "holds", tier: "nightly" }),
    ...twoInstances.map((size) =>
      caseOf("repaired", WIC_REPAIRED, size, each, { expect: "holds", shares: "wic instances" }),
    ),
    caseOf("repaired", WIC_REPAIRED, TWO_INSTANCES_TWO_ROUNDS, each, {
      expect: "bounded",
      tier: "nightly",
      maxStates: 3_500_000,
      pinned: { states: 3_500_000, depth: 32 },
      because:
        "instances share nothing but the order in which a process takes part in them; nothing was violated up to here",
    }),
    printed(
      "all",
      TWO_INSTANCES_NOBODY,
      question,
      "violated",
      "D-E03 is the shortest of its faults: it needs no faulty process",
    ),
    printed(
      "D-E01",
      TWO_ROUNDS.second,
      question,
      "violated",
      "D-E01: a process that reported an empty certificate still relays Ready in that round, and counts for a decision of which the next coordinator need not hear",
    ),
    printed(
      "D-E03",
      TWO_INSTANCES_NOBODY,
      question,
      "violated",
      "D-E03: a Decide of instance 1 is as good in instance 2",
    ),
    printed(
      "D-E06",
      TWO_ROUNDS.neither,
      question,
      "holds",
      "D-E06 is harmless: of 2f + 1 GoPhase2s f + 1 are of correct processes, which had seen the Suspicions",
    ),
    printed(
      "D-F01",
      third,
      question,
      "violated",
      "D-F01: line 8 empties the certificate of an estimate that was adopted in an earlier round, so two rounds after a decision nobody reports it",
    ),
    nightly(
      printed(
        "D-F01",
        TWO_ROUNDS.second,
        question,
        "holds",
        "the certificate is missed in the second round after it was made: two rounds are not enough",
      ),
    ),
    tight(TIGHT, question),
    mutant("coordinator-ready-in-phase-2", TWO_ROUNDS.second, question),
    mutant("relay-ready-in-phase-2", TWO_ROUNDS.second, question),
    mutant("decides-own-estimate", TWO_ROUNDS.second, question),
    nightly(mutant("ready-quorum-f+1", TWO_ROUNDS.second, question)),
    mutant("certificates-not-compared", TWO_ROUNDS.second, question),
    mutant("takes-no-certificate", TWO_ROUNDS.second, question),
    nightly(mutant("go-phase-2-quorum-f+1", TWO_ROUNDS.second, question)),
    nightly(mutant("takes-lowest-certificate", third, question)),
    nightly(
      mutant(
        "suspicion-quorum-f+1",
        TWO_ROUNDS.second,
        question,
        "safety does not depend on why a process goes to phase 2, which is what ◇M being arbitrary means; see D-WIC-TER",
      ),
    ),
    nightly(
      mutant(
        "go-phase-2-without-certificate",
        TWO_ROUNDS.second,
        question,
        "as for suspicion-quorum-f+1; see D-WIC-TER",
      ),
    ),
  ],
});
