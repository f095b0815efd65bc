import type { Signatures } from "../../network/process.ts";
import type { Replica } from "../messages.ts";
import type { Bounds } from "./bounds.ts";

/** What is voted on: a batch for a number in a view. */
export interface Topic {
  readonly view: number;
  readonly digest: string;
}

/** The verified votes on one topic. */
interface Tally extends Topic {
  /** who voted on it when nobody else had */
  readonly opener: Replica;
  readonly votes: Map<Replica, Uint8Array>;
}

interface VotesBounds extends Pick<Bounds, "votesOpen"> {
  /** how many signers make a certificate */
  readonly quorum: number;
}

/**
 * Verified votes of one kind, by number and topic, each signer once. Both votes of a double signature count, so
 * that one does not hide the other; but a signer opens a few topics of a number only, and joins those of
 * others. When it opens one more, its vote of the earliest view makes room: a correct signer votes
 * once in each view, and only its last vote is still of use.
 */
export class Votes {
  readonly #bounds: VotesBounds;
  readonly #numbers = new Map<number, Map<string, Tally>>();

  constructor(bounds: VotesBounds) {
    this.#bounds = bounds;
  }

  /** Whether a vote would add something: a topic needs no more than a quorum. */
  isNew(by: Replica, n: number, topic: Topic): boolean {
    const votes = this.#tally(n, topic)?.votes;
    return votes === undefined || (votes.size < this.#bounds.quorum && !votes.has(by));
  }

  add(by: Replica, n: number, topic: Topic, signature: Uint8Array): void {
    const topics = this.#numbers.get(n) ?? new Map<string, Tally>();
    this.#numbers.set(n, topics);
    const known = topics.get(keyOf(topic));
    if (known !== undefined) {
      known.votes.set(by, signature);
      return;
    }
    this.#makeRoom(by, topics);
    topics.set(keyOf(topic), { ...topic, opener: by, votes: new Map([[by, signature]]) });
  }

  /** The topics of a number that have a quorum. */
  complete(n: number): Topic[] {
    const all = [...(this.#numbers.get(n)?.values() ?? [])];
    return all.filter(({ votes }) => votes.size >= this.#bounds.quorum);
  }

  /** The signatures of a quorum, in the order of the signers; null if there is none yet. */
  certificate(n: number, topic: Topic): Signatures | null {
    const votes = this.#tally(n, topic)?.votes;
    if (votes === undefined || votes.size < this.#bounds.quorum) return null;
    const chosen = [...votes].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, this.#bounds.quorum);
    return Object.fromEntries(chosen);
  }

  /** The highest number that was voted on; 0 if there is none. */
  highest(): number {
    return Math.max(0, ...this.#numbers.keys());
  }

  numbers(): IterableIterator<number> {
    return this.#numbers.keys();
  }

  /** Forgets the votes up to a number. */
  forgetUpTo(n: number): void {
    for (const one of this.#numbers.keys()) if (one <= n) this.#numbers.delete(one);
  }

  #tally(n: number, topic: Topic): Tally | undefined {
    return this.#numbers.get(n)?.get(keyOf(topic));
  }

  #makeRoom(by: Replica, topics: Map<string, Tally>): void {
    const own = [...topics].filter(([, { opener }]) => opener === by);
    if (own.length < this.#bounds.votesOpen) return;
    const [first] = own.sort(([, a], [, b]) => a.view - b.view);
    if (first === undefined) return;
    const [key, { votes }] = first;
    votes.delete(by);
    if (votes.size === 0) topics.delete(key);
    // Others hold it open: it counts as the first of them who did.
    else topics.set(key, { ...first[1], opener: [...votes.keys()][0] as Replica });
  }
}

const keyOf = ({ view, digest }: Topic): string => `${view} ${digest}`;
