import { Bytes } from "./bytes.ts";
import { QuorateError } from "./errors.ts";

/**
 * What a state and a payload are made of: trees of plain data, equal by value.
 * Numbers are safe integers; a record's keys carry no order.
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | Bytes
  | readonly Value[]
  | { readonly [key: string]: Value };

/**
 * One of several like things: a replica, a client, a group. It is spelled `sort#at`, so it can be
 * a key of a map and reads well in a trace, and it is a kind of its own: never a bare number.
 */
export type Index<Sort extends string = string> = string & { readonly __index: Sort };

const INDEX = /^[a-z][a-z0-9-]*#(?:0|[1-9][0-9]{0,8}|'(?:[A-Za-z0-9_.!~*-]|%[0-9A-F]{2})*')$/;

/**
 * The index number `at` of `sort`.
 * @param sort lower-case letters, digits and hyphens
 * @param at 0 … 999,999,999
 * @throws QuorateError `index-malformed`
 */
export function index<const Sort extends string>(sort: Sort, at: number): Index<Sort> {
  const spelled = `${sort}#${at}`;
  if (!INDEX.test(spelled)) {
    throw new QuorateError("index-malformed", `"${spelled}" is no index.`);
  }
  return spelled as Index<Sort>;
}

/**
 * The index of `sort` with a name instead of a number: `object#'price'`. A system that runs has
 * them where users name things; a checked instance has numbers.
 * @param name any well-formed string
 * @throws QuorateError `index-malformed`
 */
export function named<const Sort extends string>(sort: Sort, name: string): Index<Sort> {
  if (!name.isWellFormed()) {
    throw new QuorateError("index-malformed", `${JSON.stringify(name)} holds half a character.`);
  }
  const escaped = encodeURIComponent(name).replace(/['()]/g, escapeCharacter);
  const spelled = `${sort}#'${escaped}'`;
  if (!INDEX.test(spelled)) {
    throw new QuorateError("index-malformed", `"${spelled}" is no index.`);
  }
  return spelled as Index<Sort>;
}

const escapeCharacter = (one: string) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`;

/** The name of an index that {@link named} made; null for a numbered one. */
export function labelOf(of: Index): string | null {
  const spelled = of.slice(of.indexOf("#") + 1);
  return spelled.startsWith("'") ? decodeURIComponent(spelled.slice(1, -1)) : null;
}

/** The indices 0 … count−1 of `sort`, in order. */
export function indices<const Sort extends string>(sort: Sort, count: number): Index<Sort>[] {
  return Array.from({ length: count }, (_, at) => index(sort, at));
}

export function isIndex(value: unknown): value is Index {
  return typeof value === "string" && INDEX.test(value);
}

/** The sort of an index: "replica" of "replica#2". */
export function sortOf<Sort extends string>(of: Index<Sort>): Sort {
  return of.slice(0, of.indexOf("#")) as Sort;
}

/** The position of an index among its sort: 2 of "replica#2"; NaN for a named one. */
export function positionOf(of: Index): number {
  return Number(of.slice(of.indexOf("#") + 1));
}

/** The canonical order of strings: indices first, by sort, number and name; then by code unit. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (a.includes("#") || b.includes("#")) {
    if (isIndex(a) && isIndex(b)) {
      const [one, other] = [sortOf(a), sortOf(b)];
      if (one !== other) return one < other ? -1 : 1;
      const [at, otherAt] = [positionOf(a), positionOf(b)];
      if (Number.isNaN(at) || Number.isNaN(otherAt)) {
        return Number.isNaN(at) === Number.isNaN(otherAt)
          ? a < b
            ? -1
            : 1
          : Number.isNaN(at)
            ? 1
            : -1;
      }
      return at - otherAt;
    }
    if (isIndex(a) || isIndex(b)) return isIndex(a) ? -1 : 1;
  }
  return a < b ? -1 : 1;
}

function rank(value: unknown): number {
  if (value === null) return 0;
  if (typeof value === "boolean") return 1;
  if (typeof value === "number") return 2;
  if (typeof value === "string") return 3;
  if (Bytes.is(value)) return 4;
  return Array.isArray(value) ? 5 : 6;
}

/** The canonical order of values: total, and the same in every run and on every machine. */
export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  const kind = rank(a);
  const difference = kind - rank(b);
  if (difference !== 0) return difference;
  switch (kind) {
    case 1:
    case 2:
      return Number(a) - Number(b);
    case 3:
      return compareStrings(a as string, b as string);
    case 4:
      return compareStrings((a as Bytes).toHex(), (b as Bytes).toHex());
    case 5:
      return compareArrays(a as readonly unknown[], b as readonly unknown[]);
    default:
      return compareRecords(a as Record<string, unknown>, b as Record<string, unknown>);
  }
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const order = compare(a[at], b[at]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareRecords(a: Record<string, unknown>, b: Record<string, unknown>): number {
  const [left, right] = [sortedKeys(a), sortedKeys(b)];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const [one, other] = [left[at] as string, right[at] as string];
    const order = compareStrings(one, other) || compare(a[one], b[other]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Equality by value. */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b) === 0;
}

/** The keys of a record in canonical order. */
export function sortedKeys(record: object): string[] {
  const keys = Object.keys(record);
  if (keys.length < 2) return keys;
  // Without an index among them, the canonical order is that of code units, which sort() has built in.
  return keys.some((key) => key.includes("#")) ? keys.sort(compareStrings) : keys.sort();
}

/**
 * The canonical form of a value: equal values, and only they, have the same text.
 * @throws QuorateError `value-not-plain` where the value holds anything but plain data
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (Number.isSafeInteger(value)) return String(value);
      break;
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return canonicalArray(value);
      if (Bytes.is(value)) return `h'${value.toHex()}'`;
      if (isRecord(value)) return canonicalRecord(value);
      break;
  }
  throw new QuorateError("value-not-plain", `${describe(value)} is not plain data.`);
}

function canonicalArray(value: readonly unknown[]): string {
  let text = "[";
  for (let at = 0; at < value.length; at++) {
    if (at > 0) text += ",";
    text += canonical(value[at]);
  }
  return `${text}]`;
}

function canonicalRecord(value: Record<string, unknown>): string {
  let text = "{";
  for (const key of sortedKeys(value)) {
    if (text.length > 1) text += ",";
    text += `${JSON.stringify(key)}:${canonical(value[key])}`;
  }
  return `${text}}`;
}

/** True for a plain record: made by a literal, by mapOf() or with no prototype. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(value: unknown): string {
  if (typeof value === "number" || value === undefined) return String(value);
  if (typeof value === "object") return `an instance of ${value?.constructor?.name ?? "a class"}`;
  return `a ${typeof value}`;
}

/** A copy that shares no object with `value`, which may be a draft. */
export function detach<T>(value: T): T {
  if (typeof value !== "object" || value === null || Bytes.is(value)) return value;
  if (Array.isArray(value)) return value.map(detach) as T;
  const copy = Object.create(Object.getPrototypeOf(value));
  for (const key of Object.keys(value)) {
    setOwn(copy, key, detach((value as Record<string, unknown>)[key]));
  }
  return copy;
}

/** Sets a key of the record itself: `__proto__` too, which else would set its prototype. */
export function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__" && Object.getPrototypeOf(record) !== null) {
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(record, key, property);
  } else record[key] = value;
}

/** Freezes a value all the way down and returns it. */
export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}
