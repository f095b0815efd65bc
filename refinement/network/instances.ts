import type { MailboxRules } from "../../impl/network/index.ts";
import { index } from "../../spec/automaton/index.ts";
import type { InstanceSize, Replica, Statement } from "./system.ts";

/** Correct signers are split between two statements, and the faulty one signs both. */
export const EQUIVOCATION: InstanceSize = { statements: ["A", "B"], slots: 1 };

/** The owner moves on to the second slot at any time, late votes for the first notwithstanding. */
export const WINDOW: InstanceSize = { statements: ["A"], slots: 2 };

/** Votes that say different things count together. */
export const ONE_TOPIC: InstanceSize = { ...EQUIVOCATION, oneTopic: true };

/** The owner asks for topics, before or after their quorums are there. */
export const AWAITED: InstanceSize = { ...EQUIVOCATION, awaits: true };

/** Two mailboxes of one network, which need not get the same votes. */
export const TWO_MAILBOXES: InstanceSize = { ...EQUIVOCATION, twoMailboxes: true };

/** No vote is delivered twice. */
export const DELIVERED_ONCE: InstanceSize = { ...EQUIVOCATION, deliveredOnce: true };
export const WINDOW_DELIVERED_ONCE: InstanceSize = { ...WINDOW, deliveredOnce: true };

export const NAMES = {
  EQUIVOCATION: "4 signers, 1 faulty, 2 statements",
  WINDOW: "4 signers, 1 faulty, 2 slots",
  ONE_TOPIC: "4 signers, 1 faulty, 2 statements on one topic",
  AWAITED: "4 signers, 1 faulty, 2 statements, awaited",
  TWO_MAILBOXES: "4 signers, 1 faulty, 2 statements, 2 mailboxes",
  DELIVERED_ONCE: "4 signers, 1 faulty, 2 statements, delivered once",
  WINDOW_DELIVERED_ONCE: "4 signers, 1 faulty, 2 slots, delivered once",
  TIGHT: "4 signers, 2 faulty, 2 statements",
} as const;

/** What a mailbox may do wrong. */
export const MUTANTS = {
  /** every copy of a vote counts */
  "duplicates-count": { counts: (_, counted) => index("replica", counted) },
  /** a vote counts for the process that delivers it */
  "sender-counts-as-signer": { counts: ({ from }) => from as Replica },
  "first-vote-of-a-slot-only": { firstVoteOnly: true },
  /** with the slots that are done goes the next one */
  "window-forgets-a-slot": { forgets: 1 },
} satisfies Record<string, Partial<MailboxRules<Statement, Replica>>>;
