import { MESSAGES_PER_ROUND } from "../../../impl/atomic-multicast/detector/automaton.ts";
import {
  DETECTOR_MUTANTS,
  DETECTOR_REPAIRED,
} from "../../../impl/atomic-multicast/detector/rules.ts";
import {
  type Case,
  claim,
  invariant,
  type Problem,
  witness,
} from "../../../spec/automaton/index.ts";
import { type SpeakingSize, speakingSystem, talliedSpeaker } from "./speaking.ts";

const ONE: SpeakingSize = {
  rounds: 3,
  instances: 1,
  messagesPerRound: MESSAGES_PER_ROUND,
  rules: DETECTOR_REPAIRED,
};
const TWO: SpeakingSize = { ...ONE, rounds: 1, instances: 2 };
/** The listener coordinates round 1: value and Echo, Ready, Suspicion, GoPhase2, Decide go to it. */
const ECHOES: SpeakingSize = { ...ONE, rounds: 5, isFirst: false };

const excludes = ["contents and quorums: every step that needs them is possible"];

/** What the paper says of nb, and what its test makes of it. */
function counted(size: SpeakingSize): Problem {
  const system = talliedSpeaker(size);
  const { messagesPerRound: nb } = size;
  return {
    system,
    properties: [
      invariant(system, {
        name: `at most ${nb} in a round, the preliminary value with the first`,
        reads: ["tally"],
        holds: ({ tally }) => tally.inRound <= nb,
      }),
      invariant(system, {
        name: `at most ${nb} · r in rounds 1 to r`,
        reads: ["tally"],
        holds: ({ tally }) => tally.inInstance <= nb * Math.max(tally.round, 1),
      }),
      invariant(system, {
        name: "at most 4r + 2 in rounds 1 to r",
        reads: ["tally"],
        holds: ({ tally }) => tally.inInstance <= 4 * Math.max(tally.round, 1) + 2,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "it says six messages in round 1",
        reads: ["tally"],
        reached: ({ tally }) => tally.round === 1 && tally.inRound === 6,
      }),
    ],
    excludes,
  };
}

/** The test of the detector, with messages of a correct process. */
function tested(size: SpeakingSize): Problem {
  const system = speakingSystem(size);
  return {
    system,
    properties: [
      invariant(system, {
        name: "a correct process never exceeds nb · r while it is waited for",
        reads: ["counting.exceeded"],
        holds: ({ counting }) => !counting.exceeded,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "it is waited for in the last round, after all that it can say before",
        reads: ["listener", "counting"],
        reached: ({ listener, counting }) =>
          listener.isWaiting && listener.round === size.rounds && counting.waited === 1,
      }),
    ],
    excludes,
  };
}

function caseOf(
  variant: string,
  size: SpeakingSize,
  problem: (size: SpeakingSize) => Problem,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case {
  const { rounds, instances, messagesPerRound } = size;
  const what = problem === counted ? "counted" : "tested";
  const instance = `${rounds} rounds, ${instances} instances, nb = ${messagesPerRound}, ${what}`;
  return { variant, instance, tier: "ci", problem: () => problem(size), ...rest };
}

const nb = (size: SpeakingSize, messagesPerRound: number) => ({ ...size, messagesPerRound });

export default claim({
  id: "D-NB",
  says: "In rounds 1 to r a correct process sends another at most nb · r messages, nb = 6, and the test that counts them never suspects a correct process.",
  source: "D §6",
  cases: [
    caseOf("repaired", ECHOES, counted, { expect: "holds", pinned: { states: 788, depth: 26 } }),
    caseOf("repaired", ONE, tested, { expect: "holds", pinned: { states: 29170, depth: 25 } }),
    caseOf("repaired", TWO, tested, { expect: "holds", pinned: { states: 5830, depth: 20 } }),
    caseOf("tight", nb(ECHOES, 5), counted, {
      expect: "violated",
      because:
        "round 1 has six: value, Echo, Ready, Suspicion, GoPhase2, Decide. The value and the Decide come once in an instance, so r rounds have 4r + 2.",
    }),
    caseOf("tight", nb(ONE, 3), tested, {
      expect: "holds",
      because:
        "while it is waited for, its Ready, GoPhase2 and Decide have not come: three a round are enough for three rounds",
    }),
    caseOf("tight", nb(ONE, 2), tested, {
      expect: "violated",
      because: "nb = 2 suspects a correct coordinator of round 3",
    }),
    caseOf(
      "printed/D-E03",
      { ...TWO, rules: DETECTOR_MUTANTS["count-over-all-instances"] },
      tested,
      {
        expect: "violated",
        because:
          "without instances in messages the count goes on, and r begins with 1 again: the second instance suspects a correct coordinator",
      },
    ),
    caseOf("printed/task-2", { ...ECHOES, relaysEachDecide: true }, counted, {
      expect: "violated",
      because:
        "line 44 to the letter relays each valid Decide, also after the decision: there is no bound for a round",
    }),
    caseOf("printed/task-2", { ...TWO, relaysEachDecide: true }, tested, {
      expect: "holds",
      because: "the first Decide ends every wait of the instance, and the rest are not of the next",
    }),
  ],
  survivors: [
    "without counting/DOUBT/due",
    "without counting/DOUBT/notYet",
    "without counting/SUSPECT/suspected",
    "without counting/SUSPECT/once",
    "without counting/TRUST/heard",
    "without counting/TRUST/explained",
  ].map((mutant) => ({
    mutant,
    because: "this claim asks of counts only; D-FD-MC and D-FD-EWA ask of these clauses",
  })),
});
