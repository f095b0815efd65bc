import {
  automaton,
  detach,
  durable,
  type Effect,
  equal,
  type Input,
  insert,
  type Output,
  type Send,
  type Value,
} from "../../../spec/automaton/index.ts";
import type { WeakInteractiveConsistencyActions } from "../../../spec/multicast/weak-interactive-consistency.ts";
import {
  type Certified,
  coordinatorOf,
  type Estimate,
  type Replica,
  type Report,
} from "../messages.ts";
import type { WicRules } from "../rules.ts";
import { lastSuccessfullyEchoCertified } from "./valid.ts";

interface At {
  readonly replica: Replica;
  readonly k: number;
}
interface InRound extends At {
  readonly round: number;
}
interface OfEstimate extends InRound {
  readonly estimate: Estimate;
}

/**
 * Every input but SUSPECT, DISTRUST and RECALL is a valid message, or a quorum of valid messages of
 * distinct processes; the mailbox has verified signatures and certificates (D.WIC.VALID). SUSPECT
 * is the detector's.
 */
export interface WicReplicaActions {
  PROPOSE: WeakInteractiveConsistencyActions["PROPOSE"];
  /** line 5: f + 1 values of distinct processes */
  VALUES: Input<{ replica: Replica; k: number; estimate: Estimate }>;
  INITIAL: Input<OfEstimate>;
  "ECHO-QUORUM": Input<OfEstimate>;
  READY: Input<OfEstimate>;
  "READY-QUORUM": Input<OfEstimate>;
  /** line 28: the detector suspects the coordinator of the round */
  SUSPECT: Input<InRound>;
  /** line 28: Byzantine_p(q) turns true */
  DISTRUST: Input<{ replica: Replica; of: Replica }>;
  "SUSPICION-QUORUM": Input<InRound>;
  "GO-PHASE-2": Input<InRound>;
  /** what 2f + 1 GoPhase2s of distinct processes report, as a set: who says what is not used */
  "GO-PHASE-2-QUORUM": Input<InRound & { readonly reports: readonly Report[] }>;
  /** line 44; `round` is that of the Readys in its certificate */
  DECIDE: Input<OfEstimate>;
  /** a peer still works on an instance that is decided here: tell it again */
  RECALL: Input<At>;
  "SEND-VALUE": Output<At & { readonly value: Value }>;
  "SEND-INITIAL": Output<OfEstimate & { readonly reports: readonly Report[] }>;
  "SEND-ECHO": Output<OfEstimate>;
  "SEND-READY": Output<OfEstimate>;
  "SEND-SUSPICION": Output<InRound>;
  "SEND-GO-PHASE-2": Output<InRound & { readonly certified: Report }>;
  "SEND-DECIDE": Output<OfEstimate>;
  DECIDED: WeakInteractiveConsistencyActions["DECIDED"];
}

export interface WicState {
  readonly k: number;
  readonly running: boolean;
  readonly round: number;
  readonly phase: 1 | 2;
  readonly estimate: Estimate | null;
  readonly certified: number | null;
  readonly echoed: boolean;
  readonly ready: boolean;
  readonly suspected: boolean;
  readonly distrusted: readonly Replica[];
  readonly decided: readonly Decision[];
  readonly untold: boolean;
}

/** A decided instance; a Decide for it needs the certificate of that round. */
export interface Decision extends Certified {
  readonly k: number;
}

export interface WicReplicaOptions {
  readonly self: Replica;
  /** n = 3f + 1 processes, in the order of the rotation */
  readonly group: readonly Replica[];
  readonly rules: WicRules;
  /** how many decided instances it can tell laggards of; at least 1 */
  readonly window: number;
  /** the processes that it distrusts from the start; none without it */
  readonly distrusts?: readonly Replica[];
}

type Live = { -readonly [F in keyof WicState]: WicState[F] };
type Sender = Send<WicReplicaActions>;

/** An effect on the state as we declare it: immer's type of a draft cannot express opaque values. */
const on = <P>(step: (s: Live, payload: P, send: Sender) => void) =>
  step as Effect<WicState, P, WicReplicaActions>;

/** Between instances: nothing of the one before but its decision. */
const IDLE = {
  running: false,
  round: 0,
  phase: 1,
  estimate: null,
  certified: null,
  echoed: false,
  ready: false,
  suspected: false,
} as const;

/**
 * One process of Algorithm 3, for one instance after the other. It does not hold the messages that
 * it waits for: those are its mailbox's, which gives each valid message again when its round comes.
 */
export function wicReplica(options: WicReplicaOptions) {
  const { self, group, rules, window, distrusts = [] } = options;
  const at = { replica: self };
  const isCoordinator = (round: number) => coordinatorOf(round, group) === self;
  const isCurrent = (s: WicState, { k, round }: { readonly k: number; readonly round: number }) =>
    isRunning(s, k) && round === s.round;
  /** Without the instance in the body nobody can tell which one a message is of: D-E03. */
  const isRunning = (s: WicState, k: number) => s.running && (k === s.k || !rules.instanceInBodies);

  function enterRound(s: Live, round: number, reports: readonly Report[], send: Sender) {
    const here = { ...at, k: s.k, round };
    s.round = round;
    s.phase = 1;
    s.echoed = false;
    s.ready = false;
    s.suspected = false;
    if (!rules.keepsCertificate) s.certified = null;
    if (isCoordinator(round)) {
      send("SEND-INITIAL", { ...here, estimate: s.estimate as Estimate, reports });
    }
    suspectDistrusted(s, send);
  }

  function suspectDistrusted(s: Live, send: Sender) {
    if (s.distrusted.includes(coordinatorOf(s.round, group))) suspect(s, send);
  }

  function suspect(s: Live, send: Sender) {
    if (s.round === 0 || s.suspected || isCoordinator(s.round)) return;
    s.suspected = true;
    send("SEND-SUSPICION", { ...at, k: s.k, round: s.round });
  }

  /** Lines 22 to 24, and 17 and 18 at the coordinator. */
  function adopt(s: Live, estimate: Estimate, send: Sender) {
    s.ready = true;
    s.certified = s.round;
    s.estimate = detach(estimate);
    if (isCoordinator(s.round) || rules.relaysReady) {
      send("SEND-READY", { ...at, k: s.k, round: s.round, estimate });
    }
  }

  function relayReady(s: Live, estimate: Estimate, send: Sender) {
    if (s.ready || isCoordinator(s.round)) return;
    if (s.phase === 1 || rules.relayReadyInPhase2) adopt(s, estimate, send);
  }

  function goPhase2(s: Live, send: Sender) {
    s.phase = 2;
    const { k, round, certified, estimate } = s;
    const report = certified === null ? null : { round: certified, estimate: estimate as Estimate };
    send("SEND-GO-PHASE-2", { ...at, k, round, certified: report });
  }

  function decide(s: Live, round: number, estimate: Estimate) {
    const decision = { k: s.k, round, estimate: detach(estimate) };
    Object.assign(s, IDLE);
    s.decided = [...s.decided, decision].slice(-window);
    s.untold = true;
  }

  return automaton<WicState, WicReplicaActions>("wic", {
    process: self,
    fields: {
      k: durable("the instance that it proposed in last; 0 before the first"),
      running: durable("whether that instance is undecided here"),
      round: durable("its round; 0 until it has f + 1 values"),
      phase: durable("its phase of the round: 1, or 2 once it sent GoPhase2"),
      estimate: durable("the set of values with which it takes part", "f + 1 values"),
      certified: durable("the round in which the estimate was successfully echo certified"),
      echoed: durable("whether it sent Echo in this round"),
      ready: durable("whether it sent Ready in this round"),
      suspected: durable("whether it sent Suspicion in this round"),
      distrusted: durable("processes that were seen to misbehave, for good", "n processes"),
      decided: durable("what the last instances decided", "the last `window` instances"),
      untold: durable("whether the last decision was not yet told to whoever proposed"),
    },
    start: { k: 0, ...IDLE, distrusted: [...distrusts], decided: [], untold: false },
    transitions: {
      PROPOSE: {
        kind: "input",
        at,
        cite: "D.WIC.1-4",
        effect: on((s, { k, value }, send) => {
          if (s.running || s.untold || k !== s.k + 1) return;
          s.k = k;
          s.running = true;
          send("SEND-VALUE", { ...at, k, value });
        }),
      },
      VALUES: {
        kind: "input",
        at,
        cite: "D.WIC.5-6",
        effect: on((s, { k, estimate }, send) => {
          if (!isRunning(s, k) || s.estimate !== null) return;
          s.estimate = detach(estimate);
          enterRound(s, 1, [], send);
        }),
      },
      "SEND-VALUE": { kind: "sent", at, cite: "D.WIC.1-4" },
      "SEND-INITIAL": { kind: "sent", at, cite: "D.WIC.7-11" },
      INITIAL: {
        kind: "input",
        at,
        cite: "D.WIC.13-15",
        effect: on((s, of, send) => {
          if (!isCurrent(s, of) || (s.echoed && rules.echoesOnce)) return;
          s.echoed = true;
          send("SEND-ECHO", { ...at, k: s.k, round: s.round, estimate: of.estimate });
        }),
      },
      "SEND-ECHO": { kind: "sent", at, cite: "D.WIC.13-15" },
      "ECHO-QUORUM": {
        kind: "input",
        at,
        cite: "D.WIC.16-18",
        effect: on((s, of, send) => {
          if (!isCurrent(s, of) || s.ready) return;
          const coordinates = isCoordinator(s.round);
          const ofItsOwn = coordinates && equal(s.estimate, of.estimate);
          if (!ofItsOwn && rules.echoBroadcast === "centralised") return;
          const late = coordinates ? rules.coordinatorReadyInPhase2 : rules.relayReadyInPhase2;
          if (s.phase === 1 || late) adopt(s, of.estimate, send);
        }),
      },
      READY: {
        kind: "input",
        at,
        cite: "D.WIC.19-24",
        effect: on((s, of, send) => {
          if (isCurrent(s, of)) relayReady(s, of.estimate, send);
        }),
      },
      "SEND-READY": { kind: "sent", at, cite: "D.WIC.19-24" },
      "READY-QUORUM": {
        kind: "input",
        at,
        cite: "D.WIC.25-27",
        effect: on((s, of, send) => {
          if (!isCurrent(s, of)) return;
          relayReady(s, of.estimate, send);
          const own = rules.decides === "its own estimate";
          const estimate = own ? (s.estimate as Estimate) : of.estimate;
          send("SEND-DECIDE", { ...at, k: s.k, round: s.round, estimate });
          decide(s, s.round, estimate);
        }),
      },
      SUSPECT: {
        kind: "input",
        at,
        cite: "D.WIC.28-30",
        effect: on((s, of, send) => {
          if (isCurrent(s, of)) suspect(s, send);
        }),
      },
      DISTRUST: {
        kind: "input",
        at,
        cite: "D.WIC.28-30",
        effect: on((s, { of }, send) => {
          if (of === self || s.distrusted.includes(of)) return;
          insert(s.distrusted as Replica[], of);
          if (s.running) suspectDistrusted(s, send);
        }),
      },
      "SEND-SUSPICION": { kind: "sent", at, cite: "D.WIC.28-30" },
      "SUSPICION-QUORUM": {
        kind: "input",
        at,
        cite: "D.WIC.31-34",
        effect: on((s, of, send) => {
          if (isCurrent(s, of) && s.phase === 1) goPhase2(s, send);
        }),
      },
      "SEND-GO-PHASE-2": { kind: "sent", at, cite: "D.WIC.31-34" },
      "GO-PHASE-2": {
        kind: "input",
        at,
        cite: "D.WIC.35-38",
        effect: on((s, of, send) => {
          if (isCurrent(s, of) && s.phase === 1 && rules.relaysGoPhase2) goPhase2(s, send);
        }),
      },
      "GO-PHASE-2-QUORUM": {
        kind: "input",
        at,
        cite: "D.WIC.39-43",
        effect: on((s, of, send) => {
          if (!isCurrent(s, of)) return;
          if (s.phase === 1 && !rules.relaysGoPhase2) return;
          if (s.phase === 1) goPhase2(s, send);
          const last = lastSuccessfullyEchoCertified(of.reports, rules);
          if (last !== null) {
            s.estimate = detach(last.estimate);
            s.certified = last.round;
          }
          enterRound(s, s.round + 1, of.reports, send);
        }),
      },
      DECIDE: {
        kind: "input",
        at,
        cite: "D.WIC.44-46",
        effect: on((s, of, send) => {
          if (!isRunning(s, of.k)) return;
          const { round, estimate } = of;
          if (rules.relaysDecide) send("SEND-DECIDE", { ...at, k: s.k, round, estimate });
          decide(s, round, estimate);
        }),
      },
      RECALL: {
        kind: "input",
        at,
        cite: "D.WIC.RECALL",
        effect: on((s, { k }, send) => {
          const decision = s.decided.find((one) => one.k === k);
          if (decision !== undefined) send("SEND-DECIDE", { ...at, ...decision });
        }),
      },
      "SEND-DECIDE": { kind: "sent", at, cite: "D.WIC.25-27" },
      DECIDED: {
        kind: "output",
        at,
        cite: "D.WIC.25-27",
        choose: (s) =>
          s.decided.slice(-1).map(({ k, estimate }) => ({ replica: self, k, estimate })),
        when: { untold: (s) => s.untold },
        effect: on((s) => {
          s.untold = false;
        }),
      },
    },
  });
}
