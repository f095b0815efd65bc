/** Calls `push` with each successor of a state. */
export type Successors = (state: number, push: (to: number) => void) => void;

/**
 * The strongly connected components of what can be reached from some roots, by Pearce's variant of
 * Tarjan's algorithm ("A space-efficient algorithm for finding strongly connected components", IPL
 * 2016), without recursion. It asks for the successors of each state once. It takes 17 bytes a
 * state, and 4 for each step from the states on the current path.
 *
 * @param size states are numbered from 0
 * @param found is given each component, after those that it leads to; the array is reused
 */
export function findComponents(
  size: number,
  roots: Iterable<number>,
  successors: Successors,
  found: (members: Int32Array) => void,
): void {
  /** 0 before a state is visited; its rank while its component is open; CLOSED after */
  const rank = new Int32Array(size);
  const CLOSED = 0x7fffffff;
  /** visited states whose component is open and that have left the path */
  const waiting = new Int32Array(size);
  const path = new Int32Array(size);
  /** where the steps of each state on the path end that are not followed yet */
  const open = new Int32Array(size);
  let steps = new Int32Array(1024);
  let [waits, length, end, next] = [0, 0, 0, 1];
  const push = (to: number) => {
    if (end === steps.length) {
      const longer = new Int32Array(end * 2);
      longer.set(steps);
      steps = longer;
    }
    steps[end++] = to;
  };
  /** 1 while a state has not met a lower rank than its own; ranks are lowered in place */
  const isRoot = new Uint8Array(size);
  const enter = (state: number) => {
    rank[state] = next++;
    isRoot[state] = 1;
    path[length] = state;
    open[length++] = end;
    successors(state, push);
  };
  for (const root of roots) {
    if (rank[root] !== 0) continue;
    enter(root);
    while (length > 0) {
      const state = path[length - 1] as number;
      if (end > (open[length - 1] as number)) {
        const to = steps[end - 1] as number;
        const known = rank[to] as number;
        if (known === 0) {
          enter(to);
          continue;
        }
        end--;
        if (known < (rank[state] as number)) {
          rank[state] = known;
          isRoot[state] = 0;
        }
        continue;
      }
      length--;
      const own = rank[state] as number;
      waiting[waits++] = state;
      if (isRoot[state] !== 1) continue;
      let from = waits;
      while (from > 0 && (rank[waiting[from - 1] as number] as number) >= own) from--;
      for (let at = from; at < waits; at++) rank[waiting[at] as number] = CLOSED;
      found(waiting.subarray(from, waits));
      waits = from;
    }
  }
}
