import { WIC_REPAIRED } from "../../../impl/atomic-multicast/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import { ends, mutant, printed } from "./cases.ts";
import {
  allDecideInFairRuns,
  caseOf,
  decidesInLastRound,
  nameOf,
  problemOf,
  type Question,
  termination,
} from "./problems.ts";
import { ENDS } from "./sizes.ts";

const question: Question = {
  properties: (system, world) => [termination(system, world)],
  witnesses: (system, world) => [decidesInLastRound(system, world)],
};

/** The same as a question about infinite runs. */
const fairly: Question = {
  ...question,
  properties: (system, world) => [allDecideInFairRuns(system, world)],
};

export default claim({
  id: "D-WIC-TER",
  says: "Every correct process decides, if a correct coordinator of some round is not suspected in it and mute ones are.",
  source: "D §4.2 (termination), Theorem 7.12",
  cases: [
    ends(ENDS.trusted, question),
    ends(ENDS.first, question),
    ends(ENDS.neither, question),
    printed(
      "D-E07",
      ENDS.trusted,
      question,
      "violated",
      "D-E07: the Initial reaches a process that still waits for values, and is lost; with f silent processes the coordinator lacks its Echo",
    ),
    caseOf("repaired", WIC_REPAIRED, ENDS.trusted, fairly, {
      expect: "holds",
      instance: `${nameOf(ENDS.trusted)}, fair runs`,
      pinned: { states: 3232, depth: 28 },
      problem: () => ({ ...problemOf(ENDS.trusted, WIC_REPAIRED, fairly), reductions: [] }),
      because: "runs of the model end, so what is asked of their ends is the same; here by lassos",
    }),
    ends(ENDS.second, question, "nightly"),
    mutant("suspicion-quorum-f", ENDS.trusted, question),
    mutant(
      "suspicion-quorum-f+1",
      ENDS.trusted,
      question,
      "f faulty processes alone do not reach it either, and no correct one suspects the trusted coordinator; 2f + 1 only keep coordinators that few suspect",
    ),
    mutant("go-phase-2-without-certificate", ENDS.trusted, question),
    mutant("ready-not-relayed", ENDS.first, question),
    mutant("decide-not-relayed", ENDS.trusted, question),
  ],
  survivors: [
    {
      mutant: "threshold wic-suspicions-1",
      because:
        "f + 1 Suspicions hold one of a correct process, which does not suspect the trusted coordinator; safety does not depend on suspicions",
    },
  ],
});
