import { threshold } from "./thresholds.ts";

/** The processes of a protocol that survives f Byzantine ones of n. */
export interface Quorums {
  /** how many processes there are */
  readonly n: number;
  /** how many may be faulty */
  readonly f: number;
  /** the size of a quorum: any two share a correct process */
  readonly quorum: number;
  /** the smallest number of processes that holds a correct one */
  readonly oneCorrect: number;
}

/** n = 3f + 1 processes with quorums of 2f + 1. Both sizes are named, see {@link threshold}. */
export function byzantineQuorums(f: number): Quorums {
  const quorum = threshold("quorum", 2 * f + 1);
  return { n: 3 * f + 1, f, quorum, oneCorrect: threshold("one-correct", f + 1) };
}

/** All subsets of `items` with exactly `count` elements, in order. */
export function subsets<T>(items: readonly T[], count: number): T[][] {
  if (count === 0) return [[]];
  return items.flatMap((item, at) =>
    subsets(items.slice(at + 1), count - 1).map((rest) => [item, ...rest]),
  );
}
