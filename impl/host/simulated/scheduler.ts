import type { Timer } from "../../network/process.ts";
import { EventQueue } from "./event-queue.ts";

/** More than an operation's result takes from the host to whoever waits for it. */
const TURNS = 8;

/** Why {@link Scheduler.run} came back. */
export type Ended = "idle" | "time" | "events" | "stopped";

export interface RunLimits {
  /** run what is due up to this virtual time, and let time pass up to it */
  readonly untilMs?: number;
  /** of all events since the scheduler was made */
  readonly eventsMax?: number;
  /** asked after every event */
  readonly until?: () => boolean;
}

/**
 * The order of everything in a simulated world: one event after another, by virtual time in ms (with
 * fractions), ties in order of insertion. Nothing waits for real time.
 *
 * Promises are allowed inside an event: after each one those that it settled go on, in the order that
 * the language prescribes, before time does. A few turns of the microtask queue do for that, and cost a
 * thousandth of the event loop's. While something is starting, which takes many, every promise reaction
 * runs, and theirs: `setImmediate` comes after all of them. Either way a run is a function of its events,
 * as long as it waits for nothing outside the simulated world. An `import()` or a file is outside:
 * whatever needs one does it before the run.
 */
export class Scheduler {
  readonly #queue = new EventQueue();
  #nowMs = 0;
  #events = 0;
  #starting = 0;

  /** virtual ms since the start */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** events that have run */
  get events(): number {
    return this.#events;
  }

  /**
   * @param atMs a time that is over means now
   * @throws RangeError for what is no finite time
   */
  at(atMs: number, run: () => void): Timer {
    if (!Number.isFinite(atMs)) throw new RangeError(`${atMs} is no time.`);
    const entry = this.#queue.add(Math.max(atMs, this.#nowMs), run);
    return {
      cancel() {
        entry.run = null;
      },
    };
  }

  after(delayMs: number, run: () => void): Timer {
    return this.at(this.#nowMs + delayMs, run);
  }

  /** Notes that something is starting. @returns to be called once, when it has started or died */
  starting(): () => void {
    this.#starting += 1;
    return () => {
      this.#starting -= 1;
    };
  }

  /** Runs events until none is left or a limit is met. What an event throws ends it. */
  async run({ untilMs, eventsMax, until }: RunLimits = {}): Promise<Ended> {
    await settled();
    for (;;) {
      if (until?.()) return "stopped";
      const next = this.#queue.peek();
      if (next === undefined) return "idle";
      if (untilMs !== undefined && next.atMs > untilMs) {
        this.#nowMs = Math.max(this.#nowMs, untilMs);
        return "time";
      }
      if (eventsMax !== undefined && this.#events >= eventsMax) return "events";
      this.#queue.take();
      this.#nowMs = next.atMs;
      this.#events += 1;
      next.run?.();
      if (this.#starting > 0) await settled();
      else for (let turn = 0; turn < TURNS; turn += 1) await null;
    }
  }
}

/** Resolves when no promise reaction is left to run. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
