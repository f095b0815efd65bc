import { DETECTOR_MUTANTS } from "../../../impl/atomic-multicast/detector/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import { hurried, MUTE, PINS, TALKS, TALKS_IN_TURN } from "./instances.ts";
import {
  ASYNCHRONOUS,
  caseOf,
  faultyIsSuspected,
  muteStaySuspected,
  type Question,
  silentAreSuspected,
  talkerExceeds,
  waitsAreTold,
} from "./problems.ts";

const mute: Question = {
  properties: (one, size) => [...waitsAreTold()(one, size), ...muteStaySuspected(one, size)],
  witnesses: (one) => [faultyIsSuspected(one)],
};
const talks: Question = {
  properties: waitsAreTold(),
  witnesses: (one) => [faultyIsSuspected(one), talkerExceeds(one)],
};
const untimely = (question: Question): Question => ({
  ...question,
  properties: waitsAreTold(ASYNCHRONOUS),
});
const printed: Question = { ...mute, properties: silentAreSuspected };

export default claim({
  id: "D-FD-MC",
  says: "Mute completeness: whoever waits for a process that is mute, or that talks and skips what is waited for, comes to suspect it; a mute one stays suspected.",
  source: "D §2, §6 (the nb · r test)",
  cases: [
    caseOf("repaired", MUTE, mute, { expect: "holds", shares: "muteness", pinned: PINS.MUTE }),
    caseOf("tight/hurried", hurried(MUTE), mute, {
      expect: "violated",
      because:
        "who is waited for less long than its time-out is not suspected; it blocks nobody, because others end the wait",
    }),
    caseOf("repaired", TALKS, talks, { expect: "holds", pinned: PINS.TALKS }),
    caseOf("repaired", TALKS_IN_TURN, talks, {
      expect: "holds",
      tier: "nightly",
      pinned: PINS.TALKS_IN_TURN,
      shares: "muteness",
    }),
    caseOf("repaired/asynchronous", MUTE, untimely(mute), {
      expect: "holds",
      because: "completeness needs a clock that ticks, and no bound on delays",
    }),
    caseOf("repaired/asynchronous", TALKS, untimely(talks), {
      expect: "holds",
      because: "completeness needs a clock that ticks, and no bound on delays",
    }),
    caseOf("printed/mute", { ...MUTE, idles: true }, printed, {
      expect: "violated",
      because:
        "§2 calls mute whoever is not heard any more. When the algorithm waits for nobody, everybody is; a detector that suspected them all would not be accurate.",
    }),
    ...(
      [
        ["messages-not-counted", TALKS, talks],
        ["repeats-set-the-clock-back", TALKS, talks],
        ["suspicions-end-with-the-wait", MUTE, mute],
        ["suspect-told-once", MUTE, mute],
      ] as const
    ).map(([mutant, size, question]) =>
      caseOf(`mutant/${mutant}`, { ...size, rules: DETECTOR_MUTANTS[mutant] }, question, {
        expect: "violated",
      }),
    ),
  ],
});
