import {
  type Automaton,
  canonical,
  cells,
  type Index,
  type Input,
  mapOf,
  type Output,
  QuorateError,
  setOf,
  subsets,
  urgent,
  type Value,
} from "../automaton/index.ts";
import { type Ballot, type Handover, sameStatement, type TopicOf, type Vote } from "./votes.ts";

export interface QuorumSoupActions<
  S extends Value = Value,
  Signer extends Index = Index,
  To extends Index = Index,
> {
  /** a vote leaves its signer; to whom is the network's matter */
  SEND: Input<Ballot<S, Signer>>;
  AWAIT: Input<{ to: To; slot: number; topic: string }>;
  /** slots below `slot` are done: nothing on them is handed over any more */
  ADVANCE: Input<{ to: To; slot: number }>;
  QUORUM: Output<Handover<S, Signer, To>>;
}

/** A bit for each vote that may be sent, and for each receiver and topic where it stands. */
export type QuorumSoupState = Readonly<Record<string, boolean | Standing>>;
type Standing = "unasked" | "awaited" | "handed" | "done";

export interface QuorumSoupOptions<S extends Value, Signer extends Index, To extends Index> {
  readonly receivers: readonly To[];
  /** every vote that may be sent or forged */
  readonly votes: readonly Vote<S, Signer>[];
  /** how many distinct signers make a quorum */
  readonly quorum: number;
  readonly topicOf?: TopicOf<S>;
  /** `at-once` without it; with `when-awaited` a topic is handed over after AWAIT names it */
  readonly handsOver?: "at-once" | "when-awaited";
  /**
   * The signers that forge: their votes count as sent from the start, or as soon as all the votes
   * are sent that `forgedFrom` names.
   */
  readonly forgers?: readonly Signer[];
  /** the votes of correct signers without which a forged vote would be refused; none without it */
  readonly forgedFrom?: (forged: Vote<S, Signer>) => readonly Vote<S, Signer>[];
}

const voteCell = (vote: Vote) => `vote ${canonical(vote)}`;
const standingCell = (to: Index, slot: number, topic: string) => `standing ${to} ${slot} ${topic}`;

/**
 * The specification of votes and quorums: whatever the network does, any quorum of sent votes on
 * one topic may be handed over to any receiver, each topic at most once to each. Which votes make
 * the quorum is not said, nor when: a claim over the quorum soup is one over every network and
 * mailbox that refine it.
 *
 * Fairly: a receiver to which a quorum of votes on a topic of an open slot was sent gets that
 * topic handed over in the end. That half is in claim N-MAILBOX-FAIR.
 *
 * @throws QuorateError `automaton-malformed` where no topic can have a quorum; `cell-unknown` in a
 * check that sends a vote outside of `votes`
 */
export function quorumSoup<S extends Value, Signer extends Index, To extends Index>(
  options: QuorumSoupOptions<S, Signer, To>,
): Automaton<QuorumSoupState, QuorumSoupActions<S, Signer, To>> {
  const { receivers, quorum, topicOf = sameStatement as TopicOf<S> } = options;
  const { handsOver = "at-once", forgers = [], forgedFrom = () => [] } = options;
  const topics = topicsOf(options.votes, topicOf);
  const handovers = receivers.flatMap((to) =>
    topics.map(({ slot, topic, votes }) => ({
      to,
      slot,
      cell: standingCell(to, slot, topic),
      quorums: quorumsOf(votes, quorum).map((chosen) => ({ to, slot, topic, votes: chosen })),
    })),
  );
  if (handovers.every(({ quorums }) => quorums.length === 0)) {
    const what = `A quorum soup of ${quorum} has no topic with votes of ${quorum} signers.`;
    throw new QuorateError("automaton-malformed", what);
  }
  const from = handsOver === "at-once" ? "unasked" : "awaited";
  const isForged = ({ token }: Vote<S, Signer>) => forgers.includes(token.by);
  const bitsOf = (vote: Vote<S, Signer>): string[] =>
    isForged(vote) ? forgedFrom(vote).map(voteCell) : [voteCell(vote)];
  const doneBelow = (below: { readonly to: Index; readonly slot: number }) =>
    handovers
      .filter(({ to, slot }) => to === below.to && slot < below.slot)
      .map(({ cell }) => cell);
  type Actions = QuorumSoupActions<S, Signer, To>;
  return cells<QuorumSoupState, Actions>("quorum soup", {
    start: {
      ...mapOf(
        options.votes.filter((vote) => !isForged(vote)).map((vote) => [voteCell(vote), false]),
      ),
      ...mapOf(handovers.map(({ cell }): [string, Standing] => [cell, "unasked"])),
    },
    transitions: {
      SEND: {
        kind: "input",
        touches: ({ vote }) => (isForged(vote) ? [] : [voteCell(vote)]),
        effect(now, { vote }) {
          if (!isForged(vote)) now[voteCell(vote)] = true;
        },
      },
      AWAIT: {
        kind: "input",
        touches: ({ to, slot, topic }) => [standingCell(to, slot, topic)],
        effect(now, { to, slot, topic }) {
          const cell = standingCell(to, slot, topic);
          if (now[cell] === "unasked") now[cell] = "awaited";
        },
      },
      ADVANCE: {
        kind: "input",
        touches: (below) => doneBelow(below),
        effect(now, below) {
          for (const cell of doneBelow(below)) now[cell] = "done";
        },
      },
      QUORUM: {
        kind: "output",
        task: urgent("hand over"),
        scopes: handovers.map(({ cell, quorums }) => ({
          reads: [cell],
          choose: (now) => (now[cell] === from ? quorums : []),
        })),
        needs: ({ votes }) => [...setOf(...votes.flatMap(bitsOf))],
        touches: ({ to, slot, topic }) => [standingCell(to, slot, topic)],
        effect(now, { to, slot, topic }) {
          now[standingCell(to, slot, topic)] = "handed";
        },
      },
    },
  });
}

/** The topics of some votes, each with the votes on it. */
function topicsOf<S extends Value, Signer extends Index>(
  votes: readonly Vote<S, Signer>[],
  topicOf: TopicOf<S>,
) {
  const topics = new Map<string, { slot: number; topic: string; votes: Vote<S, Signer>[] }>();
  for (const vote of votes) {
    const { slot, statement } = vote;
    const topic = topicOf(statement);
    const key = `${slot} ${topic}`;
    const known = topics.get(key);
    if (known === undefined) topics.set(key, { slot, topic, votes: [vote] });
    else known.votes.push(vote);
  }
  return [...topics.values()];
}

/** All choices of `quorum` distinct signers and one vote of each, in the order of the signers. */
function quorumsOf<S extends Value, Signer extends Index>(
  votes: readonly Vote<S, Signer>[],
  quorum: number,
): Vote<S, Signer>[][] {
  const signers = setOf(...votes.map(({ token }) => token.by));
  return subsets(signers, quorum).flatMap((chosen) =>
    chosen.reduce<Vote<S, Signer>[][]>(
      (partial, signer) =>
        partial.flatMap((rest) =>
          votes.filter(({ token }) => token.by === signer).map((vote) => [...rest, vote]),
        ),
      [[]],
    ),
  );
}
