import { OPTIMISED, STRONG, STRONG_OPTIMISED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { CLIENT_C_ONCE } from "./instances.ts";
import * as pins from "./pins.ts";
import type { Question } from "./problems.ts";
import { noWriteProofAboveTsMax } from "./proofs.ts";
import { printedVariants, repairedEverywhere, tight, tightOf } from "./safety.ts";
import { variantCases } from "./variants.ts";
import { faultyWriteCompletes } from "./witnesses.ts";

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
    tightOf("opt", OPTIMISED, question),
    tightOf("strong", STRONG, question),
    tightOf("strong-opt", STRONG_OPTIMISED, question),
    ...variantCases("repaired", question, CLIENT_C_ONCE, {
      opt: "holds",
      strong: "holds",
      "strong-opt": "holds",
    }),
  ],
});
