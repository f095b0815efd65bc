/** A map of bounded size that forgets what was not asked for the longest. */
export class Recent<Kept> {
  readonly #limit: number;
  readonly #entries = new Map<string, Kept>();

  /**
   * @param limit how many entries it keeps; 0 keeps none
   * @throws RangeError unless the limit is a whole number from 0
   */
  constructor(limit: number) {
    if (!Number.isSafeInteger(limit) || limit < 0) {
      throw new RangeError(`A cache keeps a whole number of entries from 0, not ${limit}.`);
    }
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Kept | undefined {
    const kept = this.#entries.get(key);
    if (kept !== undefined) this.#moveToEnd(key, kept);
    return kept;
  }

  set(key: string, kept: Kept): void {
    this.#moveToEnd(key, kept);
    if (this.#entries.size <= this.#limit) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  /** A Map lists its keys in the order of insertion: the first is the one to forget. */
  #moveToEnd(key: string, kept: Kept): void {
    this.#entries.delete(key);
    this.#entries.set(key, kept);
  }
}
