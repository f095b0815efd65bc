import { OPTIMISED, PLAIN, PRINTED_E12, REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { isRegister } from "./histories.ts";
import { ALONE, CORRECT_CLIENTS, SPLIT_BY_LIES } from "./instances.ts";
import * as pins from "./pins.ts";
import { caseOf, type Question } from "./problems.ts";
import { mutant, printedVariants, tight } from "./safety.ts";
import { variantCases } from "./variants.ts";
import { allWritesReturned, aReadWritesBack } from "./witnesses.ts";

const question: Question = {
  properties: (system, world) => [isRegister(system, world, 0)],
  witnesses: (system, world) => [allWritesReturned(system, world), aReadWritesBack(system)],
};
const bug: Question = { ...question, witnesses: () => [] };

const E12 =
  "L-E12: what phase 1 of a write prepared at two replicas is a proof with the signature of a faulty one, though the client goes on to a larger timestamp. A reader writes the value back under the first, b overwrites it, and the client's own WRITE brings it back: one write of a correct client takes effect twice.";

const variants: Question = {
  ...question,
  witnesses: (system, world) => [allWritesReturned(system, world)],
};

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
    ...variantCases("repaired", variants, ALONE, {
      opt: "holds",
      strong: "holds",
      "strong-opt": "holds",
    }),
    caseOf("printed/L-E12", PRINTED_E12, SPLIT_BY_LIES, bug, {
      expect: "violated",
      tier: "nightly",
      because: E12,
    }),
    caseOf("opt", OPTIMISED, SPLIT_BY_LIES, variants, {
      expect: "holds",
      tier: "nightly",
      pinned: pins.SPLIT_BY_LIES,
      because: "nobody can show a prepare that its client has not chosen",
    }),
    mutant("read-without-write-back", bug, CORRECT_CLIENTS),
    mutant("smaller-timestamp-overwrites", bug, CORRECT_CLIENTS),
  ],
});
