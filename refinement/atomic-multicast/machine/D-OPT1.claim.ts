import { type Case, claim } from "../../../spec/automaton/index.ts";
import { pinnedOf } from "./pins.ts";
import {
  allReturned,
  EACH_RECEIVES,
  invocationsReturn,
  looksLikeOneServer,
  type StackSize,
  stackProblem,
} from "./problems.ts";

const MUTE: StackSize = { toCoordinator: true, faultyReplica: 1, retries: true };

const answered = (
  variant: string,
  instance: string,
  size: StackSize,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case => ({
  variant,
  instance,
  tier: "ci",
  problem: () =>
    stackProblem(
      size,
      (system, world) => [
        looksLikeOneServer(system, world),
        invocationsReturn(system, [EACH_RECEIVES]),
      ],
      (system) => (rest.expect === "holds" ? [allReturned(system, 1)] : []),
    ),
  ...pinnedOf(variant, instance),
  ...rest,
});

export default claim({
  id: "D-OPT1",
  says: "A client may send to the first coordinator only, and multicasts reliably when no reply comes: it is answered all the same.",
  source: "D §7, the first optimisation",
  cases: [
    answered("repaired", "1 request, the first coordinator mute", MUTE, { expect: "holds" }),
    answered(
      "repaired",
      "1 request, the first coordinator correct",
      { ...MUTE, faultyReplica: 3 },
      {
        expect: "holds",
        tier: "nightly",
      },
    ),
    answered(
      "repaired/no fallback",
      "1 request, the first coordinator correct",
      { ...MUTE, faultyReplica: 3, retries: false },
      { expect: "holds", because: "the coordinator relays what it receives (Algorithm 5)" },
    ),
    answered(
      "mutant/no-fallback",
      "1 request, the first coordinator mute",
      { ...MUTE, retries: false },
      { expect: "violated", because: "nobody but the mute coordinator has the request" },
    ),
    answered(
      "without",
      "1 request to all",
      { toCoordinator: false, faultyReplica: 1, retries: false },
      { expect: "holds" },
    ),
  ],
});
