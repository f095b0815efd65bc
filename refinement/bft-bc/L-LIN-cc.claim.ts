import { PLAIN, REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { CORRECT_CLIENTS } from "./instances.ts";
import * as pins from "./pins.ts";
import {
  allWritesReturned,
  aReadWritesBack,
  caseOf,
  isRegister,
  type Question,
} from "./problems.ts";
import { mutant, printedVariants, tight } from "./safety.ts";

const question: Question = {
  properties: (system, world) => [isRegister(system, world, 0)],
  witnesses: (system, world) => [allWritesReturned(system, world), aReadWritesBack(system)],
};
const bug: Question = { ...question, witnesses: () => [] };

export default claim({
  id: "L-LIN-cc",
  says: "To correct clients alone the object is an atomic register: every trace is one of its traces.",
  source:
    "L §4, Definition 1 (1) and (2), for histories of correct clients; a faulty replica of four",
  cases: [
    caseOf("repaired", REPAIRED, CORRECT_CLIENTS, question, {
      expect: "holds",
      pinned: pins.CORRECT_CLIENTS,
    }),
    caseOf("plain", PLAIN, CORRECT_CLIENTS, question, {
      expect: "holds",
      pinned: pins.PLAIN,
      because: "the quorum protocol of section 3.1 is correct as long as all clients are",
    }),
    ...printedVariants(
      question,
      { printed: "holds", e01: "holds", e02: "holds" },
      "the defects need a faulty client",
      CORRECT_CLIENTS,
    ),
    tight(bug, { ...CORRECT_CLIENTS, writes: 1, reads: 1 }),
    mutant("read-without-write-back", bug, CORRECT_CLIENTS),
    mutant("smaller-timestamp-overwrites", bug, CORRECT_CLIENTS),
  ],
});
