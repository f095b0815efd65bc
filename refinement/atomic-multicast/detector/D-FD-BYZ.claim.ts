import { JUDGE_REPAIRED, type JudgeRules } from "../../../impl/atomic-multicast/detector/judge.ts";
import {
  type Case,
  claim,
  invariant,
  type Problem,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { CORRECT, FAULTY, judgingSystem, MISBEHAVIOURS } from "./judging.ts";

function problemOf(rules: JudgeRules): Problem {
  const system = judgingSystem(rules);
  return {
    system,
    properties: [
      invariant(system, {
        name: "no correct process is marked",
        reads: ["detector.byzantine"],
        holds: ({ detector }) => !detector.byzantine.includes(CORRECT),
      }),
    ],
    witnesses: MISBEHAVIOURS.map((why) =>
      witnessAction(system, {
        name: `the faulty one ${why}`,
        action: "MISBEHAVED",
        where: (found) => found.of === FAULTY && found.why === why,
      }),
    ),
    excludes: ["messages other than Initials: their convictions use the same tests"],
  };
}

const caseOf = (
  variant: string,
  rules: JudgeRules,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case => ({
  variant,
  instance: "an Initial in each of 2 instances, 2 estimates, one faulty",
  tier: "ci",
  problem: () => problemOf(rules),
  ...rest,
});

export default claim({
  id: "D-FD-BYZ",
  says: "No correct process is marked Byzantine by a correct one, whatever faulty ones send, send on or forge.",
  source: "D §5 (Byzantine_p), suspicion D-E09",
  cases: [
    caseOf("repaired", JUDGE_REPAIRED, { expect: "holds", pinned: { states: 6000, depth: 14 } }),
    caseOf(
      "printed/D-E03",
      { ...JUDGE_REPAIRED, comparesInstances: false },
      {
        expect: "violated",
        because:
          "without instances in messages the Initials of two instances are two Initials of round 1",
      },
    ),
    caseOf(
      "mutant/named-convicted-for-forgery",
      { ...JUDGE_REPAIRED, forgeryIsTheSenders: false },
      { expect: "violated", because: "anybody can put a bad signature under another's name" },
    ),
    caseOf(
      "mutant/signer-convicted-for-certificate",
      { ...JUDGE_REPAIRED, certificateIsTheSenders: false },
      { expect: "violated", because: "who passes a message on can exchange its certificate" },
    ),
  ],
});
