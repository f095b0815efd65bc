import { claim } from "../../spec/automaton/index.ts";
import { CLIENT_C } from "./instances.ts";
import * as pins from "./pins.ts";
import type { Question } from "./problems.ts";
import { onePreparedTimestampAboveTsMax } from "./proofs.ts";
import { mutant, printedVariants, repairedEverywhere, tight } from "./safety.ts";
import { variantCases } from "./variants.ts";
import { aRecordIsKept } from "./witnesses.ts";

const question: Question = {
  properties: (system, world) => [onePreparedTimestampAboveTsMax(system, world)],
  witnesses: (system, world) => [aRecordIsKept(system, world)],
};

export default claim({
  id: "L-L1.2",
  says: "When a faulty client stops, it has prepare proofs for at most one timestamp above ts_max.",
  source: "L §5, Lemma 1 (2)",
  cases: [
    ...repairedEverywhere(question, pins.SAFETY),
    ...printedVariants(
      question,
      { printed: "holds", e01: "holds", e02: "holds" },
      "an entry goes only for a completed write, which raises ts_max; L-E01 and L-E02 break Theorem 1, not this lemma",
    ),
    tight(question),
    ...variantCases("repaired", question, CLIENT_C, { strong: "holds" }),
    mutant("no-one-record-test", question),
    mutant("prepare-quorum-f+1", question),
  ],
});
