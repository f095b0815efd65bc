import type { ProcessHost } from "../network/process.ts";

/*
 * Chance, from the host's random bytes alone: a run in a simulated world is a function of its seed.
 */

/** Where chance comes from. */
export type Chance = Pick<ProcessHost, "random">;

const WORD = 2 ** 32;

function word(from: Chance): number {
  const [a = 0, b = 0, c = 0, d = 0] = from.random(4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** A number from 0 to `count` − 1, for `count` up to 2^32. Its bias is no matter for faults. */
export function below(from: Chance, count: number): number {
  return word(from) % count;
}

/** True with a probability from 0 (never) to 1 (always). */
export function happens(from: Chance, probability: number): boolean {
  return word(from) / WORD < probability;
}

/** One of the values; undefined if there is none. */
export function pick<T>(from: Chance, among: readonly T[]): T | undefined {
  return among.length === 0 ? undefined : among[below(from, among.length)];
}

/** The values in another order. */
export function shuffled<T>(from: Chance, values: readonly T[]): T[] {
  const rest = [...values];
  return values.map(() => rest.splice(below(from, rest.length), 1)[0] as T);
}

/** @throws RangeError unless 0 ≤ `share` ≤ 1 */
export function assertShare(share: number): void {
  if (share >= 0 && share <= 1) return;
  throw new RangeError(`A share is a probability from 0 to 1, not ${share}.`);
}

/** @throws RangeError unless `value` is an integer from `least` to `most`, or Infinity as `most` */
export function assertCount(what: string, value: number, least: number, most: number): void {
  const isCount = Number.isSafeInteger(value) || value === Number.POSITIVE_INFINITY;
  if (isCount && value >= least && value <= most) return;
  throw new RangeError(`${what} is an integer from ${least} to ${most}, not ${value}.`);
}
