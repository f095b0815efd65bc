import { type Case, claim, leadsTo, notFair, witness } from "../../../spec/automaton/index.ts";
import { isOwed } from "../../../spec/clbft/asked.ts";
import { pinnedOf } from "./pins.ts";
import {
  askingSystem,
  C,
  correctOf,
  D,
  request,
  type SequencingSize,
  SURVIVORS,
} from "./sequencing.ts";

const TWO: SequencingSize = { requests: [request(C, 1, "x"), request(D, 1, "y")] };
const ONE: SequencingSize = { requests: [request(C, 1, "x")] };

const answered = (
  variant: string,
  size: SequencingSize,
  enough: number,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case => ({
  variant,
  instance: size.requests.length === 1 ? "1 request" : "1 and 1 of two clients, asked",
  tier: "ci",
  ...(rest.expect === "holds" ? pinnedOf("1 and 1 of two clients, asked") : {}),
  problem: () => {
    const system = askingSystem(size);
    const correct = correctOf(size);
    return {
      system,
      properties: [
        leadsTo(system, {
          name: `what ${enough} correct replicas are asked, each replies to`,
          reads: ["asked"],
          // Clients may fall silent.
          fairness: [notFair("REQUEST")],
          premise: ({ asked }) => isOwed(asked, correct, enough),
          conclusion: ({ asked }) => !isOwed(asked, correct, enough),
        }),
      ],
      witnesses: [
        witness(system, {
          name: "each correct replica replied to each request",
          reads: ["asked"],
          reached: ({ asked: { replied } }) =>
            size.requests.length === Object.keys(replied).length &&
            Object.values(replied).every((by) => by.length === correct.length),
        }),
      ],
      excludes: ["lines 1, 2, 6 and 7, which are about messages that the sequencer has not"],
    };
  },
  ...rest,
});

export default claim({
  id: "W-SPEC-ASKED",
  says: "What f + 1 correct replicas of the ideal sequencer are asked, each correct one replies to: the chain of lines 1 to 4 of Lemma 10.",
  source: "W appendix B, Lemma 10 (1) to (4), weakened as W-E07 says",
  cases: [
    answered("repaired", TWO, 2, { expect: "holds" }),
    answered("printed", ONE, 1, {
      expect: "violated",
      because:
        "one correct replica forwards to a faulty primary and times out alone: no view changes, and nothing is sequenced",
    }),
    answered("limit/state transfer", { ...ONE, skips: true, repeats: "when asked" }, 2, {
      expect: "violated",
      because:
        "who skips an entry replies to it when asked again, and clients may fall silent (W-E08)",
    }),
    answered("mutant/waits-for-2f+1", { ...ONE, askedMin: 3 }, 2, {
      expect: "violated",
      because: "f + 1 that were asked wait for the others, who were not",
    }),
  ],
  survivors: [
    ...SURVIVORS,
    ...["requests/REQUEST/asked", "replies/RETURN/enough", "sequencer/REPLY/due"].map((clause) => ({
      mutant: `without ${clause}`,
      because:
        "it is about what replicas reply, not about what clients make of it, nor in which order",
    })),
    {
      mutant: "without sequencer/SEQUENCE-EARLY/once",
      because: "no faulty client: what is in the log is asked for no more",
    },
    { mutant: "threshold replies-1", because: "what clients believe is nothing to it" },
  ],
});
