import { REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { READER, READER_OF_OPT_LIST, READER_REACHING_ONE } from "./instances.ts";
import * as pins from "./pins.ts";
import { caseOf, type Question } from "./problems.ts";
import { onePhaseWhenTimestampsAgree } from "./progress.ts";
import { mutant } from "./safety.ts";
import { variantCases } from "./variants.ts";
import { aReadReturns, aReadWritesBack } from "./witnesses.ts";

const question: Question = {
  properties: (system) => [onePhaseWhenTimestampsAgree(system)],
  witnesses: (system) => [aReadReturns(system), aReadWritesBack(system)],
  interleaved: true,
};

const VARIANTS = { pins: pins.READER_VARIANTS };

export default claim({
  id: "L-RDPH",
  says: "A read takes one phase if all timestamps of its quorum are equal.",
  source: "L §3.2.2",
  cases: [
    caseOf("repaired", REPAIRED, READER_REACHING_ONE, question, {
      expect: "holds",
      shares: "bft-bc reader, interleaved",
      pinned: pins.READER_INTERLEAVED,
    }),
    ...variantCases("repaired", question, READER_REACHING_ONE, { strong: "holds" }, VARIANTS),
    ...variantCases(
      "repaired",
      question,
      READER_OF_OPT_LIST,
      {
        opt: "holds",
        "strong-opt": "holds",
      },
      VARIANTS,
    ),
    mutant("always-writes-back", { ...question, witnesses: () => [] }, READER),
  ],
});
