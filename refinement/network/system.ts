import { bag, soup } from "../../impl/network/index.ts";
import { type MailboxRules, mailbox } from "../../impl/network/mailbox.ts";
import type { NetworkActions } from "../../impl/network/model.ts";
import {
  type Automaton,
  automaton,
  compose,
  has,
  type Index,
  index,
  indices,
  insert,
  type Output,
  spontaneous,
  symbolicDigest,
} from "../../spec/automaton/index.ts";
import { quorumSoup } from "../../spec/network/quorum-soup.ts";
import { type Packet, sameStatement, type Vote } from "../../spec/network/votes.ts";

export type Replica = Index<"replica">;
export type Statement = "A" | "B";
type Owner = Index<"owner">;
type Signed = Vote<Statement, Replica>;
type Sent = Packet<Signed, Index, Owner>;

/** How large an instance is, and what it does otherwise than the mailbox. */
export interface InstanceSize {
  /** how many of the four signers are faulty; 1 without it */
  readonly faulty?: number;
  readonly statements: readonly Statement[];
  /** 1 or 2; with 2 the owner may be done with the first */
  readonly slots: 1 | 2;
  /** all statements are on one topic, as are view changes that report different things */
  readonly oneTopic?: boolean;
  /** the owner says when it wants a topic */
  readonly awaits?: boolean;
  /** a second process has a mailbox for the same votes */
  readonly twoMailboxes?: boolean;
  /** each vote is delivered once for each time it was sent, instead of again and again */
  readonly deliveredOnce?: boolean;
  readonly quorum?: number;
  readonly topicsMax?: number;
  readonly rules?: Partial<MailboxRules<Statement, Replica>>;
}

const SIGNERS = indices("replica", 4);
/** Of four signers one may be faulty, so three make a quorum. */
export const QUORUM = 3;
const OWNER = index("owner", 0);
const SECOND = index("owner", 1);

const voteOf = (by: Replica, slot: number, statement: Statement): Signed => ({
  slot,
  statement,
  token: { by, over: symbolicDigest([slot, statement]) },
});

interface Sending {
  SEND: Output<Sent>;
}

/** What a signer signed and sent, in the order of the slots. */
export type Ballots = readonly { readonly slot: number; readonly statement: Statement }[];

/** Votes when it likes; a correct signer signs one statement in a slot, a faulty one any. */
const signer = (self: Replica, votes: readonly Signed[], isFaulty: boolean) =>
  automaton<Ballots, Sending>("signer", {
    start: [],
    process: self,
    transitions: {
      SEND: {
        kind: "output",
        at: { from: self },
        task: spontaneous("vote"),
        choose: () => votes.map((message) => ({ from: self, to: OWNER, message })),
        when: {
          notYet: (sent, { message: { slot, statement } }) => !has(sent, { slot, statement }),
          oneInASlot: (sent, { message }) =>
            isFaulty || !sent.some(({ slot }) => slot === message.slot),
        },
        effect: (sent, { message: { slot, statement } }) => void insert(sent, { slot, statement }),
      },
    },
  });

interface OwnerState {
  readonly slot: number;
  /** topics; each is asked for once */
  readonly asked: readonly string[];
}

interface OwnerActions {
  ADVANCE: Output<{ to: Owner; slot: number }>;
  AWAIT: Output<{ to: Owner; slot: number; topic: string }>;
}

/** Uses the mailbox: is done with the first of two slots at any time, and asks for topics. */
const ownerOf = (slots: number, topics: readonly string[]) =>
  automaton<OwnerState, OwnerActions>("owner", {
    start: { slot: 0, asked: [] },
    process: OWNER,
    transitions: {
      ADVANCE: {
        kind: "output",
        task: spontaneous("done"),
        choose: ({ slot }) => [{ to: OWNER, slot: slot + 1 }],
        when: { moreSlots: (_, { slot }) => slot < slots },
        effect: (now, { slot }) => {
          now.slot = slot;
        },
      },
      AWAIT: {
        kind: "output",
        task: spontaneous("ask"),
        choose: ({ slot }) => topics.map((topic) => ({ to: OWNER, slot, topic })),
        when: { notYet: ({ asked }, { topic }) => !asked.includes(topic) },
        effect: (now, { topic }) => {
          now.asked.push(topic);
          now.asked.sort();
        },
      },
    },
  });

/** Four signers, the network, a mailbox and its owner, and what they must refine. */
export function mailboxSystem(size: InstanceSize) {
  const { faulty = 1, statements, slots, oneTopic = false, awaits = false } = size;
  const forgers = SIGNERS.slice(0, faulty);
  const topicOf = oneTopic ? () => "any" : sameStatement;
  const votesOf = (by: Replica) =>
    Array.from({ length: slots }, (_, slot) =>
      statements.map((one) => voteOf(by, slot, one)),
    ).flat();
  const universe = SIGNERS.flatMap((from) =>
    votesOf(from).map((message): Sent => ({ from, to: OWNER, message })),
  );
  const owners = size.twoMailboxes === true ? [OWNER, SECOND] : [OWNER];
  const relayed = (sent: Sent): Sent[] =>
    owners.flatMap((to) => [sent.from, ...forgers].map((from) => ({ ...sent, from, to })));
  const { network, excludes } =
    size.deliveredOnce === true
      ? bag({ universe, copiesMax: 1 })
      : soup({ universe, deliveries: relayed });
  const topics = [...new Set(statements.map(topicOf))];
  const handsOver = awaits ? "when-awaited" : "at-once";
  const options = {
    signers: SIGNERS,
    quorum: size.quorum ?? QUORUM,
    slotsMax: slots,
    topicOf,
    handsOver,
    ...(size.topicsMax !== undefined && { topicsMax: size.topicsMax }),
    ...(size.rules && { rules: size.rules }),
  } as const;
  const system = compose("mailbox", {
    signers: SIGNERS.map((self) => signer(self, votesOf(self), forgers.includes(self))),
    network: network as Automaton<unknown, NetworkActions<Sent, Sent, "SEND", "DELIVER">>,
    inbox: mailbox({ ...options, to: OWNER }),
    others: owners.slice(1).map((to) => mailbox({ ...options, to })),
    owner: ownerOf(slots, awaits ? topics : []),
  });
  const votes = SIGNERS.flatMap(votesOf);
  const soupOfQuorums = quorumSoup({
    receivers: owners,
    votes,
    quorum: QUORUM,
    topicOf,
    handsOver,
  });
  const specification = compose(
    "quorum soup",
    { soup: soupOfQuorums },
    { open: ["SEND", "AWAIT", "ADVANCE"] },
  );
  return { system, specification, universe, topicOf, topics, forgers, excludes };
}

export type MailboxSystem = ReturnType<typeof mailboxSystem>;
