import { REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { readsReturnValues } from "./histories.ts";
import { READER, READER_REACHING_ONE } from "./instances.ts";
import * as pins from "./pins.ts";
import { caseOf, type Question } from "./problems.ts";
import { mutant, printedVariants } from "./safety.ts";
import { variantCases } from "./variants.ts";
import { aReadReturns, aReadWritesBack } from "./witnesses.ts";

const question: Question = {
  properties: (system, world) => [readsReturnValues(system, world)],
  witnesses: (system) => [aReadReturns(system), aReadWritesBack(system)],
};

export default claim({
  id: "L-NONNULL",
  says: "Reads never return null, whatever is written at the same time.",
  source: "L §8",
  cases: [
    caseOf("repaired", REPAIRED, READER, question, {
      expect: "holds",
      shares: "bft-bc reader",
      pinned: pins.READER,
    }),
    ...printedVariants(
      question,
      { printed: "holds", e01: "holds", e02: "holds" },
      "a prepare proof lets a reader trust one replica",
      READER,
    ),
    ...variantCases("repaired", question, READER_REACHING_ONE, {
      opt: "holds",
      strong: "holds",
      "strong-opt": "holds",
    }),
    mutant("read-returns-null", { ...question, witnesses: () => [] }, READER),
  ],
});
