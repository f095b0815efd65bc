import type { Batch, Checkpoint, Ordered, Prepared, Replica, Report } from "../messages.ts";
import type { Batches } from "./batches.ts";
import type { ShownOrdered, ShownPrepared, ShownReport } from "./wire.ts";

/** What the automaton is told of the VIEW-CHANGEs of a quorum. */
export interface Told {
  readonly reports: readonly Report[];
  /** certificates whose batches have to be fetched, by who shows them; nothing can be told before */
  readonly missing: readonly { readonly by: Replica; readonly prepared: ShownPrepared }[];
}

/**
 * Reports with the batches that their certificates name. A certificate that no new view can choose is left out:
 * one of a number that is stable by another report, or of an earlier view than another certificate of
 * its number. Its batch may be gone everywhere.
 */
export function toldOf(shown: readonly ShownReport[], batches: Batches): Told {
  const stable = Math.max(...shown.map((one) => one.stable.n));
  const highest = new Map<number, number>();
  for (const { n, view } of shown.flatMap(({ prepared }) => prepared)) {
    highest.set(n, Math.max(view, highest.get(n) ?? 0));
  }
  const missing: { by: Replica; prepared: ShownPrepared }[] = [];
  const reports = shown.map(({ by, stable: own, prepared }): Report => {
    const chosen = prepared.filter(({ n, view }) => n > stable && view === highest.get(n));
    return {
      replica: by,
      stable: checkpointOf(own),
      prepared: chosen.flatMap((one): Prepared[] => {
        const batch = batches.of(one.digest);
        if (batch === null) missing.push({ by, prepared: one });
        return batch === null ? [] : [{ n: one.n, view: one.view, batch }];
      }),
    };
  });
  return { reports, missing };
}

/** An order with its batches, each of which some report names; null if one is not there. */
export function orderedOf(order: readonly ShownOrdered[], batches: Batches): Ordered[] | null {
  const all = order.map(({ n, digest }) => ({ n, batch: batches.of(digest) }));
  const isHere = (one: { n: number; batch: Batch | null }): one is Ordered => one.batch !== null;
  return all.every(isHere) ? all : null;
}

const checkpointOf = ({ n, digest }: Checkpoint): Checkpoint => ({ n, digest });
