import type { Timer } from "../../network/process.ts";
import type { Clock } from "../world.ts";

interface Event {
  readonly atMs: number;
  readonly order: number;
  run: (() => void) | null;
}

/**
 * Virtual time. Events run one after the other, by time and then in the order in which they were asked
 * for. Between two events the promises that the first one settled go on, in the order that JavaScript
 * prescribes: so a run is a function of its events.
 */
export class Scheduler {
  #nowMs = 0;
  #order = 0;
  /** a binary heap */
  readonly #events: Event[] = [];
  /** tasks that have begun and not ended, such as the recovery of a store */
  #starting = 0;
  ran = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: () => void): Timer {
    const event: Event = { atMs: Math.max(atMs, this.#nowMs), order: this.#order, run };
    this.#order += 1;
    this.#push(event);
    return {
      cancel: () => {
        event.run = null;
      },
    };
  }

  after(delayMs: number, run: () => void): Timer {
    return this.at(this.#nowMs + Math.max(0, delayMs), run);
  }

  /** A process's own clock: `rate` of its seconds pass in one second of the world. */
  clock(rate = 1): Clock {
    return {
      now: () => this.#nowMs * rate,
      after: (delayMs, run) => this.after(delayMs / rate, run),
    };
  }

  /** Takes note of asynchronous work, so that no event runs while it could still go on by itself. */
  starting<T>(work: Promise<T>): Promise<T> {
    this.#starting += 1;
    return work.finally(() => {
      this.#starting -= 1;
    });
  }

  /** Runs events up to a time, or until `until` says so. @returns whether it did */
  async run(toMs: number, until: () => boolean = () => false): Promise<boolean> {
    await settle();
    for (;;) {
      if (until()) return true;
      const next = this.#events[0];
      if (next === undefined || next.atMs > toMs) {
        this.#nowMs = Math.max(this.#nowMs, toMs);
        return until();
      }
      this.#pop();
      this.#nowMs = next.atMs;
      if (next.run === null) continue;
      this.ran += 1;
      next.run();
      // A few turns of the microtask queue do for what one event settles; starting up takes more.
      if (this.#starting > 0) await settle();
      else for (let turn = 0; turn < 4; turn += 1) await null;
    }
  }

  #push(event: Event): void {
    const heap = this.#events;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(event, heap[above] as Event)) break;
      heap[at] = heap[above] as Event;
      at = above;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#events;
    const last = heap.pop() as Event;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      const right = below + 1;
      if (right < heap.length && isBefore(heap[right] as Event, heap[below] as Event))
        below = right;
      if (!isBefore(heap[below] as Event, last)) break;
      heap[at] = heap[below] as Event;
      at = below;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Event, b: Event) => (a.atMs !== b.atMs ? a.atMs < b.atMs : a.order < b.order);

/** Lets every promise that can go on by itself do so. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
