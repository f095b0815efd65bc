import { claim } from "../../spec/automaton/index.ts";
import { mutant, repairedEverywhere, tight } from "./cases.ts";
import type { Question } from "./problems.ts";
import { order } from "./properties.ts";
import { CHECKPOINTS, NORMAL, TIGHT } from "./sizes.ts";

const question: Question = { properties: (system) => [order(system)], witnesses: () => [] };

export default claim({
  id: "W-CL-ORDER",
  says: "Of what two correct replicas executed, one is a beginning of the other.",
  source: "OSDI 1999 §4.2: replicas execute in the order of sequence numbers",
  cases: [
    ...repairedEverywhere(question),
    tight(TIGHT, question),
    mutant("executes-out-of-order", NORMAL.twoNumbers, question),
    mutant("state-not-verified", CHECKPOINTS.one, question),
    mutant("checkpoint-quorum-f", CHECKPOINTS.one, question),
  ],
});
