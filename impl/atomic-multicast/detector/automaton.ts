import {
  automaton,
  type Input,
  insert,
  mapOf,
  type Output,
  remove,
  volatile,
} from "../../../spec/automaton/index.ts";
import type { MutenessActions, Wait } from "../../../spec/multicast/muteness.ts";
import type { Replica } from "../messages.ts";
import { fromNext, type Kind, type Position, positionAfter, UNHEARD } from "./heard.ts";
import type { DetectorRules } from "./rules.ts";
import { longer, type Timeouts } from "./timeouts.ts";

/**
 * MET, HEARD and MISBEHAVED tell of verified messages only: signed by whom they name, and tagged
 * with instance and round under that signature.
 */
export interface DetectorActions extends MutenessActions {
  HEARD: Input<Wait & { readonly from: Replica; readonly kind: Kind }>;
  /** one tick of the host's clock */
  TICK: Input<{ replica: Replica }>;
  /** there is a proof that `of` is faulty: see `judge.ts` */
  MISBEHAVED: Input<{ replica: Replica; of: Replica; why: string }>;
  /** line 28: Byzantine_p(of) turns true, for good */
  DISTRUST: Output<{ replica: Replica; of: Replica }>;
}

/** What is known of one other process. */
export interface Peer {
  /** ticks */
  readonly timeout: number;
  readonly position: Position;
  /** messages in this instance; stops one above what the round allows */
  readonly count: number;
  /** whether anything new came since it was suspected */
  readonly heardSince: boolean;
}

export interface DetectorState {
  readonly k: number;
  readonly last: number;
  readonly round: number;
  readonly awaits: Replica | null;
  readonly waited: number;
  readonly exceeded: boolean;
  readonly told: boolean;
  readonly suspects: readonly Replica[];
  readonly byzantine: readonly Replica[];
  readonly peers: Readonly<Record<Replica, Peer>>;
}

export interface DetectorOptions {
  readonly self: Replica;
  /** all processes */
  readonly group: readonly Replica[];
  readonly rules: DetectorRules;
  readonly timeouts: Timeouts;
  /** nb of §6: see {@link MESSAGES_PER_ROUND} */
  readonly messagesPerRound: number;
  /**
   * Messages of later rounds are always taken for new. No bound without it: only a model has one,
   * because a faulty process can name any round.
   */
  readonly lastRound?: number;
}

/**
 * nb: in rounds 1 to r of an instance a correct process sends another at most 6r messages. Six are
 * sent in round 1 (value, Initial or Echo, Ready, Suspicion, GoPhase2, Decide), at most four more in
 * each later one. Claim D-NB counts them.
 */
export const MESSAGES_PER_ROUND = 6;

type LivePeer = Omit<{ -readonly [F in keyof Peer]: Peer[F] }, "position"> & {
  position: ReturnType<typeof livePosition>;
};

/** A copy, so that the state stays a tree. */
const livePosition = (position: Position) => ({ ...position, kinds: [...position.kinds] });

/**
 * ◇M at one process, for the waits of its algorithm (§2, §6). It is given what arrives and the
 * ticks of a clock, and reads nothing else. Two tests: nothing new of the process that is waited
 * for in `timeout` ticks, and more than nb · r messages of it without the one that is waited for.
 *
 * Nothing is durable: after a restart everybody is trusted again, the host repeats EXPECT, and
 * keeps what DISTRUST said.
 */
export function detector(options: DetectorOptions) {
  const { self, group, rules, timeouts, messagesPerRound } = options;
  const { lastRound = Number.MAX_SAFE_INTEGER } = options;
  const at = { replica: self };
  const others = group.filter((replica) => replica !== self);
  const peer: Peer = { timeout: timeouts.first, position: UNHEARD, count: 0, heardSince: false };
  const peerOf = (s: DetectorState, of: Replica) => s.peers[of] as Peer;
  const limitOf = ({ round }: DetectorState) => messagesPerRound * Math.max(round, 1);
  const isDue = (s: DetectorState, of: Replica) =>
    s.awaits === of && (s.waited >= peerOf(s, of).timeout || s.exceeded);
  return automaton<DetectorState, DetectorActions>("detector", {
    process: self,
    fields: {
      k: volatile("the instance of the latest wait"),
      last: volatile("the instance before it"),
      round: volatile("the round of the latest wait"),
      awaits: volatile("whom the algorithm waits for"),
      waited: volatile("ticks of this wait without anything new of it, up to its time-out"),
      exceeded: volatile("whether it sent more than a correct process does without being met"),
      told: volatile("whether the algorithm was told of the suspicion in this wait"),
      suspects: volatile("the set ◇M", "the other processes"),
      byzantine: volatile("those with Byzantine_p", "the other processes"),
      peers: volatile("what is known of each other process", "one record for each"),
    },
    start: {
      k: -1,
      last: -1,
      round: 0,
      awaits: null,
      waited: 0,
      exceeded: false,
      told: false,
      suspects: [],
      byzantine: [],
      peers: mapOf(others.map((of) => [of, peer])),
    },
    transitions: {
      EXPECT: {
        kind: "input",
        at,
        cite: "D.FD.EXPECT",
        effect(s, { k, round, of }) {
          if (k !== s.k) {
            s.last = s.k;
            s.k = k;
            for (const other of others) {
              const known = s.peers[other] as LivePeer;
              known.position = livePosition(fromNext(known.position));
              if (rules.countsByInstance) known.count = 0;
            }
          }
          s.round = round;
          s.awaits = of === self ? null : of;
          s.waited = 0;
          s.exceeded = false;
          s.told = !rules.tellsEachWait && s.suspects.includes(of);
          if (!rules.keepsSuspicions) s.suspects = [];
        },
      },
      MET: {
        kind: "input",
        at,
        cite: "D.FD.EXPECT",
        effect(s, { k, round }) {
          if (k !== s.k || round !== s.round) return;
          s.awaits = null;
          s.waited = 0;
          s.exceeded = false;
        },
      },
      HEARD: {
        kind: "input",
        at,
        cite: "D.FD.HEARD",
        effect(s, { from, k, round, kind }) {
          if (from === self) return;
          const known = s.peers[from] as LivePeer;
          const instance = k === s.k ? "this" : k === s.last ? "last" : null;
          if (instance === null) {
            if (k > s.k) noteHeard(s, from);
            return;
          }
          const isBeyond = instance === "this" && kind !== "DECIDE" && round > lastRound;
          const position = isBeyond
            ? known.position
            : positionAfter(known.position, { instance, round, kind });
          if (instance === "this" && (position !== null || !rules.countsOnlyNew)) {
            known.count = Math.min(known.count + 1, limitOf(s) + 1);
          }
          const resets = instance === "this" && (position !== null || !rules.onlyNewResets);
          if (resets && s.awaits === from) s.waited = 0;
          if (position === null) return;
          known.position = livePosition(position);
          noteHeard(s, from);
        },
      },
      TICK: {
        kind: "input",
        at,
        cite: "D.FD.TICK",
        effect(s) {
          if (s.awaits === null) return;
          const { timeout, count } = peerOf(s, s.awaits);
          if (s.waited < timeout) s.waited += 1;
          if (rules.countsMessages && count > limitOf(s)) s.exceeded = true;
        },
      },
      DOUBT: {
        kind: "output",
        at,
        cite: "D.FD.DOUBT",
        choose: ({ awaits }) => (awaits === null ? [] : [{ ...at, of: awaits }]),
        when: {
          due: (s, { of }) => isDue(s, of),
          notYet: ({ suspects }, { of }) => !suspects.includes(of),
        },
        effect(s, { of }) {
          insert(s.suspects, of);
          (s.peers[of] as LivePeer).heardSince = false;
        },
      },
      SUSPECT: {
        kind: "output",
        at,
        cite: "D.FD.SUSPECT",
        choose: ({ k, round }) => [{ ...at, k, round }],
        when: {
          suspected: ({ awaits, suspects }) => awaits !== null && suspects.includes(awaits),
          once: ({ told }) => !told,
        },
        effect(s) {
          s.told = true;
        },
      },
      TRUST: {
        kind: "output",
        at,
        cite: "D.FD.TRUST",
        choose: ({ suspects }) => suspects.map((of) => ({ ...at, of })),
        when: {
          heard: (s, { of }) => rules.withdraws && peerOf(s, of).heardSince,
          explained: ({ awaits, exceeded }, { of }) => !(awaits === of && exceeded),
        },
        effect(s, { of }) {
          remove(s.suspects, of);
          const known = s.peers[of] as LivePeer;
          if (rules.growsTimeouts) known.timeout = longer(timeouts, known.timeout);
        },
      },
      MISBEHAVED: {
        kind: "input",
        at,
        cite: "D.FD.BYZANTINE",
        effect(s, { of }, send) {
          if (of !== self && insert(s.byzantine, of)) send("DISTRUST", { ...at, of });
        },
      },
      DISTRUST: { kind: "sent", at, cite: "D.FD.BYZANTINE" },
    },
  });
}

function noteHeard(s: { suspects: Replica[]; peers: Record<Replica, LivePeer> }, from: Replica) {
  if (s.suspects.includes(from)) (s.peers[from] as LivePeer).heardSince = true;
}
