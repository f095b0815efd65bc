import { REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { READER } from "./instances.ts";
import * as pins from "./pins.ts";
import {
  aReadReturns,
  aReadWritesBack,
  caseOf,
  type Question,
  readsReturnValues,
} from "./problems.ts";
import { mutant, printedVariants } from "./safety.ts";

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
    mutant("read-returns-null", { ...question, witnesses: () => [] }, READER),
  ],
});
