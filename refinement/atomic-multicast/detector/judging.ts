import {
  type DetectorActions,
  detector,
} from "../../../impl/atomic-multicast/detector/automaton.ts";
import {
  type JudgeRules,
  type Misbehaviour,
  misbehaviour,
  type Received,
} from "../../../impl/atomic-multicast/detector/judge.ts";
import { DETECTOR_REPAIRED } from "../../../impl/atomic-multicast/detector/rules.ts";
import { byOneTick } from "../../../impl/atomic-multicast/detector/timeouts.ts";
import type {
  Estimate,
  Replica,
  Signed,
  StatementOf,
} from "../../../impl/atomic-multicast/messages.ts";
import { WIC_REPAIRED, wicSizes } from "../../../impl/atomic-multicast/rules.ts";
import type { WicGroup } from "../../../impl/atomic-multicast/wic/valid.ts";
import {
  automaton,
  compare,
  compose,
  detach,
  type Effect,
  equal,
  type Input,
  indices,
  insert,
  type Output,
  type PayloadOf,
  type Send,
} from "../../../spec/automaton/index.ts";

const GROUP: readonly Replica[] = indices("replica", 4);
/** Who judges, a correct coordinator of round 1, and a faulty one of round 2. */
const [JUDGE, CORRECT, FAULTY] = GROUP as [Replica, Replica, Replica, Replica];

export { CORRECT, FAULTY };

const estimateOf = (value: string): Estimate => [
  { from: JUDGE, value },
  { from: CORRECT, value },
];
const ESTIMATES = ["a", "b"].map(estimateOf);
const TOO_SHORT: Estimate = estimateOf("a").slice(0, 1);

type Initial = Signed<StatementOf<"INITIAL">>;
const initial = (by: Replica, k: number, round: number, estimate: Estimate): Initial => ({
  by,
  statement: { type: "INITIAL", k, round, estimate },
});

/** Signs one Initial in round 1 of each instance. */
const coordinator = automaton<{ readonly signed: readonly number[] }, { SIGN: Output<Initial> }>(
  "coordinator",
  {
    start: { signed: [] },
    transitions: {
      SIGN: {
        kind: "output",
        choose: () =>
          [1, 2].flatMap((k) => ESTIMATES.map((estimate) => initial(CORRECT, k, 1, estimate))),
        when: { once: ({ signed }, { statement }) => !signed.includes(statement.k) },
        effect: (s, { statement }) => void insert(s.signed, statement.k),
      },
    },
  },
);

/**
 * The channels, and who abuses them: the faulty process sends on what the correct one signed, with any
 * certificate, and says what it likes in its own name and, unsigned, in the other's.
 */
const channels = automaton<
  { readonly sent: readonly Signed[] },
  { SIGN: Input<Initial>; ARRIVES: Output<Received> }
>("channels", {
  start: { sent: [] },
  transitions: {
    SIGN: {
      kind: "input",
      effect: (s, { by, statement }) => void insert(s.sent, { by, statement } as never),
    },
    ARRIVES: {
      kind: "output",
      choose: ({ sent }) => [
        ...sent.flatMap((one) => [
          { ...one, sender: CORRECT, isSigned: true, isCertified: true },
          ...says(one, true),
        ]),
        ...ESTIMATES.flatMap((estimate) => [
          ...says(initial(CORRECT, 1, 1, estimate), false),
          ...says(initial(FAULTY, 1, 1, estimate), true),
          ...says(initial(FAULTY, 1, 2, estimate), true),
        ]),
        ...says(initial(FAULTY, 1, 2, TOO_SHORT), true),
      ],
    },
  },
});

const says = (one: Signed, isSigned: boolean): Received[] =>
  [true, false].map((isCertified) => ({ ...one, sender: FAULTY, isSigned, isCertified }));

interface Judging {
  ARRIVES: Input<Received>;
  MISBEHAVED: Output<PayloadOf<DetectorActions, "MISBEHAVED">>;
}

interface Judged {
  /** the first Initial of each process and round; at most one for each, in each instance */
  readonly initials: readonly Signed[];
}

/** Keeps the Initials that convicted nobody, as a host does for the instances in its window. */
const judging = (of: WicGroup, rules: JudgeRules) => {
  type Live = { -readonly [F in keyof Judged]: Signed[] };
  const judge = (s: Live, received: Received, send: Send<Judging>) => {
    const found = misbehaviour(received, s.initials, of, rules);
    const { by, statement } = received;
    if (found !== null) send("MISBEHAVED", { replica: JUDGE, ...found });
    else if (!s.initials.some((one) => equal(one, { by, statement }))) {
      s.initials = [...s.initials, detach({ by, statement })].sort(compare);
    }
  };
  return automaton<Judged, Judging>("judge", {
    start: { initials: [] },
    transitions: {
      ARRIVES: { kind: "input", effect: judge as Effect<Judged, Received, Judging> },
      MISBEHAVED: { kind: "sent", at: { replica: JUDGE } },
    },
  });
};

/** What a faulty process can make a correct one believe of another. */
export function judgingSystem(rules: JudgeRules) {
  const of: WicGroup = { group: GROUP, sizes: wicSizes(1, WIC_REPAIRED), rules: WIC_REPAIRED };
  return compose(
    "judging",
    {
      coordinator,
      channels,
      judge: judging(of, rules),
      detector: detector({
        self: JUDGE,
        group: GROUP,
        rules: DETECTOR_REPAIRED,
        timeouts: byOneTick(1, 2),
        messagesPerRound: 2,
      }),
    },
    { open: ["EXPECT", "MET", "HEARD", "TICK"] },
  );
}

export const MISBEHAVIOURS: readonly Misbehaviour[] = [
  "forged a signature",
  "sent an invalid certificate",
  "sent an Initial of another's round",
  "signed an estimate that is no set of f + 1 values",
  "signed two Initials of one round",
];
