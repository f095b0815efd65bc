import type { DetectorActions } from "../../../impl/atomic-multicast/detector/automaton.ts";
import type { Replica } from "../../../impl/atomic-multicast/messages.ts";
import {
  automaton,
  type Input,
  type Output,
  type PayloadOf,
  spontaneous,
} from "../../../spec/automaton/index.ts";

/*
 * The timing assumption, and as much of an algorithm as a detector can tell: rounds with a
 * coordinator, instances of a few rounds each, for ever. Delays count on the receiver's clock, so
 * that clocks may drift within them. A process uses what arrived before its next tick.
 */

type Expected = PayloadOf<DetectorActions, "EXPECT">;
type Heard = PayloadOf<DetectorActions, "HEARD">;

/** The two instances of the model, in turns: a message comes at most one instance late. */
type Instance = 0 | 1;

export interface WorldActions {
  EXPECT: Output<Expected>;
  MET: Output<PayloadOf<DetectorActions, "MET">>;
  TICK: Output<PayloadOf<DetectorActions, "TICK">>;
  HEARD: Input<Heard>;
  SUSPECT: Input<PayloadOf<DetectorActions, "SUSPECT">>;
  /** the global stabilisation time: from now on the network is timely */
  STABLE: Input;
}

export interface WorldState {
  readonly stable: boolean;
  readonly k: Instance;
  readonly round: number;
  readonly phase: "rests" | "waits" | "served";
  /** whether the process suspects the coordinator and said so */
  readonly told: boolean;
  /** ticks of this wait since the network is timely */
  readonly age: number;
}

export interface WorldOptions {
  readonly self: Replica;
  /** of rounds 1, 2, …; the instance has as many rounds */
  readonly coordinators: readonly Replica[];
  readonly faulty: readonly Replica[];
  /** in a timely network what is waited for of a correct process comes within so many ticks */
  readonly delay: number;
  /** others may end a round early: their suspicions, or a Ready that they relay */
  readonly hurried: boolean;
  /** the algorithm may fall silent: no client asks for anything */
  readonly idles: boolean;
}

/** The algorithm at one process, and its clock. */
export function world(options: WorldOptions) {
  const { self, coordinators, faulty, delay, hurried, idles } = options;
  const at = { replica: self };
  const rounds = coordinators.length;
  const coordinatorOf = (round: number) => coordinators[round - 1] as Replica;
  const isAwaited = ({ phase, round }: WorldState) =>
    phase === "waits" && !faulty.includes(coordinatorOf(round));
  return automaton<WorldState, WorldActions>("world", {
    start: { stable: false, k: 0, round: rounds, phase: "rests", told: false, age: 0 },
    transitions: {
      STABLE: {
        kind: "input",
        effect(s) {
          s.stable = true;
        },
      },
      EXPECT: {
        kind: "output",
        at,
        ...(idles && { task: spontaneous("use") }),
        choose: ({ k, round }) => [
          { ...at, k: 1 - k, round: 1, of: coordinatorOf(1) },
          ...(round < rounds ? [{ ...at, k, round: round + 1, of: coordinatorOf(round + 1) }] : []),
        ],
        when: { rests: ({ phase }) => phase === "rests" },
        effect(s, { k, round }) {
          s.k = k as Instance;
          s.round = round;
          s.phase = "waits";
        },
      },
      HEARD: {
        kind: "input",
        at,
        effect(s, { from, k, kind }) {
          if (s.phase !== "waits" || k !== s.k || kind !== "READY") return;
          if (from !== coordinatorOf(s.round)) return;
          s.phase = "served";
          s.age = 0;
        },
      },
      MET: {
        kind: "output",
        at,
        choose: ({ k, round }) => [{ ...at, k, round }],
        when: {
          over: ({ phase, told }) => phase === "served" || (phase === "waits" && (told || hurried)),
        },
        effect(s) {
          s.phase = "rests";
          s.told = false;
          s.age = 0;
        },
      },
      TICK: {
        kind: "output",
        at,
        when: {
          timely: (s) => !(s.stable && isAwaited(s) && s.age >= delay),
          upToDate: ({ phase }) => phase !== "served",
        },
        effect(s) {
          if (s.stable && isAwaited(s)) s.age += 1;
        },
      },
      SUSPECT: {
        kind: "input",
        at,
        effect(s) {
          if (s.phase === "waits") s.told = true;
        },
      },
    },
  });
}

export interface LinkActions {
  EXPECT: Input<Expected>;
  HEARD: Output<Heard>;
}

export interface LinkState {
  readonly k: Instance;
  /** the Ready of this instance, or the Decide of the last; the later stands for both */
  readonly owes: "this" | "last" | "nothing";
  /** whether the Initial of the round came */
  readonly greeted: boolean;
}

export interface LinkOptions {
  readonly self: Replica;
  readonly from: Replica;
  readonly coordinators: readonly Replica[];
  /** what an adversary may make arrive in the name of `from`, in instance k */
  readonly inTheNameOf: Omit<Heard, "replica" | "from" | "k"> | null;
}

/** A correct process and the channel from it: what it owes as coordinator arrives in the end. */
export function link({ self, from, coordinators, inTheNameOf }: LinkOptions) {
  const at = { replica: self, from };
  const rounds = coordinators.length;
  const round = coordinators.indexOf(from) + 1;
  return automaton<LinkState, LinkActions>("link", {
    start: { k: 0, owes: "nothing", greeted: false },
    transitions: {
      EXPECT: {
        kind: "input",
        at: { replica: self },
        effect(s, { k, of }) {
          if (k !== s.k && s.owes !== "nothing") s.owes = "last";
          s.k = k as Instance;
          if (of !== from) return;
          s.owes = "this";
          s.greeted = false;
        },
      },
      HEARD: {
        kind: "output",
        at,
        choose: ({ k, owes, greeted }): Heard[] => [
          ...(owes === "this" ? [{ ...at, k, round, kind: "READY" } as const] : []),
          ...(owes === "this" && !greeted ? [{ ...at, k, round, kind: "INITIAL" } as const] : []),
          ...(owes === "last" ? [{ ...at, k: 1 - k, round: rounds, kind: "DECIDE" } as const] : []),
          ...(inTheNameOf === null ? [] : [{ ...at, k, ...inTheNameOf }]),
        ],
        effect(s, { kind }) {
          if (kind === "INITIAL") s.greeted = true;
          if (kind !== "READY" && kind !== "DECIDE") return;
          s.owes = "nothing";
          s.greeted = false;
        },
      },
    },
  });
}

/** The network becomes timely some day; nobody sees it. */
export const synchrony = automaton<{ readonly reached: boolean }, { STABLE: Output }>("synchrony", {
  start: { reached: false },
  transitions: {
    STABLE: {
      kind: "output",
      when: { notYet: ({ reached }) => !reached },
      effect: () => ({ reached: true }),
    },
  },
});

/**
 * A faulty process that talks and never sends what is waited for: Suspicions of the first round of
 * the instance and of a round to come, again and again. None needs a certificate (§6, footnote 8).
 */
export function talker(options: {
  readonly self: Replica;
  readonly to: Replica;
  readonly rounds: number;
}) {
  const at = { replica: options.to, from: options.self };
  return automaton<Instance, { EXPECT: Input<Expected>; HEARD: Output<Heard> }>("talker", {
    start: 0,
    transitions: {
      EXPECT: { kind: "input", at: { replica: options.to }, effect: (_, { k }) => k as Instance },
      HEARD: {
        kind: "output",
        at,
        task: spontaneous("talk"),
        choose: (k) =>
          [1, options.rounds + 1].map((round): Heard => ({ ...at, k, round, kind: "SUSPICION" })),
      },
    },
  });
}
