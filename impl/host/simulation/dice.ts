/*
 * Randomness of a simulated world. Every decision has a name, and what is drawn for it is a function of
 * the seed and the name alone: taking an item out of a schedule does not change the fate of anything else.
 */

/** A reproducible stream of random numbers. */
export interface Dice {
  /** from 0 up to and without 1 */
  next(): number;
  /** a whole number from 0 up to and without `below` */
  below(below: number): number;
  /** whether something of this probability happens */
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(count: number): Uint8Array;
}

/** cyrb128 (public domain): a text to four words of 32 bits. */
function wordsOf(text: string): [number, number, number, number] {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [(a ^ b ^ c ^ d) >>> 0, (b ^ a) >>> 0, (c ^ a) >>> 0, (d ^ a) >>> 0];
}

/** The dice of one name: sfc32 (public domain), which passes PractRand. Not for secrets. */
export function diceOf(seed: number, ...name: readonly (string | number)[]): Dice {
  let [a, b, c, counter] = wordsOf(JSON.stringify([seed, ...name]));
  const word = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm += 1) word();
  const next = () => word() / 2 ** 32;
  return {
    next,
    below: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (from) => {
      if (from.length === 0) throw new RangeError("nothing to pick from");
      return from[Math.floor(next() * from.length)] as (typeof from)[number];
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => word() & 0xff),
  };
}
