import { REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { ALONE, WRITER } from "./instances.ts";
import * as pins from "./pins.ts";
import {
  allWritesReturned,
  caseOf,
  everyOperationFinishes,
  noPrepareRefused,
  phasesAreBounded,
  type Question,
} from "./problems.ts";
import { mutant, printedVariants } from "./safety.ts";

const question: Question = {
  properties: (system, world) => [
    phasesAreBounded(system, "writes"),
    noPrepareRefused(system, world),
    everyOperationFinishes(system),
  ],
  witnesses: (system, world) => [allWritesReturned(system, world)],
};

export default claim({
  id: "L-LIVE-W",
  says: "Writes finish within three phases: no correct replica ever refuses what a correct client is preparing, late and duplicated messages notwithstanding.",
  source: "L §5.1 (bounds on phases and quiescence; fairness comes with liveness checking)",
  cases: [
    caseOf("repaired", REPAIRED, WRITER, question, { expect: "holds", pinned: pins.WRITER }),
    caseOf("repaired", REPAIRED, ALONE, question, {
      expect: "holds",
      pinned: pins.ALONE,
      because: "without faulty clients, whose next move the quiescence test would wait for",
    }),
    ...printedVariants(
      question,
      { printed: "holds", e01: "holds", e02: "holds" },
      "the defects of phase 2 accept too much, never too little",
      WRITER,
    ),
    mutant("record-never-replaced", { ...question, witnesses: () => [] }, WRITER),
  ],
});
