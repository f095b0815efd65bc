import { REPAIRED, STRONG } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { hiddenAfter, leaving, lurkingTold, overwritten } from "./bounds.ts";
import { B_ABOVE_C } from "./instances.ts";
import * as pins from "./pins.ts";
import { caseOf, type Question } from "./problems.ts";
import { predecessorsCompleted } from "./proofs.ts";
import { mutant } from "./safety.ts";
import { faultyWriteCompletes } from "./witnesses.ts";

const ID =
  "the lurking write has the successor of a completed timestamp; a writer with a smaller id writes below it once, and above it the second time";

const E01 =
  "L-E01 remains in section 7: replicas prepare a completed timestamp again, with another value";

/** What k rests on: nothing can be prepared far above what has completed. */
const above: Question = {
  properties: (system, world) => [predecessorsCompleted(system, world)],
  witnesses: (system, world) => [faultyWriteCompletes(system, world)],
  interleaved: true,
};

export default claim({
  id: "L-LIN+",
  says: "Of the strong protocol no write of a stopped client takes effect after the second write of correct clients, and at most one after its stop.",
  source: "L §7, BFT-linearizable+ with k = 2, read as the prose has it: writes of correct clients",
  cases: [
    hiddenAfter("strong", 1, overwritten(1, 1), { expect: "violated", because: ID }),
    hiddenAfter("strong", 2, overwritten(2, 1), {
      expect: "bounded",
      tier: "nightly",
      maxStates: 6_000_000,
      because:
        "k = 2 was not violated in 8,591,083 states, 30 levels; the search was stopped there",
    }),
    hiddenAfter("base", 1, overwritten(1, 1), { expect: "violated", because: ID }),
    lurkingTold("strong", 0, leaving(1, 2, 2), { expect: "violated" }),
    lurkingTold("strong", 1, leaving(1, 2, 2), { expect: "holds" }),
    lurkingTold("strong", 0, leaving(0, 2), { expect: "violated" }),
    lurkingTold("strong", 1, leaving(0, 2), { expect: "holds" }),
    lurkingTold("printed/strong", 1, leaving(1, 2, 2), { expect: "violated", because: E01 }),
    lurkingTold("printed/strong", 1, leaving(0, 2), {
      expect: "holds",
      pinned: pins.PRINTED_STRONG,
    }),
    caseOf("strong", STRONG, B_ABOVE_C, above, { expect: "holds", pinned: pins.B_ABOVE_C }),
    caseOf(
      "base",
      REPAIRED,
      B_ABOVE_C,
      { ...above, witnesses: () => [] },
      {
        expect: "violated",
        because: "only section 7 asks for the predecessor's write proof",
      },
    ),
    ...["strong/no-predecessor-write-proof", "strong-opt/no-predecessor-write-proof"].map((name) =>
      mutant(name, { ...above, witnesses: () => [] }, B_ABOVE_C),
    ),
  ],
});
