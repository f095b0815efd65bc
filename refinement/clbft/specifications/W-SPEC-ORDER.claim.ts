import { type Case, claim } from "../../../spec/automaton/index.ts";
import { pinnedOf } from "./pins.ts";
import {
  allReturned,
  CONCURRENT,
  repliesInOneOrder,
  returnsResult,
  type SequencingSize,
  SHARED,
  sequencingProblem,
  TWO_CLIENTS,
} from "./sequencing.ts";

const inOrder = (
  variant: string,
  instance: string,
  size: SequencingSize,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case => ({
  variant,
  instance,
  tier: "ci",
  ...(rest.expect === "holds" ? { ...pinnedOf(instance), ...SHARED } : {}),
  problem: () =>
    sequencingProblem(
      size,
      (system) => [repliesInOneOrder(system)],
      (system) =>
        rest.expect === "holds" ? [allReturned(system), returnsResult(system, "yx")] : [],
    ),
  ...rest,
});

export default claim({
  id: "W-SPEC-ORDER",
  says: "Correct replicas of the ideal sequencer reply to new requests in the order of execution, which is one for all.",
  source: "W §7.2.2 (replies are sent in the order in which they are executed), §9.2",
  cases: [
    inOrder("repaired", "2 concurrent of one client, 1 of a faulty one", CONCURRENT, {
      expect: "holds",
    }),
    inOrder(
      "repaired/replies again",
      "1 and 1 of two clients",
      { ...TWO_CLIENTS, repeats: "at any time" },
      { expect: "holds" },
    ),
    inOrder(
      "printed/state transfer",
      "1 and 1 of two clients",
      { ...TWO_CLIENTS, repeats: "when asked", skips: true },
      {
        expect: "violated",
        because:
          "who skips an entry replies to it later or never: at a client store the reply queue must be part of what is transferred (W §9.2, W-E08)",
      },
    ),
    inOrder(
      "mutant/out-of-order",
      "1 and 1 of two clients",
      { ...TWO_CLIENTS, without: { action: "REPLY", clause: "due" } },
      { expect: "violated", because: "replicas reply to what is in the log in any order" },
    ),
  ],
});
