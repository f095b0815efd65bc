import { type Checkpoint, primaryOf, type Replica } from "../messages.ts";
import type { Bounds } from "./bounds.ts";
import type { Mailbox, Standing } from "./mailbox.ts";

/**
 * What a replica can use at this moment. What it cannot is refused before any signature of it is verified;
 * its sender says it again if it is needed later.
 */
export interface Awaited {
  prePrepare(view: number, n: number): boolean;
  vote(type: "PREPARE" | "COMMIT", from: Replica, view: number, n: number, digest: string): boolean;
  checkpoint(from: Replica, checkpoint: Checkpoint): boolean;
  stable(n: number): boolean;
  decision(n: number): boolean;
  viewChange(from: Replica, view: number): boolean;
  newView(view: number): boolean;
  batch(digest: string): boolean;
}

export interface AwaitedOptions {
  readonly self: Replica;
  readonly group: readonly Replica[];
  readonly bounds: Bounds;
  readonly mailbox: Mailbox;
  readonly at: { readonly standing: Standing };
  readonly isDecided: (n: number) => boolean;
}

/** What is of use to a replica that stands somewhere, beside what its mailbox holds. */
export function awaitedBy(options: AwaitedOptions): Awaited {
  const { self, group, bounds, mailbox, at, isDecided } = options;
  /** Of a number that may become one of the window soon. */
  const isNear = (n: number) =>
    n > at.standing.stable && n <= at.standing.stable + 2 * bounds.window;
  const isSoon = (view: number) => view <= at.standing.view + bounds.viewsAhead;
  return {
    prePrepare(view, n) {
      const isLater = view > at.standing.view || !at.standing.active;
      const isOpen = view >= at.standing.view && isSoon(view) && isNear(n);
      return isOpen && (isLater || !mailbox.isProposed(view, n));
    },
    vote(type, from, view, n, digest) {
      if (!isSoon(view)) return false;
      if (type === "COMMIT") {
        const isOpen = isNear(n) || (n > at.standing.executed && n <= at.standing.stable);
        return isOpen && !isDecided(n) && mailbox.commits.isNew(from, n, { view, digest });
      }
      const isOpen = view >= at.standing.view && isNear(n) && from !== primaryOf(view, group);
      return isOpen && mailbox.prepares.isNew(from, n, { view, digest });
    },
    checkpoint: (from, checkpoint) =>
      checkpoint.n > at.standing.stable && mailbox.checkpoints.isNew(from, checkpoint),
    stable(n) {
      if (mailbox.checkpoints.of(n) !== null) return false;
      return n > at.standing.stable || at.standing.recovering;
    },
    decision: (n) =>
      n > at.standing.executed &&
      n <= Math.max(at.standing.stable, at.standing.executed) + bounds.window &&
      !isDecided(n),
    viewChange(from, view) {
      const isOpen = view > at.standing.view || (view === at.standing.view && !at.standing.active);
      return isOpen && mailbox.changes.isNew(from, view);
    },
    newView(view) {
      const isOpen = view > at.standing.view || (view === at.standing.view && !at.standing.active);
      const known = mailbox.changes.newView;
      return isOpen && primaryOf(view, group) !== self && (known === null || view > known.view);
    },
    batch: (digest) => mailbox.batches.isWanted(digest),
  };
}
