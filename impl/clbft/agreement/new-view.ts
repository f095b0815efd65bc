import { equal } from "../../../spec/automaton/index.ts";
import type { Batch, Checkpoint, Ordered, Prepared, Report } from "../messages.ts";
import type { ClbftRules } from "../rules.ts";

/** What a new view starts from. */
export interface Start {
  /** min-s: the checkpoint above which the order begins */
  readonly stable: Checkpoint;
  /** for each n in (min-s, max-s] */
  readonly order: readonly Ordered[];
}

/** The null request: it is agreed on and executed like any other, and does nothing. */
export const NULL: Batch = [];

/**
 * What the reports of a quorum prescribe for a new view, OSDI 1999, section 4.4: of each sequence number above
 * the highest stable checkpoint the batch of the certificate of the highest view; the null request where
 * there is none.
 * @param reports at least one
 */
export function startOf(reports: readonly Report[], rules: ClbftRules): Start {
  const stables = reports.map(({ stable }) => stable).sort((a, b) => a.n - b.n);
  const from = rules.startsAbove === "the highest checkpoint" ? stables.at(-1) : stables[0];
  if (from === undefined) throw new RangeError("a new view without reports");
  const prepared = reports.flatMap((report) => report.prepared).filter(({ n }) => n > from.n);
  const last = prepared.reduce((max, { n }) => Math.max(max, n), from.n);
  const order = Array.from({ length: last - from.n }, (_, at) => {
    const n = from.n + 1 + at;
    const certificates = prepared.filter((one) => one.n === n);
    const chosen = certificates.reduce(chosenBy(rules), null);
    if (rules.takes === "none where they differ" && differ(certificates)) return { n, batch: NULL };
    return { n, batch: chosen?.batch ?? NULL };
  });
  return { stable: from, order };
}

const differ = (certificates: readonly Prepared[]): boolean =>
  certificates.some(({ batch }) => !equal(batch, certificates[0]?.batch));

const chosenBy =
  ({ takes }: ClbftRules) =>
  (best: Prepared | null, one: Prepared): Prepared =>
    best === null || (takes === "the lowest view" ? one.view < best.view : one.view > best.view)
      ? one
      : best;
