import type { Immutable } from "immer";
import { compare, detach, setOwn, sortedKeys } from "./values.ts";

/*
 * Sets are sorted arrays without duplicates; maps are records. The helpers work alike on a draft
 * and on live, unfrozen data, so one recipe serves the checker and the host. What they put in is
 * detached, so that a state stays a tree.
 */

/** A set of the given values, sorted, without duplicates. */
export function setOf<T>(...values: readonly T[]): T[] {
  const set: T[] = [];
  for (const value of values) insert(set, value as Immutable<T>);
  return set;
}

/** A map of the given entries that is safe for any key, `__proto__` among them. */
export function mapOf<K extends string, V>(
  entriesOfMap: Iterable<readonly [K, V]> = [],
): Record<K, V> {
  const map = Object.create(null);
  for (const [key, value] of entriesOfMap) map[key] = detach(value);
  return map;
}

function find<T>(set: readonly T[], value: unknown): { at: number; found: boolean } {
  let [low, high] = [0, set.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compare(set[middle], value);
    if (order === 0) return { at: middle, found: true };
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return { at: low, found: false };
}

/** Puts `value` into the set; false if it was there. */
export function insert<T>(set: T[], value: Immutable<NoInfer<T>>): boolean {
  const { at, found } = find(set, value);
  if (!found) set.splice(at, 0, detach(value) as T);
  return !found;
}

/** Takes `value` out of the set; false if it was not there. */
export function remove<T>(set: T[], value: Immutable<NoInfer<T>>): boolean {
  const { at, found } = find(set, value);
  if (found) set.splice(at, 1);
  return found;
}

/** Whether the set holds `value`. */
export function has<T>(set: readonly T[], value: Immutable<NoInfer<T>>): boolean {
  return find(set, value).found;
}

/** A new set: all that either holds. */
export function union<T>(a: readonly T[], b: readonly T[]): T[] {
  return setOf(...a, ...b);
}

/** A new set: what `a` holds and `b` does not. */
export function difference<T>(a: readonly T[], b: readonly T[]): T[] {
  return a.filter((value) => !find(b, value).found);
}

/** The value under `key`, undefined where there is none (inherited names do not count). */
export function get<V>(map: Readonly<Record<string, V>>, key: string): V | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Sets the value under `key`. */
export function put<V>(map: Record<string, V>, key: string, value: Immutable<NoInfer<V>>): void {
  setOwn(map, key, detach(value));
}

/** Removes `key`; false if it was not there. */
export function drop(map: Record<string, unknown>, key: string): boolean {
  if (!Object.hasOwn(map, key)) return false;
  delete map[key];
  return true;
}

/** The keys in canonical order. */
export function keys<K extends string>(map: Readonly<Record<K, unknown>>): K[] {
  return sortedKeys(map) as K[];
}

/** The values in canonical order of their keys. */
export function values<V>(map: Readonly<Record<string, V>>): V[] {
  return sortedKeys(map).map((key) => map[key] as V);
}

/** The entries in canonical order of their keys. */
export function entries<K extends string, V>(map: Readonly<Record<K, V>>): [K, V][] {
  return (sortedKeys(map) as K[]).map((key) => [key, map[key]]);
}

/** The number of entries. */
export function size(map: object): number {
  return Object.keys(map).length;
}
