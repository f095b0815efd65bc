import { claim } from "../../spec/automaton/index.ts";
import { CLIENT_C_ONCE } from "./instances.ts";
import * as pins from "./pins.ts";
import type { Question } from "./problems.ts";
import { onePreparedValueAboveTsMax } from "./proofs.ts";
import { mutant, printedVariants, repairedEverywhere, tight } from "./safety.ts";
import { variantCases } from "./variants.ts";
import { aRecordIsKept } from "./witnesses.ts";

const question: Question = {
  properties: (system, world) => [onePreparedValueAboveTsMax(system, world)],
  witnesses: (system, world) => [aRecordIsKept(system, world)],
};

const TWO_LISTS =
  "does not apply: a client has an entry in each list, as §6.4 says; Lemma 1′ takes its place";

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
    ...variantCases("repaired", question, CLIENT_C_ONCE, {
      opt: ["violated", TWO_LISTS],
      strong: "holds",
      "strong-opt": ["violated", TWO_LISTS],
    }),
    mutant("hash-not-compared", question),
  ],
});
