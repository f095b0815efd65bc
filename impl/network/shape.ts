import { type Index, isIndex, sortOf } from "../../spec/automaton/index.ts";
import type { Signatures, Wire } from "./process.ts";

/*
 * Checks of what came over the wire. Each takes any value and gives it back with its type, or throws
 * {@link Misshapen}; `shaped` turns that into a refusal.
 */

class Misshapen extends Error {
  override readonly name = "Misshapen";
}

const refuse = (what: string): never => {
  throw new Misshapen(what);
};

/** Runs a decoder; a value that it does not accept becomes the reason for the refusal. */
export function shaped<T>(decode: () => T): T | { readonly refused: string } {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Misshapen) return { refused: error.message };
    throw error;
  }
}

type Fields = { readonly [key: string]: Wire };

/** A record with exactly these fields. */
export function record<K extends string>(value: Wire | undefined, ...fields: readonly K[]) {
  if (typeof value !== "object" || value === null) return refuse("no record");
  if (Array.isArray(value) || value instanceof Uint8Array) return refuse("no record");
  const names = Object.keys(value);
  if (names.length !== fields.length) return refuse(`not the fields ${fields.join(", ")}`);
  for (const field of fields) if (!Object.hasOwn(value, field)) return refuse(`no ${field}`);
  return value as { readonly [F in K]: Wire };
}

/** The field `type` of a message, whatever else is in it. */
export function typeOf(value: Wire): string {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  const type = isRecord && Object.hasOwn(value, "type") ? (value as Fields).type : undefined;
  return typeof type === "string" ? type : refuse("no type");
}

/** A string of at most `charsMax` UTF-16 code units. */
export function text(value: Wire, charsMax: number, what: string): string {
  if (typeof value !== "string") return refuse(`${what} is no string`);
  return value.length <= charsMax ? value : refuse(`${what} is longer than ${charsMax}`);
}

/** A safe integer from 0. */
export function natural(value: Wire, what: string): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(`${what} is no natural number`);
}

/** An index of one sort, spelled with at most `charsMax` characters. */
export function indexOf<Sort extends string>(
  value: Wire,
  sort: Sort,
  charsMax: number,
): Index<Sort> {
  if (typeof value !== "string" || value.length > charsMax || !isIndex(value)) {
    return refuse(`no ${sort}`);
  }
  return sortOf(value) === sort ? (value as Index<Sort>) : refuse(`no ${sort}`);
}

/** Bytes of one length. */
export function bytes(value: Wire, length: number, what: string): Uint8Array {
  return value instanceof Uint8Array && value.length === length
    ? value
    : refuse(`${what} is not ${length} bytes`);
}

const SIGNATURE_BYTES = 64;

/** Signatures of exactly `count` of the signers that may sign. */
export function signaturesOf(
  value: Wire,
  signers: ReadonlySet<Index>,
  count: number,
  what: string,
): Signatures {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse(`${what} has no signatures`);
  }
  const all = Object.entries(value as Fields);
  if (all.length !== count) return refuse(`${what} has ${all.length} signatures, not ${count}`);
  for (const [by, signature] of all) {
    if (!signers.has(by as Index)) return refuse(`${what} is signed by ${by.slice(0, 40)}`);
    bytes(signature, SIGNATURE_BYTES, "a signature");
  }
  return value as Signatures;
}

export function positive(value: Wire, what: string): number {
  const number = natural(value, what);
  return number >= 1 ? number : refuse(`${what} is 0`);
}

export function list(value: Wire, most: number, what: string): readonly Wire[] {
  if (!Array.isArray(value)) return refuse(`${what} is no list`);
  return value.length <= most ? value : refuse(`${what} has more than ${most}`);
}

export const signatureOf = (value: Wire): Uint8Array => bytes(value, SIGNATURE_BYTES, "signature");

const HASH = /^[0-9a-f]{64}$/;

export function hashOf(value: Wire): string {
  const hash = text(value, 64, "digest");
  return HASH.test(hash) ? hash : refuse("digest is no SHA-256 in hexadecimal");
}

/** Either null or what `decode` makes of it. */
export function nullable<T>(value: Wire, decode: (value: Wire) => T): T | null {
  return value === null ? null : decode(value);
}

/** Refuses with a reason. */
export const misshapen = refuse;
