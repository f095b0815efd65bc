import { REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { CLIENT_C, CLIENTS_B_AND_C } from "./instances.ts";
import * as pins from "./pins.ts";
import { aRecordIsKept, caseOf, type Question, timestampsAreNotSkipped } from "./problems.ts";
import { mutant, printedVariants } from "./safety.ts";

const question: Question = {
  properties: (system, world) => [timestampsAreNotSkipped(system, world)],
  witnesses: (system, world) => [aRecordIsKept(system, world)],
  interleaved: true,
};

const B_AND_C = { ...CLIENTS_B_AND_C, maxForgedVal: 1 };

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
    mutant("no-one-record-test", question),
  ],
});
