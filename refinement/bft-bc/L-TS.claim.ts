import { REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { CLIENT_C, CLIENT_C_ONCE, CLIENTS_B_AND_C, ONE_VALUE_REACHING_TWO } from "./instances.ts";
import * as pins from "./pins.ts";
import { caseOf, type Question } from "./problems.ts";
import { timestampsAreNotSkipped } from "./proofs.ts";
import { mutant, printedVariants } from "./safety.ts";
import { variantCases } from "./variants.ts";
import { aRecordIsKept } from "./witnesses.ts";

const question: Question = {
  properties: (system, world) => [timestampsAreNotSkipped(system, world)],
  witnesses: (system, world) => [aRecordIsKept(system, world)],
  interleaved: true,
};

const bug: Question = { ...question, witnesses: () => [] };

const ONE_VALUE_TWICE = { ...CLIENT_C, valuesOfC: 1 };
const B_AND_C = { ...CLIENTS_B_AND_C, maxForgedVal: 1 };

const VARIANTS = { pins: pins.TS_VARIANTS };

export default claim({
  id: "L-TS",
  says: "The timestamp space cannot be exhausted: val is at most the completed writes plus the clients that write.",
  source: "L §3.2, goal 3, and §9",
  cases: [
    caseOf("repaired", REPAIRED, CLIENT_C, question, { expect: "holds", pinned: pins.TS_C }),
    caseOf("repaired", REPAIRED, B_AND_C, question, {
      expect: "holds",
      pinned: pins.TS_B_AND_C,
    }),
    ...printedVariants(
      question,
      { printed: "holds", e01: "holds", e02: "holds" },
      "a prepare must be the successor of a prepared timestamp",
      B_AND_C,
    ),
    ...variantCases("repaired", question, CLIENT_C_ONCE, { strong: "holds" }, VARIANTS),
    ...variantCases("repaired", question, ONE_VALUE_TWICE, { strong: "holds" }, VARIANTS),
    ...variantCases(
      "repaired",
      question,
      ONE_VALUE_REACHING_TWO,
      {
        opt: "holds",
        "strong-opt": "holds",
      },
      VARIANTS,
    ),
    mutant("no-one-record-test", question),
    mutant("opt/expects-beyond-successor", bug, ONE_VALUE_TWICE),
  ],
});
