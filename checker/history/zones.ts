import {
  eventsOf,
  type HistoryVerdict,
  type HistoryViolation,
  type Operation,
  prefixUpTo,
} from "./history.ts";
import type { RegisterOperation, RegisterValue } from "./register.ts";

type Recorded = Operation<RegisterOperation, RegisterValue>;

/** A write and the reads that returned its value: in any order that explains them, a block. */
interface Cluster {
  /** null: the initial value, or a value that nobody wrote */
  write: Recorded | null;
  readonly reads: Recorded[];
  /** the operation that returned first, and when: all of the block is after nothing later */
  first: Recorded | null;
  finish: number;
  /** the operation that was invoked last, and when */
  last: Recorded | null;
  start: number;
}

/**
 * The clusters of one register's history, by value. Pending reads say nothing and are left out.
 */
function clustersOf(
  operations: readonly Recorded[],
  initial: RegisterValue,
): Map<RegisterValue, Cluster> {
  const clusters = new Map<RegisterValue, Cluster>();
  const clusterOf = (value: RegisterValue): Cluster => {
    let cluster = clusters.get(value);
    if (cluster === undefined) {
      const finish = value === initial ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      const start = Number.NEGATIVE_INFINITY;
      cluster = { write: null, reads: [], first: null, finish, last: null, start };
      clusters.set(value, cluster);
    }
    return cluster;
  };
  for (const one of operations) {
    const { operation, invoked, returned } = one;
    if (operation.op === "stop") continue;
    const value = operation.op === "put" ? operation.value : one.result;
    if (value === undefined || (operation.op === "get" && returned === null)) continue;
    const cluster = clusterOf(value);
    if (operation.op === "put") cluster.write = one;
    else cluster.reads.push(one);
    if (returned !== null && returned < cluster.finish) {
      [cluster.first, cluster.finish] = [one, returned];
    }
    if (invoked > cluster.start) [cluster.last, cluster.start] = [one, invoked];
  }
  return clusters;
}

/**
 * Whether the values that were written tell the writes apart, also from the initial value: only
 * then does {@link checkZones} decide.
 */
export function writesAreDistinct(
  operations: readonly Recorded[],
  initial: RegisterValue,
): boolean {
  const values = new Set<RegisterValue>([initial]);
  for (const { operation } of operations) {
    if (operation.op !== "put") continue;
    if (values.has(operation.value)) return false;
    values.add(operation.value);
  }
  return true;
}

/**
 * Decides one register whose writes have distinct values, in n log n: Gibbons and Korach, "Testing
 * shared memories", 1997. Block A must precede block B if some operation of A returns before some
 * operation of B is invoked; the history is linearizable unless that holds both ways for two
 * blocks, or a read returns before its write is invoked.
 */
export function checkZones(
  operations: readonly Recorded[],
  initial: RegisterValue,
  partition: string | null,
): HistoryVerdict<RegisterOperation, RegisterValue> {
  if (contradiction(operations, initial) === null) {
    return { verdict: "linearizable", orders: [orderOf(operations, initial)] };
  }
  // A prefix of a linearizable history is linearizable, so the shortest wrong one can be bisected.
  const events = eventsOf(operations);
  const wrong = (last: number) => contradiction(prefixUpTo(operations, events, last), initial);
  let [right, found] = [-1, events.count - 1];
  while (found - right > 1) {
    const middle = (right + found) >> 1;
    if (wrong(middle) === null) right = middle;
    else found = middle;
  }
  return {
    verdict: "violated",
    partition,
    stuckAt: operations[events.operationAt[found] as number] as Recorded,
    prefix: prefixUpTo(operations, events, found),
    core: wrong(found) as Recorded[],
  } satisfies HistoryViolation<RegisterOperation, RegisterValue>;
}

/** Operations that contradict each other whatever the others did, six at most; null if none do. */
function contradiction(operations: readonly Recorded[], initial: RegisterValue): Recorded[] | null {
  const clusters = clustersOf(operations, initial);
  for (const [value, { write, reads }] of clusters) {
    if (value === initial) continue;
    const early = reads.find(({ returned }) => (returned as number) < (write?.invoked ?? Infinity));
    if (early !== undefined) return write === null ? [early] : [early, write];
  }
  const ordered = [...clusters.values()].sort((a, b) => a.finish - b.finish);
  // Blocks that span time (forward zones) must not overlap; the others (backward) fit between.
  const forward: Cluster[] = [];
  for (const cluster of ordered.filter(({ finish, start }) => finish < start)) {
    const before = forward.at(-1);
    if (before !== undefined && cluster.finish < before.start) return together(before, cluster);
    forward.push(cluster);
  }
  for (const cluster of ordered.filter(({ finish, start }) => finish >= start)) {
    const around = lastBefore(forward, cluster.start);
    if (around !== undefined && cluster.finish < around.start) return together(around, cluster);
  }
  return null;
}

/** The last of the disjoint forward zones that begins before `time`. */
function lastBefore(forward: readonly Cluster[], time: number): Cluster | undefined {
  let [low, high] = [0, forward.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((forward[middle] as Cluster).finish < time) low = middle + 1;
    else high = middle;
  }
  return forward[low - 1];
}

/** What shows that two blocks must each precede the other. */
function together(...clusters: readonly Cluster[]): Recorded[] {
  const shown = clusters.flatMap(({ write, first, last }) => [write, first, last]);
  return [...new Set(shown.filter((one) => one !== null))];
}

/** An order that explains a history without contradiction: the blocks by where they must begin. */
function orderOf(operations: readonly Recorded[], initial: RegisterValue): Recorded[] {
  const clusters = [...clustersOf(operations, initial).values()];
  const isForward = ({ finish, start }: Cluster) => Number(finish < start);
  return clusters
    .sort((a, b) => order(beginning(a), beginning(b)) || isForward(a) - isForward(b))
    .flatMap(({ write, reads }) => [
      ...(write === null ? [] : [write]),
      ...reads.sort((a, b) => a.invoked - b.invoked),
    ]);
}

/** When a cluster's block begins at the latest, and may begin. */
function beginning({ finish, start }: Cluster): number {
  return Math.min(finish, start);
}

/** Compares numbers that may be infinite. */
function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
