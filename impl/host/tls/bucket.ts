/** A token bucket: allows a rate on average and one second's worth at once. */
export class Bucket {
  readonly #perSecond: number;
  #tokens: number;
  #filledAtMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filledAtMs = nowMs;
  }

  /**
   * Takes tokens, into debt if need be: what has arrived has arrived.
   * @returns milliseconds until the debt is paid; 0 without one
   */
  take(count: number, nowMs: number): number {
    const refill = ((nowMs - this.#filledAtMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + refill) - count;
    this.#filledAtMs = nowMs;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#perSecond) * 1000;
  }
}
