import { REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { ALONE, READER } from "./instances.ts";
import * as pins from "./pins.ts";
import {
  allWritesReturned,
  aReadWritesBack,
  caseOf,
  everyOperationFinishes,
  phasesAreBounded,
  type Question,
} from "./problems.ts";

const question: Question = {
  properties: (system) => [phasesAreBounded(system, "reads"), everyOperationFinishes(system)],
  witnesses: (system, world) => [allWritesReturned(system, world), aReadWritesBack(system)],
};

const alone: Question["witnesses"] = (system, world) => [allWritesReturned(system, world)];

export default claim({
  id: "L-LIVE-R",
  says: "Reads finish within two phases, whatever faulty clients do: no read takes a third, and none is left unfinished where nothing is owed.",
  source: "L §5.1 (bounds on phases and quiescence; fairness comes with liveness checking)",
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
  ],
});
