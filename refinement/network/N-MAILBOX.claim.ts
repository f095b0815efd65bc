import { claim } from "../../spec/automaton/index.ts";
import {
  AWAITED,
  DELIVERED_ONCE,
  EQUIVOCATION,
  MUTANTS,
  NAMES,
  ONE_TOPIC,
  TWO_MAILBOXES,
  WINDOW,
} from "./instances.ts";
import { caseOf, isQuorumSoup, quorumsAgree, roomIsBounded } from "./problems.ts";
import type { InstanceSize, MailboxSystem } from "./system.ts";

const question = (system: MailboxSystem, { oneTopic }: InstanceSize) => [
  isQuorumSoup(system, { quiescence: false }),
  ...(oneTopic === true ? [] : [quorumsAgree(system), roomIsBounded(system)]),
];

export default claim({
  id: "N-MAILBOX",
  says: "A mailbox behind a network that reorders, repeats, loses and lets faulty signers equivocate hands over what the quorum soup may hand over, and a faulty signer cannot fill it.",
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
    caseOf("repaired", NAMES.TWO_MAILBOXES, TWO_MAILBOXES, question, {
      expect: "holds",
      pinned: { states: 62634, depth: 18 },
    }),
    caseOf("repaired", NAMES.DELIVERED_ONCE, DELIVERED_ONCE, question, {
      expect: "holds",
      pinned: { states: 2274, depth: 12 },
    }),
    caseOf(
      "tight",
      NAMES.TIGHT,
      { ...EQUIVOCATION, faulty: 2 },
      (system) => [quorumsAgree(system)],
      {
        expect: "violated",
        because: "two quorums of three of four need not share a correct signer if two are faulty",
      },
    ),
    caseOf(
      "mutant/quorum-minus-one",
      NAMES.EQUIVOCATION,
      { ...EQUIVOCATION, quorum: 2 },
      question,
      {
        expect: "violated",
      },
    ),
    caseOf(
      "mutant/duplicates-count",
      NAMES.EQUIVOCATION,
      { ...EQUIVOCATION, rules: MUTANTS["duplicates-count"] },
      question,
      { expect: "violated", because: "a vote counted twice from one replica: fabric#370" },
    ),
    caseOf(
      "mutant/sender-counts-as-signer",
      NAMES.EQUIVOCATION,
      { ...EQUIVOCATION, rules: MUTANTS["sender-counts-as-signer"] },
      question,
      {
        expect: "violated",
        because: "a faulty process sends on the vote of a correct one, which counts again",
      },
    ),
    caseOf(
      "mutant/window-forgets-a-slot",
      NAMES.WINDOW,
      { ...WINDOW, rules: MUTANTS["window-forgets-a-slot"] },
      question,
      {
        expect: "violated",
        because: "what was handed over is forgotten too, so that it is handed over again",
      },
    ),
    caseOf(
      "mutant/two-topics-each",
      NAMES.EQUIVOCATION,
      { ...EQUIVOCATION, topicsMax: 2 },
      question,
      { expect: "violated", because: "the signer that equivocates holds both topics by itself" },
    ),
  ],
});
