import { REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { READER, READER_REACHING_ONE } from "./instances.ts";
import * as pins from "./pins.ts";
import {
  aReadReturns,
  aReadWritesBack,
  caseOf,
  onePhaseWhenTimestampsAgree,
  type Question,
} from "./problems.ts";
import { mutant } from "./safety.ts";

const question: Question = {
  properties: (system) => [onePhaseWhenTimestampsAgree(system)],
  witnesses: (system) => [aReadReturns(system), aReadWritesBack(system)],
  interleaved: true,
};

export default claim({
  id: "L-RDPH",
  says: "A read takes one phase if all timestamps of its quorum are equal.",
  source: "L §3.2.2",
  cases: [
    caseOf("repaired", REPAIRED, READER_REACHING_ONE, question, {
      expect: "holds",
      pinned: pins.READER_INTERLEAVED,
    }),
    mutant("always-writes-back", { ...question, witnesses: () => [] }, READER),
  ],
});
