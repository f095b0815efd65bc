import { claim } from "../../spec/automaton/index.ts";
import * as pins from "./pins.ts";
import { aRecordIsKept, type Question, timestampsAreNotSkipped } from "./problems.ts";
import { mutant, printedVariants, repairedEverywhere } from "./safety.ts";

const question: Question = {
  properties: (system, world) => [timestampsAreNotSkipped(system, world)],
  witnesses: (system, world) => [aRecordIsKept(system, world)],
};

export default claim({
  id: "L-TS",
  says: "The timestamp space cannot be exhausted: val is at most the completed writes plus the clients that write.",
  source: "L §3.2, goal 3, and §9",
  cases: [
    ...repairedEverywhere(question, pins.SAFETY),
    ...printedVariants(
      question,
      { printed: "holds", e01: "holds", e02: "holds" },
      "a prepare must be the successor of a prepared timestamp",
    ),
    mutant("no-one-record-test", question),
  ],
});
