import {
  type DetectorActions,
  detector,
} from "../../../impl/atomic-multicast/detector/automaton.ts";
import type { Kind } from "../../../impl/atomic-multicast/detector/heard.ts";
import type { DetectorRules } from "../../../impl/atomic-multicast/detector/rules.ts";
import { byOneTick } from "../../../impl/atomic-multicast/detector/timeouts.ts";
import { coordinatorOf, type Replica } from "../../../impl/atomic-multicast/messages.ts";
import {
  automaton,
  compose,
  type Input,
  type Internal,
  indices,
  insert,
  type Output,
  observer,
  type PayloadOf,
} from "../../../spec/automaton/index.ts";

/*
 * What a correct process says to another in the rounds of Algorithm 3, in every order that the
 * algorithm allows, and when the other waits for it. Nothing is said of contents or quorums: steps
 * that need them are always possible.
 */

type Heard = PayloadOf<DetectorActions, "HEARD">;
type Expected = PayloadOf<DetectorActions, "EXPECT">;

/**
 * The two coordinate in turns, more often than two of four do: so each round has an Initial or an
 * Echo from the one to the other, and nobody says more.
 */
const GROUP: readonly Replica[] = indices("replica", 2);
/** The speaker coordinates odd rounds, the listener even ones. */
const [LISTENER, SPEAKER] = GROUP as [Replica, Replica];

export interface SpeakingSize {
  readonly rounds: number;
  readonly instances: number;
  /** nb, of the detector */
  readonly messagesPerRound: number;
  readonly rules: DetectorRules;
  /** whether the speaker coordinates round 1, 3, …; without it, or rounds 2, 4, … */
  readonly isFirst?: boolean;
  /** printed: Task 2 answers each Decide of another, also after the decision */
  readonly relaysEachDecide?: boolean;
}

interface SpeakerState {
  readonly k: number;
  /** 0 before it has f + 1 values */
  readonly round: number;
  /** of this round */
  readonly said: readonly Kind[];
  /** Decides of this instance */
  readonly decides: number;
}

/** A correct process, towards one other: each line of Algorithm 3 that sends, once in a round. */
function speaker({ rounds, instances, relaysEachDecide = false, isFirst = true }: SpeakingSize) {
  const coordinates = (round: number) => (coordinatorOf(round, GROUP) === SPEAKER) === isFirst;
  const at = { replica: LISTENER, from: SPEAKER };
  const decidesMax = relaysEachDecide ? 4 : 1;
  const sends: Readonly<Record<Kind, (s: SpeakerState) => boolean>> = {
    VALUE: ({ round }) => round === 0,
    INITIAL: ({ round }) => round > 0 && coordinates(round),
    ECHO: ({ round }) => round > 0 && !coordinates(round),
    READY: ({ round }) => round > 0,
    SUSPICION: ({ round }) => round > 0 && !coordinates(round),
    "GO-PHASE-2": ({ round }) => round > 0,
    DECIDE: () => true,
  };
  return automaton<
    SpeakerState,
    { HEARD: Output<Heard>; "NEXT-ROUND": Internal; "NEXT-INSTANCE": Internal }
  >("speaker", {
    start: { k: 1, round: 0, said: [], decides: 0 },
    transitions: {
      HEARD: {
        kind: "output",
        at,
        choose: ({ k, round }) =>
          (Object.keys(sends) as Kind[]).map((kind): Heard => ({ ...at, k, round, kind })),
        when: {
          line: (s, { kind }) => sends[kind](s),
          once: (s, { kind }) => kind === "DECIDE" || !s.said.includes(kind),
          undecided: (s, { kind }) => s.decides < (kind === "DECIDE" ? decidesMax : 1),
        },
        effect(s, { kind }) {
          if (kind === "DECIDE") s.decides += 1;
          else insert(s.said, kind);
        },
      },
      "NEXT-ROUND": {
        kind: "internal",
        when: {
          roundIsOver: ({ round, said }) => said.includes(round === 0 ? "VALUE" : "GO-PHASE-2"),
          undecided: ({ decides }) => decides === 0,
          bound: ({ round }) => round < rounds,
        },
        effect(s) {
          s.round += 1;
          s.said = [];
        },
      },
      "NEXT-INSTANCE": {
        kind: "internal",
        when: { decided: ({ decides }) => decides > 0, bound: ({ k }) => k < instances },
        effect: ({ k }) => ({ k: k + 1, round: 0, said: [], decides: 0 }),
      },
    },
  });
}

interface ListenerState {
  readonly k: number;
  readonly round: number;
  readonly isWaiting: boolean;
  /** rounds of this instance that are over for it: a Ready or GoPhase2 of them came; at most all */
  readonly over: readonly number[];
  /** the wait that ended, before the detector knows */
  readonly ended: { readonly k: number; readonly round: number } | null;
}

interface ListenerActions {
  HEARD: Input<Heard>;
  EXPECT: Output<Expected>;
  MET: Output<PayloadOf<DetectorActions, "MET">>;
  TICK: Output<PayloadOf<DetectorActions, "TICK">>;
  "OTHERS-DECIDE": Internal;
  "OTHERS-GO-ON": Internal;
  SKIP: Internal;
}

/** The other process: what it waits for, and how messages of the speaker, or of others, end it. */
function listener({ rounds, instances }: SpeakingSize) {
  const at = { replica: LISTENER };
  type Live = { -readonly [F in keyof ListenerState]: ListenerState[F] };
  const stopWaiting = (s: Live) => {
    if (s.isWaiting) s.ended = { k: s.k, round: s.round };
    s.isWaiting = false;
  };
  const decide = (s: Live) => {
    stopWaiting(s);
    s.k += 1;
    s.round = 0;
    s.over = [];
  };
  const mayEnter = {
    told: ({ ended }: ListenerState) => ended === null,
    roundIsOver: ({ isWaiting }: ListenerState) => !isWaiting,
    bound: ({ k, round }: ListenerState) => k <= instances && round < rounds,
  };
  return automaton<ListenerState, ListenerActions>("listener", {
    start: { k: 1, round: 0, isWaiting: false, over: [], ended: null },
    transitions: {
      HEARD: {
        kind: "input",
        at,
        effect(s, { k, round, kind }) {
          if (k !== s.k) return;
          if (kind === "DECIDE") decide(s as Live);
          if (kind !== "READY" && kind !== "GO-PHASE-2") return;
          if (round > s.round) insert(s.over, round);
          if (round === s.round) stopWaiting(s as Live);
        },
      },
      EXPECT: {
        kind: "output",
        at,
        choose: ({ k, round }) => [
          { ...at, k, round: round + 1, of: coordinatorOf(round + 1, GROUP) },
        ],
        when: { ...mayEnter, unmet: ({ over }, { round }) => !over.includes(round) },
        effect(s, { round }) {
          s.round = round;
          s.isWaiting = true;
        },
      },
      SKIP: {
        kind: "internal",
        when: { ...mayEnter, met: ({ over, round }) => over.includes(round + 1) },
        effect(s) {
          s.round += 1;
        },
      },
      "OTHERS-GO-ON": {
        kind: "internal",
        when: { waits: ({ isWaiting }) => isWaiting },
        effect: (s) => stopWaiting(s as Live),
      },
      "OTHERS-DECIDE": {
        kind: "internal",
        when: { bound: ({ k }) => k <= instances, told: ({ ended }) => ended === null },
        effect: (s) => decide(s as Live),
      },
      MET: {
        kind: "output",
        at,
        choose: ({ ended }) => (ended === null ? [] : [{ ...at, ...ended }]),
        effect(s) {
          s.ended = null;
        },
      },
      TICK: { kind: "output", at, when: { upToDate: ({ ended }) => ended === null } },
    },
  });
}

interface Tally {
  readonly round: number;
  readonly inRound: number;
  readonly inInstance: number;
}

/** What the speaker said in the instance that it is in. */
const tally = observer<
  Tally,
  { HEARD: Input<Heard>; "NEXT-ROUND": Internal; "NEXT-INSTANCE": Internal }
>("tally", {
  start: { round: 0, inRound: 0, inInstance: 0 },
  on: {
    HEARD: {
      effect(seen) {
        seen.inRound += 1;
        seen.inInstance += 1;
      },
    },
    "NEXT-ROUND": {
      effect(seen) {
        seen.round += 1;
        if (seen.round > 1) seen.inRound = 0;
      },
    },
    "NEXT-INSTANCE": { effect: () => ({ round: 0, inRound: 0, inInstance: 0 }) },
  },
});

/** The speaker alone, counted. */
export const talliedSpeaker = (size: SpeakingSize) =>
  compose("tallied speaker", { speaker: speaker(size), tally }, { open: [] });

/** The speaker, the listener and its detector, which nothing but counts can make suspicious. */
export function speakingSystem(size: SpeakingSize) {
  const { messagesPerRound, rules } = size;
  const counting = detector({
    self: LISTENER,
    group: GROUP,
    rules,
    timeouts: byOneTick(1, 1),
    messagesPerRound,
  });
  const parts = { speaker: speaker(size), listener: listener(size), counting };
  return compose("speaking", parts, { open: ["MISBEHAVED"] });
}
