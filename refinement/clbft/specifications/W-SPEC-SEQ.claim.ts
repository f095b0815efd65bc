import { type Case, claim } from "../../../spec/automaton/index.ts";
import { pinnedOf } from "./pins.ts";
import {
  allReturned,
  C,
  CONCURRENT,
  D,
  looksLikeSingleServer,
  request,
  returnsResult,
  type SequencingSize,
  SHARED,
  SURVIVORS,
  sequencingProblem,
  TWO_CLIENTS,
} from "./sequencing.ts";

/** One client asks for two operations under one t; another has a request of its own. */
const TWINS: SequencingSize = {
  requests: [request(C, 1, "x"), request(C, 1, "y"), request(D, 1, "z")],
  sentTo: 3,
};

const oneServer = (
  variant: string,
  instance: string,
  size: SequencingSize,
  rest: Pick<Case, "expect"> & Partial<Case>,
  last = "yx",
): Case => ({
  variant,
  instance,
  tier: "ci",
  ...(variant.startsWith("repaired") ? pinnedOf(instance) : {}),
  problem: () =>
    sequencingProblem(
      size,
      (system) => [looksLikeSingleServer(system, size)],
      (system) =>
        rest.expect === "holds" ? [allReturned(system), returnsResult(system, last)] : [],
    ),
  ...rest,
});

export default claim({
  id: "W-SPEC-SEQ",
  says: "The ideal sequencer, to clients that take what f + 1 replicas reply, is a single server that does not fail, and answers.",
  source: "W §2, appendix B; our relation of the two specifications",
  cases: [
    oneServer("repaired", "2 concurrent of one client, 1 of a faulty one", CONCURRENT, {
      expect: "holds",
      ...SHARED,
    }),
    oneServer("repaired", "1 and 1 of two clients", TWO_CLIENTS, { expect: "holds" }),
    oneServer("repaired", "two under one t, 1 of another client", TWINS, { expect: "holds" }, "zy"),
    oneServer(
      "repaired/replies again",
      "1 and 1 of two clients",
      { ...TWO_CLIENTS, repeats: "at any time" },
      { expect: "holds", ...SHARED },
    ),
    oneServer(
      "repaired",
      "1 and 1 of two clients, state transfer",
      { ...TWO_CLIENTS, repeats: "when asked", skips: true },
      { expect: "holds" },
    ),
    oneServer(
      "repaired",
      "1 and 1 of two clients, the faulty replica mute",
      { ...TWO_CLIENTS, mute: true },
      { expect: "holds" },
    ),
    oneServer(
      "repaired",
      "1 and 1 of two clients, who ask f + 1 correct replicas",
      { ...TWO_CLIENTS, sentTo: 2 },
      { expect: "holds" },
    ),
    oneServer(
      "tight",
      "1 and 1 of two clients",
      { ...TWO_CLIENTS, liars: 2 },
      { expect: "violated", because: "two faulty replicas of four make f + 1 equal replies" },
    ),
    oneServer(
      "tight/answers",
      "1 and 1 of two clients, 3 of 4 replicas mute",
      { ...TWO_CLIENTS, liars: 3, mute: true },
      { expect: "violated", because: "one correct replica makes no f + 1 replies" },
    ),
    oneServer(
      "tight/asked",
      "1 and 1 of two clients, who ask f correct replicas",
      { ...TWO_CLIENTS, sentTo: 1 },
      { expect: "violated", because: "one replica that times out alone changes no view" },
    ),
    oneServer(
      "mutant/f-replies",
      "1 and 1 of two clients",
      { ...TWO_CLIENTS, needed: 1 },
      { expect: "violated", because: "a client believes the one faulty replica" },
    ),
    oneServer(
      "mutant/waits-for-all",
      "1 and 1 of two clients, the faulty replica mute",
      { ...TWO_CLIENTS, needed: 4, mute: true },
      { expect: "violated", because: "the faulty replica replies nothing" },
    ),
    oneServer(
      "mutant/sequences-twice",
      "1 and 1 of two clients",
      { ...TWO_CLIENTS, once: false },
      { expect: "violated", because: "a request that comes again is executed again" },
    ),
    oneServer(
      "mutant/skips-silently",
      "1 and 1 of two clients",
      { ...TWO_CLIENTS, skips: true },
      { expect: "violated", because: "replies to what was skipped come only to who asks again" },
    ),
    oneServer(
      "mutant/out-of-order",
      "1 and 1 of two clients",
      { ...TWO_CLIENTS, without: { action: "REPLY", clause: "due" } },
      {
        expect: "holds",
        because:
          "clients do not see the order of replies, only results, which have that of execution: W-SPEC-ORDER kills it",
      },
    ),
  ],
  survivors: SURVIVORS,
});
