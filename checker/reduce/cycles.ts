import type { Closure } from "./closure.ts";
import { type Independence, pairsOf } from "./independence.ts";

/**
 * Which moves of a track can lie on a cycle, over the closure. A cycle of the composition moves
 * each track that it moves along a cycle of local states. So
 * - a step that moves some track between two strongly connected components is on no cycle, and
 * - each cycle has a step that moves a track *backward*, against an order of the local states of
 *   its component.
 */
export class Cycles {
  /** by track, by local id */
  readonly #component: readonly Int32Array[];
  readonly #order: readonly Int32Array[];

  constructor(independence: Independence) {
    const { closure } = independence;
    const edges = closure.model.tracks.map(() => new Map<number, Set<number>>());
    for (const touches of independence.touches) {
      for (const touch of touches) {
        const from = edges[touch.track] as Map<number, Set<number>>;
        for (const [local, to] of pairsOf(touch, () => true)) {
          if (to === local) continue;
          const known = from.get(local);
          if (known === undefined) from.set(local, new Set([to]));
          else known.add(to);
        }
      }
    }
    const sorted = edges.map((from, track) => componentsOf(closure, track, from));
    this.#component = sorted.map(({ component }) => component);
    this.#order = sorted.map(({ order }) => order);
  }

  /** Whether the move leads to another component, from which none leads back. */
  leaves(track: number, from: number, to: number): boolean {
    const component = this.#component[track] as Int32Array;
    return component[from] !== component[to];
  }

  /** Whether the move is one of those without which the local states have no cycle. */
  isBackward(track: number, from: number, to: number): boolean {
    const order = this.#order[track] as Int32Array;
    return !this.leaves(track, from, to) && (order[from] as number) >= (order[to] as number);
  }
}

/** Tarjan's components, without recursion, and the reverse of the order in which it finishes. */
function componentsOf(
  closure: Closure,
  track: number,
  edges: ReadonlyMap<number, ReadonlySet<number>>,
): { component: Int32Array; order: Int32Array } {
  const count = (closure.model.values[track] as unknown[]).length;
  const component = new Int32Array(count).fill(-1);
  const order = new Int32Array(count);
  const [found, low] = [new Int32Array(count).fill(-1), new Int32Array(count)];
  const open: number[] = [];
  let [time, components, finished] = [0, 0, 0];
  const visit = (local: number) => {
    found[local] = low[local] = time++;
    open.push(local);
    return { local, next: (edges.get(local) ?? new Set<number>()).values() };
  };
  const lower = (local: number, to: number) => {
    low[local] = Math.min(low[local] as number, to);
  };
  for (const root of closure.locals[track]?.list ?? []) {
    if (found[root] !== -1) continue;
    const path = [visit(root)];
    while (path.length > 0) {
      const { local, next } = path.at(-1) as (typeof path)[number];
      const { value: to, done } = next.next();
      if (!done) {
        if (found[to] === -1) path.push(visit(to));
        else if (component[to] === -1) lower(local, found[to] as number);
        continue;
      }
      path.pop();
      order[local] = count - finished++;
      if (low[local] === found[local]) {
        for (let member = -1; member !== local; ) {
          member = open.pop() as number;
          component[member] = components;
        }
        components++;
      }
      const before = path.at(-1);
      if (before !== undefined) lower(before.local, low[local] as number);
    }
  }
  return { component, order };
}
