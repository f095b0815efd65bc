import { claim } from "../../spec/automaton/index.ts";
import * as pins from "./pins.ts";
import { aRecordIsKept, onePreparedValueAboveTsMax, type Question } from "./problems.ts";
import { mutant, printedVariants, repairedEverywhere, tight } from "./safety.ts";

const question: Question = {
  properties: (system, world) => [onePreparedValueAboveTsMax(system, world)],
  witnesses: (system, world) => [aRecordIsKept(system, world)],
};

export default claim({
  id: "L-L1.3",
  says: "No two prepare proofs exist for one timestamp above ts_max and different values.",
  source: "L §5, Lemma 1 (3); its last sentence read as “greater than ts_max” (L-E09)",
  cases: [
    ...repairedEverywhere(question, pins.SAFETY),
    ...printedVariants(
      question,
      { printed: "holds", e01: "holds", e02: "holds" },
      "L-E01 prepares a second value only for a timestamp whose write completed, which is not above ts_max",
    ),
    tight(question),
    mutant("hash-not-compared", question),
  ],
});
