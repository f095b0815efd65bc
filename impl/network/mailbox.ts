import {
  type Automaton,
  automaton,
  compare,
  entries,
  get,
  type Index,
  type Input,
  keys,
  type Output,
  put,
  size,
  urgent,
  type Value,
  values,
  volatile,
} from "../../spec/automaton/index.ts";
import {
  type Handover,
  type Packet,
  sameStatement,
  type TopicOf,
  type Vote,
} from "../../spec/network/votes.ts";
import { checkBound } from "./model.ts";

export interface MailboxActions<
  S extends Value = Value,
  Signer extends Index = Index,
  To extends Index = Index,
> {
  /** a vote whose token was verified, from whoever sent it */
  DELIVER: Input<Packet<Vote<S, Signer>, Index, To>>;
  /** with `handsOver: "when-awaited"`: from now on the quorum on this topic may be handed over */
  AWAIT: Input<{ to: To; slot: number; topic: string }>;
  /** slots below `slot` are done: the window moves up to it, never down */
  ADVANCE: Input<{ to: To; slot: number }>;
  QUORUM: Output<Handover<S, Signer, To>>;
}

/** What is known of one topic of a slot. */
interface Tally<S extends Value, Signer extends Index> {
  /** one vote of a signer; at most the quorum, none once it was handed over */
  readonly votes: Readonly<Record<Signer, Vote<S, Signer>>>;
  readonly handed: boolean;
}

interface Slot<S extends Value, Signer extends Index> {
  readonly topics: Readonly<Record<string, Tally<S, Signer>>>;
  /** how many topics were opened by a vote of a signer; at most `topicsMax` each */
  readonly opened: Readonly<Record<Signer, number>>;
}

export interface MailboxState<S extends Value = Value, Signer extends Index = Index> {
  readonly low: number;
  /** by slot */
  readonly slots: Readonly<Record<string, Slot<S, Signer>>>;
  /** topics by slot */
  readonly awaited: Readonly<Record<string, readonly string[]>>;
}

export interface MailboxOptions<S extends Value, Signer extends Index, To extends Index> {
  readonly name?: string;
  /** whose mailbox it is */
  readonly to: To;
  /** votes of others are dropped */
  readonly signers: readonly Signer[];
  /** how many signers make a quorum */
  readonly quorum: number;
  /** how many slots from the lowest are open; votes for others are dropped */
  readonly slotsMax: number;
  /** on how many topics of one slot a correct signer votes at most; 1 without it */
  readonly topicsMax?: number;
  /** what votes must agree on to count together; the whole statement without it */
  readonly topicOf?: TopicOf<S>;
  /** `at-once` without it; `when-awaited` holds each quorum back until AWAIT names its topic */
  readonly handsOver?: "at-once" | "when-awaited";
  /** the process that hosts it */
  readonly process?: Index;
  /** rules other than the mailbox's own: for mutants */
  readonly rules?: Partial<MailboxRules<S, Signer>>;
}

/** The decisions of a mailbox, so that a mutant can take one otherwise. */
export interface MailboxRules<S extends Value = Value, Signer extends Index = Index> {
  /** under which name a vote counts */
  readonly counts: (packet: Packet<Vote<S, Signer>>, counted: number) => Signer;
  /** whether the first vote of a signer in a slot makes it ignore all others */
  readonly firstVoteOnly: boolean;
  /** how many slots the window forgets beyond those that are done */
  readonly forgets: number;
}

const RULES: MailboxRules<never, never> = {
  counts: ({ message }) => message.token.by,
  firstVoteOnly: false,
  forgets: 0,
};

/**
 * Collects votes and hands over each quorum of them once, as one step: the inbox that a protocol's
 * automaton need not have. It works with the quorum soup's actions (`spec/network/quorum-soup.ts`),
 * of which it and the network are an implementation (claims N-MAILBOX and N-MAILBOX-FAIR).
 *
 * - Tokens are verified before DELIVER. A vote counts for its signer, whoever delivers it.
 * - A signer counts once for each topic. Two votes of one signer on two topics both count, so a
 *   double signature hides no vote; but a signer opens at most `topicsMax` topics of a slot, and joins
 *   only topics that others opened. What a faulty signer's vote lost that way it regains when it
 *   is delivered again; a vote of a correct signer is never lost.
 * - Bounds: `slotsMax` slots; in each `topicsMax` topics for each signer; in each a quorum of
 *   votes. No signer can use up another's room.
 *
 * Its state is volatile: after a restart votes must be delivered again, and ADVANCE says where the
 * window starts. A topic may then be handed over a second time.
 *
 * @throws QuorateError `automaton-malformed` where a bound is no whole number from 1
 */
export function mailbox<S extends Value, Signer extends Index, To extends Index>(
  options: MailboxOptions<S, Signer, To>,
): Automaton<MailboxState<S, Signer>, MailboxActions<S, Signer, To>> {
  const { name = "mailbox", to, signers, quorum, slotsMax, topicsMax = 1 } = options;
  const { topicOf = sameStatement as TopicOf<S>, handsOver = "at-once" } = options;
  const rules = { ...RULES, ...options.rules } as MailboxRules<S, Signer>;
  for (const [bound, value] of entries({ quorum, slotsMax, topicsMax })) {
    checkBound(name, bound, value, 1);
  }
  type State = MailboxState<S, Signer>;
  const isOpen = ({ low }: { readonly low: number }, slot: number) =>
    Number.isSafeInteger(slot) && slot >= low && slot < low + slotsMax;
  const isAwaited = ({ awaited }: State, { slot, topic }: Handover) =>
    handsOver === "at-once" || get(awaited, `${slot}`)?.includes(topic) === true;

  return automaton<State, MailboxActions<S, Signer, To>>(name, {
    start: { low: 0, slots: {}, awaited: {} },
    ...(options.process !== undefined && { process: options.process }),
    fields: {
      low: volatile("the lowest slot that is not done"),
      slots: volatile("what was voted", `${slotsMax} slots, each with a bounded number of votes`),
      awaited: volatile("the topics that are awaited", `${slotsMax} slots; the protocol's topics`),
    },
    transitions: {
      DELIVER: {
        kind: "input",
        at: { to },
        effect(now, packet) {
          const { slot, statement, token } = packet.message;
          if (!isOpen(now, slot) || !signers.includes(token.by)) return;
          take(now.slots as Slots, packet as never, topicOf(statement));
        },
      },
      AWAIT: {
        kind: "input",
        at: { to },
        effect(now, { slot, topic }) {
          if (handsOver === "at-once" || !isOpen(now, slot)) return;
          const topics = get(now.awaited, `${slot}`) ?? [];
          if (!topics.includes(topic)) put(now.awaited, `${slot}`, [...topics, topic].sort());
        },
      },
      ADVANCE: {
        kind: "input",
        at: { to },
        effect(now, { slot }) {
          if (slot <= now.low) return;
          now.low = slot;
          const kept = slot + rules.forgets;
          for (const one of keys(now.slots)) if (Number(one) < kept) delete now.slots[one];
          for (const one of keys(now.awaited)) if (Number(one) < slot) delete now.awaited[one];
        },
      },
      QUORUM: {
        kind: "output",
        at: { to },
        task: urgent("hand over"),
        choose: (now) =>
          entries(now.slots).flatMap(([slot, { topics }]) =>
            entries(topics).map(([topic, { votes }]) => ({
              to,
              slot: Number(slot),
              topic,
              votes: values(votes).sort((a, b) => compare(a.token.by, b.token.by)),
            })),
          ),
        when: {
          quorum: (_, { votes }) => votes.length >= quorum,
          awaited: (now, handover) => isAwaited(now, handover),
        },
        effect(now, { slot, topic }) {
          const tally = now.slots[slot]?.topics[topic];
          if (tally === undefined) return;
          tally.votes = {} as typeof tally.votes;
          tally.handed = true;
          const topics = (get(now.awaited, `${slot}`) ?? []).filter((other) => other !== topic);
          if (topics.length > 0) put(now.awaited, `${slot}`, topics);
          else delete now.awaited[slot];
        },
      },
    },
  });

  type Slots = Record<
    string,
    {
      topics: Record<string, { votes: Record<string, Vote<S, Signer>>; handed: boolean }>;
      opened: Record<string, number>;
    }
  >;

  /** Counts a vote for an open slot, where there is room for it. */
  function take(slots: Slots, packet: Packet<Vote<S, Signer>>, topic: string): void {
    const { message } = packet;
    const { slot, token } = message;
    const { topics, opened } = get(slots, `${slot}`) ?? { topics: {}, opened: {} };
    const tally = get(topics, topic);
    const votes = tally?.votes ?? {};
    const by = rules.counts(packet, size(votes));
    if (tally?.handed === true || get(votes, by) !== undefined || size(votes) >= quorum) return;
    const opens = tally === undefined;
    const opensSoFar = get(opened, token.by) ?? 0;
    if (opens && opensSoFar >= topicsMax) return;
    if (rules.firstVoteOnly && values(topics).some((other) => get(other.votes, by))) return;
    put(slots, `${slot}`, {
      topics: { ...topics, [topic]: { votes: { ...votes, [by]: message }, handed: false } },
      opened: opens ? { ...opened, [token.by]: opensSoFar + 1 } : opened,
    } as never);
  }
}
