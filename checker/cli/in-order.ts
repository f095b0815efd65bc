/** Passes on what several works give, in the order of the works and not in that of time. */
export class InOrder<T> {
  readonly #give: (one: T) => void;
  /** by work: what it gave so far and was not passed on, and whether it has finished */
  readonly #works = new Map<number, { given: T[]; finished: boolean }>();
  /** the first work that has not finished */
  #first = 0;

  /** @param give takes what is passed on */
  constructor(give: (one: T) => void) {
    this.#give = give;
  }

  /** @param work its number: 0, 1, 2 … */
  add(work: number, one: T): void {
    if (work === this.#first) this.#give(one);
    else this.#work(work).given.push(one);
  }

  /** Says that a work gives no more. */
  finish(work: number): void {
    this.#work(work).finished = true;
    for (;;) {
      const first = this.#work(this.#first);
      for (const one of first.given.splice(0)) this.#give(one);
      if (!first.finished) return;
      this.#works.delete(this.#first);
      this.#first += 1;
    }
  }

  /** Passes on all that is held back: no work goes on. */
  flush(): void {
    const held = [...this.#works].sort(([one], [other]) => one - other);
    for (const [, { given }] of held) for (const one of given.splice(0)) this.#give(one);
  }

  #work(work: number): { given: T[]; finished: boolean } {
    const known = this.#works.get(work);
    if (known !== undefined) return known;
    const fresh = { given: [], finished: false };
    this.#works.set(work, fresh);
    return fresh;
  }
}
