import { expect, test } from "vitest";
import { checkCase } from "../../../checker/run.ts";
import {
  automaton,
  type Case,
  claim,
  compose,
  eventuallyAlways,
  index,
  leadsTo,
  notFair,
  type Output,
  type PayloadOf,
  type Problem,
  weaklyFair,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { type MutenessActions, muteness } from "../../../spec/multicast/muteness.ts";

const [P, Q] = [index("replica", 0), index("replica", 1)];

type Waiting = {
  EXPECT: Output<PayloadOf<MutenessActions, "EXPECT">>;
  MET: Output<PayloadOf<MutenessActions, "MET">>;
};
/** P waits for Q again and again; a wait ends when it likes, or never. */
const algorithm = automaton<boolean, Waiting>("algorithm", {
  start: false,
  transitions: {
    EXPECT: {
      kind: "output",
      choose: () => [{ replica: P, k: 1, round: 1, of: Q }],
      when: { rests: (waits) => !waits },
      effect: () => true,
    },
    MET: {
      kind: "output",
      choose: () => [{ replica: P, k: 1, round: 1 }],
      when: { waits: (waits) => waits },
      effect: () => false,
    },
  },
});

function problemOf(stabilises: "must" | "may", isCorrect: boolean): Problem {
  const correct = isCorrect ? [P, Q] : [P];
  const system = compose(
    "◇M",
    { oracle: muteness({ correct, stabilises }), algorithm },
    { open: ["HEARD"] },
  );
  const reads = ["oracle"] as const;
  return {
    system,
    properties: [
      leadsTo(system, {
        name: "mute completeness",
        reads,
        fairness: [notFair("MET")],
        premise: ({ oracle }) => oracle.views[P]?.awaits === Q && oracle.accurate !== Q,
        conclusion: ({ oracle }) =>
          oracle.views[P]?.told === true ||
          oracle.views[P]?.awaits === null ||
          oracle.accurate === Q,
      }),
      eventuallyAlways(system, {
        name: "eventual weak accuracy",
        reads,
        fairness: [weaklyFair("MET")],
        holds: ({ oracle }) =>
          correct.some(
            (q) => oracle.views[P]?.suspects.includes(q) !== true && oracle.accurate === q,
          ),
      }),
    ],
    witnesses: [witnessAction(system, { name: "Q is suspected", action: "SUSPECT" })],
  };
}

const verdictOf = (problem: () => Problem) => {
  const one: Case = { variant: "v", instance: "i", tier: "ci", expect: "holds", problem };
  return checkCase(claim({ id: "o", says: "s", source: "t", cases: [one] }), one).verdict;
};

test.each([true, false])(
  "the oracle is complete and accurate if it must stabilise: %s",
  (correct) => {
    expect(verdictOf(() => problemOf("must", correct))).toBe("holds");
  },
);

test("an oracle that need not stabilise is not accurate", () => {
  expect(verdictOf(() => problemOf("may", true))).toBe("violated");
});
