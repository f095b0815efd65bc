import { REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import {
  ALONE,
  FALLS_SILENT,
  WRITE_BESIDE_C,
  WRITE_BESIDE_SILENCE,
  WRITER,
  WRITES_BESIDE_SILENCE,
} from "./instances.ts";
import * as pins from "./pins.ts";
import { caseOf, type Question } from "./problems.ts";
import {
  everyOperationEnds,
  everyOperationFinishes,
  noPrepareRefused,
  phasesAreBounded,
} from "./progress.ts";
import { mutant, printedVariants } from "./safety.ts";
import { variantCases } from "./variants.ts";
import { allWritesReturned } from "./witnesses.ts";

const question: Question = {
  properties: (system, world) => [
    phasesAreBounded(system, "writes"),
    noPrepareRefused(system, world),
    everyOperationFinishes(system),
  ],
  witnesses: (system, world) => [allWritesReturned(system, world)],
};

const fairly: Question = {
  properties: (system, world) => [everyOperationEnds(system, world, "writes")],
  witnesses: (system, world) => [allWritesReturned(system, world)],
  interleaved: true,
};
const SILENT = "the faulty replica says nothing: three answers of three are needed";

export default claim({
  id: "L-LIVE-W",
  says: "Writes finish within three phases: no correct replica ever refuses what a correct client is preparing, late and duplicated messages notwithstanding, and in every fair run each write ends.",
  source: "L §5.1, with the fairness that §2 assumes of retransmitted messages",
  cases: [
    caseOf("repaired", REPAIRED, WRITER, question, { expect: "holds", pinned: pins.WRITER }),
    caseOf("repaired", REPAIRED, ALONE, question, {
      expect: "holds",
      pinned: pins.ALONE,
      because: "without faulty clients, whose next move the quiescence test would wait for",
    }),
    caseOf("repaired", REPAIRED, WRITE_BESIDE_SILENCE, fairly, {
      expect: "holds",
      pinned: pins.WRITE_BESIDE_SILENCE,
      because: SILENT,
    }),
    caseOf("repaired", REPAIRED, WRITE_BESIDE_C, fairly, {
      expect: "holds",
      pinned: pins.WRITE_BESIDE_C,
    }),
    caseOf("repaired", REPAIRED, { ...WRITE_BESIDE_C, silentReplica: true }, fairly, {
      expect: "holds",
      pinned: pins.WRITE_BESIDE_SILENCE_AND_C,
      because: SILENT,
    }),
    caseOf("repaired", REPAIRED, WRITES_BESIDE_SILENCE, fairly, {
      expect: "holds",
      tier: "nightly",
      because: SILENT,
    }),
    ...printedVariants(
      question,
      { printed: "holds", e01: "holds", e02: "holds" },
      "the defects of phase 2 accept too much, never too little",
      WRITER,
    ),
    ...variantCases("repaired", fairly, WRITE_BESIDE_SILENCE, { strong: "holds" }),
    caseOf("repaired", REPAIRED, FALLS_SILENT, question, {
      expect: "holds",
      pinned: pins.FALLS_SILENT,
    }),
    ...variantCases("repaired", question, FALLS_SILENT, { strong: "holds" }),
    mutant("record-never-replaced", { ...question, witnesses: () => [] }, WRITER),
  ],
});
