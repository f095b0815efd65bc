/** What waits for tickets to become durable. */
export class Releases {
  readonly #waiting = new Map<number, (() => void)[]>();
  #durable = 0;

  get durable(): number {
    return this.#durable;
  }

  when(ticket: number, run: () => void): void {
    if (ticket <= this.#durable) {
      run();
      return;
    }
    const waiting = this.#waiting.get(ticket);
    if (waiting === undefined) this.#waiting.set(ticket, [run]);
    else waiting.push(run);
  }

  /**
   * Releases what waits for tickets up to `last`, ticket by ticket, so that what is registered on
   * the way keeps its turn. One that throws does not keep back the others.
   * @param before runs before each ticket's own are released; false ends it all
   * @throws the first error of those released
   */
  release(last: number, before: (ticket: number) => boolean): void {
    const errors: unknown[] = [];
    while (this.#durable < last) {
      const ticket = this.#durable + 1;
      if (!before(ticket)) break;
      this.#durable = ticket;
      const waiting = this.#waiting.get(ticket) ?? [];
      this.#waiting.delete(ticket);
      for (const run of waiting) {
        try {
          run();
        } catch (error) {
          errors.push(error);
        }
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Forgets what waits: it will never be released. */
  clear(): void {
    this.#waiting.clear();
  }
}
