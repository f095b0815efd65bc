import { DETECTOR_MUTANTS } from "../../../impl/atomic-multicast/detector/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import { hurried, MUTE, PAIR, PINS, TALKS_IN_TURN } from "./instances.ts";
import {
  ASYNCHRONOUS,
  caseOf,
  correctAreTrusted,
  correctIsSuspected,
  correctIsTrustedAgain,
  type Question,
} from "./problems.ts";

const question: Question = {
  properties: correctAreTrusted(),
  witnesses: (one) => [correctIsSuspected(one), correctIsTrustedAgain(one)],
};
const untimely: Question = { ...question, properties: correctAreTrusted(ASYNCHRONOUS) };
const repeated = { ...PAIR, delay: 1, inTheNameOf: "what it signed" } as const;

export default claim({
  id: "D-FD-EWA",
  says: "Eventual weak accuracy, and more: once messages take a bounded time, each correct process is at last suspected by no correct one.",
  source: "D §2",
  cases: [
    caseOf("repaired", PAIR, question, { expect: "holds", pinned: PINS.PAIR }),

    caseOf("repaired", MUTE, question, { expect: "holds", shares: "muteness", pinned: PINS.MUTE }),
    caseOf("repaired", hurried(MUTE), question, { expect: "holds", pinned: PINS.MUTE_HURRIED }),
    caseOf("repaired", { ...PAIR, idles: true }, question, { expect: "holds", pinned: PINS.PAIR }),
    caseOf("repaired", repeated, question, { expect: "holds", pinned: PINS.REPEATED }),
    caseOf("repaired", TALKS_IN_TURN, question, {
      expect: "holds",
      tier: "nightly",
      pinned: PINS.TALKS_IN_TURN,
      shares: "muteness",
    }),
    caseOf("tight/asynchronous", PAIR, untimely, {
      expect: "violated",
      because: "without a bound on delays the longest time-out is too short, again and again",
    }),
    caseOf("tight/ceiling", { ...PAIR, ceiling: 2 }, question, {
      expect: "violated",
      because: "a ceiling of the time-outs that messages may exceed",
    }),
    caseOf(
      "mutant/unsigned-messages-count",
      { ...PAIR, delay: 1, inTheNameOf: "anything" },
      question,
      {
        expect: "violated",
        because: "D-E09: who need not sign can make anybody exceed nb · r",
      },
    ),
    ...(
      [
        ["time-out-never-grows", PAIR],
        ["suspicion-never-withdrawn", PAIR],
        ["repeats-count", repeated],
        ["count-over-all-instances", PAIR],
      ] as const
    ).map(([mutant, size]) =>
      caseOf(`mutant/${mutant}`, { ...size, rules: DETECTOR_MUTANTS[mutant] }, question, {
        expect: "violated",
      }),
    ),
  ],
});
