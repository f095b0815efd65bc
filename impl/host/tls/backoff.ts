import type { Random } from "../world.ts";

/**
 * Pauses that double from failure to failure, each shortened by up to a half at random, so that
 * those who lost the same peer do not come back all at once.
 */
export class Backoff {
  readonly #msMin: number;
  readonly #msMax: number;
  readonly #random: Random;
  #failures = 0;

  constructor(msMin: number, msMax: number, random: Random) {
    this.#msMin = msMin;
    this.#msMax = msMax;
    this.#random = random;
  }

  /** Counts a failure. @returns the milliseconds to pause: from half of `msMin` up to `msMax` */
  failed(): number {
    const ms = Math.min(this.#msMax, this.#msMin * 2 ** Math.min(this.#failures, 30));
    this.#failures++;
    const [byte = 0] = this.#random(1);
    return ms * (0.5 + byte / 510);
  }

  /** A connection that lasted `ms` milliseconds: long enough, and what failed before is forgotten. */
  lasted(ms: number): void {
    if (ms >= this.#msMax) this.#failures = 0;
  }
}
