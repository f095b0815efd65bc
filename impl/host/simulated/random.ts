/*
 * Chance that a seed decides, split into streams by *keys*. The fate of the 7th message from a to b is
 * drawn from the stream (seed, "link", a, b, 7), so it stays the same when another part of the run
 * draws more or less: a minimiser can take items out of a schedule without throwing all dice anew.
 */

/** What a stream is named by. `1` and `"1"` are different labels. */
export type Label = string | number;

interface Key {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const ROOT: Key = { a: 0x6a09e667, b: 0xbb67ae85, c: 0x3c6ef372 };
const [NUMBER, TEXT] = [1, 2];
const WORD = 2 ** 32;

const rotated = (word: number, by: number) => (word << by) | (word >>> (32 - by));

/** One round of MurmurHash3, with the three lanes feeding each other. */
function mixed({ a, b, c }: Key, word: number): Key {
  const one = Math.imul(rotated(Math.imul(word, 0x239b961b), 15), 0xab0e9789);
  const other = Math.imul(rotated(Math.imul(word, 0x38b34ae5), 17), 0xa1e38b93);
  const nextA = (Math.imul((rotated(a ^ one, 19) + b) | 0, 5) + 0x561ccd1b) | 0;
  const nextB = (Math.imul((rotated(b ^ other, 17) + c) | 0, 5) + 0x0bcaa747) | 0;
  const nextC = (Math.imul((rotated(c ^ one ^ other, 15) + nextA) | 0, 5) + 0x96cd1c35) | 0;
  return { a: nextA, b: nextB, c: nextC };
}

function absorbed(key: Key, label: Label): Key {
  if (typeof label === "number") {
    return mixed(mixed(mixed(key, NUMBER), label | 0), Math.floor(label / WORD));
  }
  let text = mixed(mixed(key, TEXT), label.length);
  for (let at = 0; at < label.length; at++) text = mixed(text, label.charCodeAt(at));
  return text;
}

/** Random numbers by sfc32: small, fast, and good enough for faults; never for secrets. */
export class Stream {
  readonly #key: Key;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(key: Key) {
    this.#key = key;
    this.#a = key.a;
    this.#b = key.b;
    this.#c = key.c;
    for (let round = 0; round < 12; round++) this.#next();
  }

  /** A stream of its own: a function of the keys alone, not of what was drawn from this one. */
  substream(...labels: readonly Label[]): Stream {
    return new Stream(labels.reduce(absorbed, this.#key));
  }

  /** 0 ≤ x < 1, in steps of 2^−32. */
  fraction(): number {
    return this.#next() / WORD;
  }

  /** An integer from `least` to `most`, both included; less than 2^32 apart. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** True with a probability in percent. */
  percent(percent: number): boolean {
    return this.fraction() * 100 < percent;
  }

  /** @throws RangeError if there is nothing to pick from */
  pick<T>(among: readonly T[]): T {
    if (among.length === 0) throw new RangeError("There is nothing to pick from.");
    return among[this.integer(0, among.length - 1)] as T;
  }

  /** So many of the values, in another order; all of them if there are fewer. */
  sample<T>(among: readonly T[], count: number): T[] {
    const rest = [...among];
    const taken = Math.min(count, rest.length);
    return Array.from(
      { length: taken },
      () => rest.splice(this.integer(0, rest.length - 1), 1)[0] as T,
    );
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#next() & 0xff);
  }

  #next(): number {
    const word = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (rotated(this.#c, 21) + word) | 0;
    return word >>> 0;
  }
}

/**
 * The stream of a seed and labels.
 * @param seed a safe integer
 * @throws RangeError for any other seed
 */
export function stream(seed: number, ...labels: readonly Label[]): Stream {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`A seed is a safe integer, not ${seed}.`);
  return new Stream(ROOT).substream(seed, ...labels);
}
