import { claim } from "../../spec/automaton/index.ts";
import { decidedEverywhere, mutant, tight } from "./cases.ts";
import type { Question } from "./problems.ts";
import { onePrepared } from "./properties.ts";
import { CHANGE, NORMAL, TIGHT } from "./sizes.ts";

const question: Question = {
  properties: (system, world) => [onePrepared(system, world)],
  witnesses: () => [],
};

export default claim({
  id: "W-CL-CERT",
  says: "At most one batch is prepared for each sequence number of a view, even if the coalition signs whatever helps.",
  source: "OSDI 1999 §4.2: the pre-prepare and prepare phases",
  cases: [
    ...decidedEverywhere(question),
    tight(TIGHT, question),
    mutant("prepare-quorum-2f", NORMAL.equivocation, question),
    mutant("accepts-again", NORMAL.equivocation, question),
    mutant("view-not-signed", CHANGE.first, question),
    mutant("number-not-signed", NORMAL.twoNumbers, question),
  ],
});
