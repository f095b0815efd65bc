/** Something that is to happen at a time; `run` is null once it is cancelled. */
export interface Entry {
  readonly atMs: number;
  /** the order of insertion, which breaks ties */
  readonly order: number;
  run: (() => void) | null;
}

const isBefore = (a: Entry, b: Entry) =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** A binary heap of what is to happen: the earliest first, and of those the one inserted first. */
export class EventQueue {
  readonly #heap: Entry[] = [];
  #inserted = 0;

  add(atMs: number, run: () => void): Entry {
    const entry: Entry = { atMs, order: this.#inserted++, run };
    const heap = this.#heap;
    let hole = heap.length;
    heap.push(entry);
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = heap[above] as Entry;
      if (!isBefore(entry, parent)) break;
      heap[hole] = parent;
      hole = above;
    }
    heap[hole] = entry;
    return entry;
  }

  /** The next entry that is not cancelled. */
  peek(): Entry | undefined {
    // What is cancelled stays until it comes up: to find it in a heap would cost more.
    while (this.#heap[0]?.run === null) this.take();
    return this.#heap[0];
  }

  /** Removes the first entry, cancelled or not. */
  take(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let hole = 0;
    for (;;) {
      let below = 2 * hole + 1;
      if (below >= heap.length) break;
      const right = below + 1;
      if (right < heap.length && isBefore(heap[right] as Entry, heap[below] as Entry)) {
        below = right;
      }
      const child = heap[below] as Entry;
      if (!isBefore(child, entry)) break;
      heap[hole] = child;
      hole = below;
    }
    heap[hole] = entry;
  }
}
