import { type Batch, primaryOf, type Replica } from "../messages.ts";
import { Batches } from "./batches.ts";
import type { Bounds } from "./bounds.ts";
import { Checkpoints } from "./checkpoints.ts";
import { ViewChanges } from "./view-changes.ts";
import { Votes } from "./votes.ts";

/** A verified PRE-PREPARE that the automaton has not had. */
export interface Proposal {
  readonly view: number;
  readonly n: number;
  readonly digest: string;
  readonly batch: Batch;
}

/** Where a replica stands: what decides which messages it keeps. */
export interface Standing {
  readonly view: number;
  readonly active: boolean;
  /** its last stable checkpoint */
  readonly stable: number;
  readonly executed: number;
  /** whether it waits for a state that others vouch for */
  readonly recovering: boolean;
}

/**
 * Verified messages that the automata hold none of. What is early is kept within bounds: votes of a few views
 * and of two windows, PRE-PREPAREs of a few numbers of each primary. What is beyond comes again.
 */
export class Mailbox {
  readonly batches: Batches;
  readonly prepares: Votes;
  readonly commits: Votes;
  readonly checkpoints: Checkpoints;
  readonly changes: ViewChanges;
  readonly #bounds: Bounds;
  readonly #proposals = new Map<string, Proposal>();
  /** by number: the last view of which a proposal came */
  readonly #proposed = new Map<number, number>();

  readonly #group: readonly Replica[];

  /** @param nothing the digest of the null request */
  constructor(group: readonly Replica[], bounds: Bounds, nothing: string) {
    this.batches = new Batches(nothing);
    this.#group = group;
    this.#bounds = bounds;
    const { sizes, votesOpen } = bounds;
    this.prepares = new Votes({ quorum: sizes.prepares, votesOpen });
    this.commits = new Votes({ quorum: sizes.commits, votesOpen });
    this.checkpoints = new Checkpoints(bounds);
    this.changes = new ViewChanges(bounds);
  }

  proposal(view: number, n: number): Proposal | null {
    return this.#proposals.get(keyOf(view, n)) ?? null;
  }

  /** Keeps a proposal. Of what a replica cannot use yet only so many of each primary are kept. */
  propose(proposal: Proposal, { view, stable }: Standing): void {
    const { window, prePreparesAhead } = this.#bounds;
    const isEarly = (one: Proposal) => one.view > view || one.n > stable + window;
    if (isEarly(proposal)) {
      const by = primaryOf(proposal.view, this.#group);
      const same = [...this.#proposals.values()].filter(
        (one) => isEarly(one) && primaryOf(one.view, this.#group) === by,
      );
      if (same.length >= prePreparesAhead) return;
    }
    this.#proposals.set(keyOf(proposal.view, proposal.n), proposal);
    this.#proposed.set(proposal.n, proposal.view);
  }

  /** Whether a proposal for the number came in this view or a later one: only the first counts. */
  isProposed(view: number, n: number): boolean {
    return (this.#proposed.get(n) ?? -1) >= view;
  }

  /** The automaton has had it. */
  proposed({ view, n }: Proposal): void {
    this.#proposals.delete(keyOf(view, n));
  }

  /** The numbers of which something is kept. */
  numbers(): Set<number> {
    const proposed = [...this.#proposals.values()].map(({ n }) => n);
    return new Set([...proposed, ...this.prepares.numbers(), ...this.commits.numbers()]);
  }

  /** Forgets what is of no use any more. */
  advance({ view, stable, executed }: Standing): void {
    // Who lags behind a stable checkpoint may still get there by decisions.
    const done = Math.min(stable, executed);
    this.prepares.forgetUpTo(stable);
    this.commits.forgetUpTo(done);
    this.batches.forgetUpTo(done);
    this.checkpoints.forgetBelow(stable);
    for (const n of this.#proposed.keys()) if (n <= stable) this.#proposed.delete(n);
    for (const [key, one] of this.#proposals) {
      if (one.n <= stable || one.view < view) this.#proposals.delete(key);
    }
  }
}

const keyOf = (view: number, n: number): string => `${view} ${n}`;
