import { claim } from "../../spec/automaton/index.ts";
import {
  AWAITED,
  DELIVERED_ONCE,
  EQUIVOCATION,
  MUTANTS,
  NAMES,
  ONE_TOPIC,
  WINDOW,
  WINDOW_DELIVERED_ONCE,
} from "./instances.ts";
import {
  caseOf,
  correctSignersSuffice,
  isQuorumSoup,
  quorumsAreHandedOver,
  unfairNetworkSuffices,
} from "./problems.ts";
import type { InstanceSize, MailboxSystem } from "./system.ts";

const question = (system: MailboxSystem, size: InstanceSize) => [
  isQuorumSoup(system, { quiescence: true }),
  ...quorumsAreHandedOver(system, size),
  ...(size === EQUIVOCATION ? correctSignersSuffice(system, size) : []),
];

const ONCE =
  "the network does not repeat what the mailbox dropped, so this is asked of correct signers' votes";

export default claim({
  id: "N-MAILBOX-FAIR",
  says: "A quorum of votes that were sent leads to a hand-over, if deliveries and hand-overs are weakly fair: as the quorum soup promises.",
  source: "architecture, Mailboxes; docs/decisions/0012-mailboxes.md",
  cases: [
    caseOf("repaired", NAMES.EQUIVOCATION, EQUIVOCATION, question, {
      expect: "holds",
      pinned: { states: 1840, depth: 12 },
    }),
    caseOf("repaired", NAMES.WINDOW, WINDOW, question, {
      expect: "holds",
      pinned: { states: 20672, depth: 17 },
    }),
    caseOf("repaired", NAMES.ONE_TOPIC, ONE_TOPIC, question, {
      expect: "holds",
      pinned: { states: 1908, depth: 10 },
    }),
    caseOf("repaired", NAMES.AWAITED, AWAITED, question, {
      expect: "holds",
      pinned: { states: 6956, depth: 14 },
    }),
    caseOf("repaired", NAMES.DELIVERED_ONCE, DELIVERED_ONCE, quorumsAreHandedOver, {
      expect: "holds",
      pinned: { states: 2274, depth: 12 },
      because: ONCE,
    }),
    caseOf("repaired", NAMES.WINDOW_DELIVERED_ONCE, WINDOW_DELIVERED_ONCE, quorumsAreHandedOver, {
      expect: "holds",
      pinned: { states: 38560, depth: 19 },
      because: ONCE,
    }),
    caseOf("tight/unfair", NAMES.EQUIVOCATION, EQUIVOCATION, unfairNetworkSuffices, {
      expect: "violated",
      because: "a network that never delivers satisfies nobody",
    }),
    caseOf(
      "tight",
      NAMES.TIGHT,
      { ...EQUIVOCATION, faulty: 2 },
      (system, size) => correctSignersSuffice(system, size),
      {
        expect: "violated",
        because: "two faulty signers that stay silent leave too few for a quorum of three",
      },
    ),
    caseOf(
      "mutant/first-vote-of-a-slot-only",
      NAMES.EQUIVOCATION,
      { ...EQUIVOCATION, rules: MUTANTS["first-vote-of-a-slot-only"] },
      question,
      { expect: "violated", because: "a double signature hides the other vote: tendermint#210" },
    ),
    caseOf(
      "mutant/window-forgets-a-slot",
      NAMES.WINDOW_DELIVERED_ONCE,
      { ...WINDOW_DELIVERED_ONCE, rules: MUTANTS["window-forgets-a-slot"] },
      quorumsAreHandedOver,
      { expect: "violated", because: "a vote for an open slot goes with the slot before it" },
    ),
    caseOf("mutant/quorum-plus-one", NAMES.EQUIVOCATION, { ...EQUIVOCATION, quorum: 4 }, question, {
      expect: "violated",
    }),
  ],
});
