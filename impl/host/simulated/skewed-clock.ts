import type { Timer } from "../../network/process.ts";
import type { Clock } from "../world.ts";
import type { Scheduler } from "./scheduler.ts";

interface Pending {
  readonly dueMs: number;
  readonly run: () => void;
  timer: Timer;
}

/**
 * The clock of one machine: it runs faster or slower than virtual time, and may jump forward as after
 * a suspension. It never goes back. Timers go by this clock: a jump makes them due.
 */
export class SkewedClock implements Clock {
  readonly #scheduler: Scheduler;
  readonly #pending = new Set<Pending>();
  #rate = 1;
  /** this clock and virtual time when the rate last changed */
  #ownMs: number;
  #virtualMs: number;

  constructor(scheduler: Scheduler, startMs = 0) {
    this.#scheduler = scheduler;
    this.#ownMs = startMs;
    this.#virtualMs = scheduler.nowMs;
  }

  now(): number {
    return this.#ownMs + (this.#scheduler.nowMs - this.#virtualMs) * this.#rate;
  }

  after(delayMs: number, run: () => void): Timer {
    const dueMs = this.now() + Math.max(0, delayMs);
    const pending: Pending = { dueMs, run, timer: this.#arm(dueMs, () => this.#fire(pending)) };
    this.#pending.add(pending);
    return {
      cancel: () => {
        pending.timer.cancel();
        this.#pending.delete(pending);
      },
    };
  }

  /**
   * Ms of this clock in one ms of virtual time.
   * @throws RangeError for a rate that is not positive
   */
  setRate(rate: number): void {
    if (!(rate > 0 && Number.isFinite(rate))) throw new RangeError(`A clock has no rate ${rate}.`);
    this.#rebase(this.now());
    this.#rate = rate;
    this.#rearm();
  }

  /** @throws RangeError for a jump back */
  jump(forwardMs: number): void {
    if (!(forwardMs >= 0)) throw new RangeError(`A clock cannot jump by ${forwardMs} ms.`);
    this.#rebase(this.now() + forwardMs);
    this.#rearm();
  }

  /** Forgets every timer: their process is gone. */
  clear(): void {
    for (const { timer } of this.#pending) timer.cancel();
    this.#pending.clear();
  }

  #rebase(ownMs: number): void {
    this.#ownMs = ownMs;
    this.#virtualMs = this.#scheduler.nowMs;
  }

  #rearm(): void {
    for (const pending of this.#pending) {
      pending.timer.cancel();
      pending.timer = this.#arm(pending.dueMs, () => this.#fire(pending));
    }
  }

  #arm(dueMs: number, run: () => void): Timer {
    return this.#scheduler.at(this.#virtualMs + (dueMs - this.#ownMs) / this.#rate, run);
  }

  #fire(pending: Pending): void {
    this.#pending.delete(pending);
    // Rounding must not show a process that its timer fired early.
    if (this.now() < pending.dueMs) this.#rebase(pending.dueMs);
    pending.run();
  }
}
