import type { MailboxState } from "../../impl/network/index.ts";
import {
  type Action,
  type Case,
  type Fairness,
  get,
  includedIn,
  invariant,
  leadsTo,
  notFair,
  type Problem,
  type Property,
  values,
  weaklyFair,
  witnessAction,
} from "../../spec/automaton/index.ts";
import type { Handover, Packet, Vote } from "../../spec/network/votes.ts";
import {
  type Ballots,
  type InstanceSize,
  type MailboxSystem,
  mailboxSystem,
  QUORUM,
  type Replica,
  type Statement,
} from "./system.ts";

type Question = (instance: MailboxSystem, size: InstanceSize) => readonly Property[];
type Inbox = MailboxState<Statement, Replica>;

/** One case: an instance, and what is expected of it. */
export function caseOf(
  variant: string,
  instance: string,
  size: InstanceSize,
  question: Question,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case {
  return { variant, instance, tier: "ci", problem: () => problemOf(size, question), ...rest };
}

function problemOf(size: InstanceSize, question: Question): Problem {
  const instance = mailboxSystem(size);
  return {
    system: instance.system,
    properties: question(instance, size),
    witnesses: witnessesOf(instance),
    excludes: [
      ...instance.excludes,
      "a faulty signer signs only the statements and slots of the instance",
      ...(size.deliveredOnce === true ? ["nobody sends on what another signed"] : []),
    ],
  };
}

const asItIs = (name: string) => (payload: Action["payload"]) => ({ name, payload });

/**
 * Safety: what is handed over is a quorum of sent votes, and no topic is handed over twice. With
 * `quiescence` also: where the network and the mailbox owe no step, the quorum soup owes none.
 */
export const isQuorumSoup = (
  { system, specification }: MailboxSystem,
  { quiescence }: { readonly quiescence: boolean },
) =>
  includedIn(system, {
    name: quiescence ? "the quorum soup, quiet where it is quiet" : "the quorum soup",
    quiescence,
    specification,
    visible: {
      SEND: ({ from, message }: Packet<Vote>) => ({
        name: "SEND",
        payload: { from, vote: message },
      }),
      AWAIT: asItIs("AWAIT"),
      ADVANCE: asItIs("ADVANCE"),
      QUORUM: asItIs("QUORUM"),
    },
  });

/** With at most one faulty signer of four, quorums of three on one slot agree. */
export const quorumsAgree = ({ system }: MailboxSystem) =>
  invariant(system, {
    name: "no two topics of a slot are handed over",
    reads: ["inbox.slots"],
    holds: ({ inbox }) =>
      values(inbox.slots).every(
        ({ topics }) => values(topics).filter(({ handed }) => handed).length < 2,
      ),
  });

/** What a faulty signer can store by itself is bounded, whatever it signs. */
export const roomIsBounded = ({ system }: MailboxSystem) =>
  invariant(system, {
    name: "no signer alone holds two topics of a slot",
    reads: ["inbox.slots"],
    holds: ({ inbox }) =>
      values(inbox.slots).every(({ topics }) => {
        const alone = values(topics)
          .map(({ votes }) => values(votes))
          .filter(({ length }) => length === 1)
          .map(([only]) => only?.token.by);
        return new Set(alone).size === alone.length;
      }),
  });

/** Who sent a vote on a topic of a slot. */
function sendersOf({ topicOf }: MailboxSystem, signers: readonly Ballots[], at: Topic): boolean[] {
  return signers.map((sent) =>
    sent.some(({ slot, statement }) => slot === at.slot && topicOf(statement) === at.topic),
  );
}

interface Topic {
  readonly slot: number;
  readonly topic: string;
}

function isHanded({ slots }: Inbox, { slot, topic }: Topic): boolean {
  return get(get(slots, `${slot}`)?.topics ?? {}, topic)?.handed === true;
}

/**
 * Each topic of a slot that is owed to the owner leads to its hand-over, unless the owner is done
 * with the slot first. One property for each topic.
 */
function leadToHandover(
  says: string,
  instance: MailboxSystem,
  { awaits, slots }: InstanceSize,
  isOwed: (senders: readonly boolean[]) => boolean,
  fairness: readonly Fairness[] = [EACH_DELIVERED],
): Property[] {
  const all = Array.from({ length: slots }, (_, slot) =>
    instance.topics.map((topic): Topic => ({ slot, topic })),
  ).flat();
  const isAsked = ({ awaited }: Inbox, { slot, topic }: Topic) =>
    awaits !== true || get(awaited, `${slot}`)?.includes(topic) === true;
  return all.map((at) =>
    leadsTo(instance.system, {
      name: `${says}: slot ${at.slot}, topic ${at.topic}`,
      reads: ["signers", "inbox"],
      fairness,
      premise: ({ signers, inbox }) =>
        at.slot >= inbox.low && isAsked(inbox, at) && isOwed(sendersOf(instance, signers, at)),
      conclusion: ({ inbox }) => at.slot < inbox.low || isHanded(inbox, at),
    }),
  );
}

/** Each packet that stays deliverable is delivered; again and again, as long as it stays. */
const EACH_DELIVERED = weaklyFair("DELIVER", { by: ["from", "message"] });

/**
 * A quorum of sent votes leads to a hand-over. Where votes are delivered once only, this is asked
 * of the votes of correct signers.
 */
export const quorumsAreHandedOver: Question = (instance, size) =>
  leadToHandover("a quorum that was sent is handed over", instance, size, (senders) => {
    const counted = size.deliveredOnce === true ? instance.forgers.length : 0;
    return senders.slice(counted).filter(Boolean).length >= QUORUM;
  });

/** What all correct signers voted for is handed over, whatever faulty ones send or hold back. */
export const correctSignersSuffice = (
  instance: MailboxSystem,
  size: InstanceSize,
  fairness?: readonly Fairness[],
) =>
  leadToHandover(
    "what all correct signers signed is handed over",
    instance,
    size,
    (senders) => senders.slice(instance.forgers.length).every(Boolean),
    fairness,
  );

/** The same of a network that owes nobody a delivery: what it must not promise. */
export const unfairNetworkSuffices: Question = (instance, size) =>
  correctSignersSuffice(instance, size, [notFair("DELIVER")]);

const witnessesOf = ({ system, forgers }: MailboxSystem) => [
  witnessAction(system, { name: "a quorum is handed over", action: "QUORUM" }),
  witnessAction(system, {
    name: "a vote of a faulty signer is in a quorum that is handed over",
    action: "QUORUM",
    where: ({ votes }: Handover) =>
      votes.some(({ token }) => forgers.some((by) => by === token.by)),
  }),
];
