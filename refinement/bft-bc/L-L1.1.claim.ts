import { claim } from "../../spec/automaton/index.ts";
import * as pins from "./pins.ts";
import { faultyWriteCompletes, noWriteProofAboveTsMax, type Question } from "./problems.ts";
import { printedVariants, repairedEverywhere, tight } from "./safety.ts";

const question: Question = {
  properties: (system, world) => [noWriteProofAboveTsMax(system, world)],
  witnesses: (system, world) => [faultyWriteCompletes(system, world)],
};

export default claim({
  id: "L-L1.1",
  says: "Up to the stop of a faulty client, no node has a write proof for a timestamp above ts_max, the (f + 1)st highest that correct replicas store.",
  source: "L §5, Lemma 1 (1)",
  cases: [
    ...repairedEverywhere(question, pins.SAFETY),
    ...printedVariants(
      question,
      { printed: "holds", e01: "holds", e02: "holds" },
      "part 1 does not depend on the prepare list: a replica vouches for no write above its own timestamp",
    ),
    tight(question),
  ],
});
