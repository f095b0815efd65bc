import { claim } from "../../spec/automaton/index.ts";
import { decidedEverywhere, mutant, nightly, tight } from "./cases.ts";
import type { Question } from "./problems.ts";
import { agreement, oneCommitted } from "./properties.ts";
import { CHANGE, CHECKPOINTS, NORMAL, TIGHT, TWICE, unexecuted } from "./sizes.ts";
import { SAFETY } from "./survivors.ts";

const question: Question = {
  properties: (system, world) => [agreement(system), oneCommitted(system, world)],
  witnesses: () => [],
};

export default claim({
  id: "W-CL",
  says: "No two correct replicas decide different batches for one sequence number, whatever the views they decide in.",
  source: "OSDI 1999 §4.2 and §4.4 (safety); W §2, which takes it for granted",
  cases: [
    ...decidedEverywhere(question),
    tight(TIGHT, question),
    mutant("signers-not-distinct", NORMAL.equivocation, question),
    mutant("commit-quorum-2f", CHANGE.first, question),
    mutant("view-change-quorum-2f", CHANGE.first, question),
    mutant("reports-nothing", CHANGE.first, question),
    mutant("certificates-not-checked", CHANGE.fixed, question),
    mutant("order-not-derived", CHANGE.fixed, question),
    mutant("stays-in-view", CHANGE.fixed, question),
    mutant("new-view-from-lowest-checkpoint", CHECKPOINTS.change, question),
    nightly(mutant("commits-when-accepted", CHANGE.first, question)),
    nightly(mutant("prepare-quorum-2f", CHANGE.first, question)),
    nightly(mutant("accepts-again", CHANGE.first, question)),
    nightly(mutant("number-not-signed", NORMAL.twoNumbers, question)),
    mutant("reports-last-view", unexecuted(TWICE.backup), question),
    nightly(mutant("takes-lowest-view", unexecuted(TWICE.second), question)),
    nightly(mutant("differing-certificates-ignored", unexecuted(TWICE.second), question)),
    nightly(mutant("view-change-of-any-view", unexecuted(TWICE.third), question)),
    mutant(
      "joins-f",
      CHANGE.fixed,
      question,
      "safety does not depend on why a replica changes its view: what faulty replicas can do with it is to keep views changing, see the claims about liveness",
    ),
    nightly(
      mutant(
        "decides-in-its-view-alone",
        CHANGE.first,
        question,
        "fewer decisions: what is prepared goes into the next view all the same; see the claims about liveness",
      ),
    ),
    nightly(
      mutant(
        "no-watermarks",
        CHECKPOINTS.normal,
        question,
        "watermarks bound the log, and the gap that a faulty primary may leave; agreement needs neither",
      ),
    ),
  ],
  survivors: SAFETY,
});
