import { REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import {
  ALONE,
  READ_BESIDE_SILENCE,
  READ_BESIDE_SILENCE_AND_C,
  READER,
  READER_REACHING_ONE,
} from "./instances.ts";
import * as pins from "./pins.ts";
import { caseOf, type Question } from "./problems.ts";
import { everyOperationEnds, everyOperationFinishes, phasesAreBounded } from "./progress.ts";
import { variantCases } from "./variants.ts";
import { allWritesReturned, aReadWritesBack } from "./witnesses.ts";

const question: Question = {
  properties: (system) => [phasesAreBounded(system, "reads"), everyOperationFinishes(system)],
  witnesses: (system, world) => [allWritesReturned(system, world), aReadWritesBack(system)],
};

const alone: Question["witnesses"] = (system, world) => [allWritesReturned(system, world)];

const fairly: Question = {
  properties: (system, world) => [everyOperationEnds(system, world, "reads")],
  witnesses: (system) => [aReadWritesBack(system)],
  interleaved: true,
};
const bounds: Question["properties"] = (system) => [phasesAreBounded(system, "reads")];
const SILENT = "the faulty replica says nothing: three answers of three are needed";

export default claim({
  id: "L-LIVE-R",
  says: "Reads finish within two phases, whatever faulty clients do: no read takes a third, none is left unfinished where nothing is owed, and in every fair run each ends.",
  source: "L §5.1, with the fairness that §2 assumes of retransmitted messages",
  cases: [
    caseOf("repaired", REPAIRED, READER, question, {
      expect: "holds",
      shares: "bft-bc reader",
      pinned: pins.READER,
    }),
    caseOf(
      "repaired",
      REPAIRED,
      ALONE,
      { ...question, witnesses: alone },
      {
        expect: "holds",
        pinned: pins.ALONE,
        because: "without faulty clients, whose next move the quiescence test would wait for",
      },
    ),
    caseOf("repaired", REPAIRED, READER_REACHING_ONE, fairly, {
      expect: "holds",
      shares: "bft-bc reader, interleaved",
      pinned: pins.READER_INTERLEAVED,
    }),
    caseOf(
      "repaired",
      REPAIRED,
      READ_BESIDE_SILENCE,
      { ...fairly, witnesses: alone },
      {
        expect: "holds",
        pinned: pins.READ_BESIDE_SILENCE,
        because: SILENT,
      },
    ),
    caseOf("repaired", REPAIRED, READ_BESIDE_SILENCE_AND_C, fairly, {
      expect: "holds",
      tier: "nightly",
      because: SILENT,
    }),
    ...variantCases("repaired", { ...fairly, witnesses: alone }, READ_BESIDE_SILENCE, {
      opt: "holds",
      strong: "holds",
      "strong-opt": "holds",
    }),
    ...variantCases("repaired", { ...question, properties: bounds }, READER_REACHING_ONE, {
      opt: "holds",
      strong: "holds",
      "strong-opt": "holds",
    }),
  ],
});
