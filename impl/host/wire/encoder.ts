import type { Wire } from "../../network/process.ts";

/*
 * Writes deterministic CBOR (RFC 8949, section 4.2.1). A library does the same at a tenth of the speed, and a replica
 * encodes all that it says, hears and stores.
 */

const MAJOR = { natural: 0x00, negative: 0x20, bytes: 0x40, text: 0x60, array: 0x80, map: 0xa0 };
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const WORD = 2 ** 32;
/** Shorter texts are written faster one by one. */
const SHORT_CHARS = 24;
const HEAD_BYTES_MAX = 9;
/** What is kept for the next value. */
const KEPT_BYTES_MAX = 1 << 20;

let buffer = Buffer.allocUnsafeSlow(1 << 16);
let at = 0;

/** The one encoding of plain data; of anything else, nonsense. */
export function encoded(value: Wire): Uint8Array {
  write(value);
  return new Uint8Array(buffer.subarray(0, at));
}

/** Whether the bytes are the one encoding of a value. */
export function isEncoding(bytes: Uint8Array, value: Wire): boolean {
  write(value);
  return at === bytes.length && buffer.compare(bytes, 0, at, 0, at) === 0;
}

function write(value: Wire): void {
  if (buffer.length > KEPT_BYTES_MAX) buffer = Buffer.allocUnsafeSlow(1 << 16);
  at = 0;
  any(value);
}

function any(value: Wire): void {
  switch (typeof value) {
    case "string":
      text(value);
      return;
    case "number":
      if (value >= 0) head(MAJOR.natural, value);
      else head(MAJOR.negative, -1 - value);
      return;
    case "boolean":
      simple(value ? TRUE : FALSE);
      return;
    default:
      if (value === null) simple(NULL);
      else if (value instanceof Uint8Array) bytes(value);
      else if (Array.isArray(value)) array(value);
      else map(value as Readonly<Record<string, Wire>>);
  }
}

function array(values: readonly Wire[]): void {
  head(MAJOR.array, values.length);
  for (let index = 0; index < values.length; index += 1) any(values[index] as Wire);
}

function map(record: Readonly<Record<string, Wire>>): void {
  const keys = Object.keys(record);
  if (keys.length > 1) keys.sort(byEncoding);
  head(MAJOR.map, keys.length);
  for (const key of keys) {
    text(key);
    any(record[key] as Wire);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what takes one byte
const ASCII = /^[\x00-\x7f]*$/;

/** The order of the keys' encodings, whose heads tell their lengths. */
function byEncoding(a: string, b: string): number {
  if (ASCII.test(a) && ASCII.test(b)) {
    if (a.length !== b.length) return a.length - b.length;
    return a < b ? -1 : 1;
  }
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length - other.length || one.compare(other);
}

function text(value: string): void {
  const { length } = value;
  if (length < SHORT_CHARS) {
    reserve(length);
    let end = at + 1;
    for (let index = 0; index < length; index += 1) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) {
        long(value);
        return;
      }
      buffer[end] = unit;
      end += 1;
    }
    buffer[at] = MAJOR.text | length;
    at = end;
    return;
  }
  long(value);
}

function long(value: string): void {
  const size = Buffer.byteLength(value);
  head(MAJOR.text, size);
  reserve(size);
  at += buffer.write(value, at, size, "utf8");
}

function bytes(value: Uint8Array): void {
  head(MAJOR.bytes, value.length);
  reserve(value.length);
  buffer.set(value, at);
  at += value.length;
}

function simple(byte: number): void {
  reserve(0);
  buffer[at] = byte;
  at += 1;
}

function head(major: number, count: number): void {
  reserve(0);
  if (count < 24) {
    buffer[at] = major | count;
    at += 1;
  } else if (count < 0x100) {
    buffer[at] = major | 24;
    buffer[at + 1] = count;
    at += 2;
  } else if (count < 0x10000) {
    buffer[at] = major | 25;
    at = buffer.writeUInt16BE(count, at + 1);
  } else if (count < WORD) {
    buffer[at] = major | 26;
    at = buffer.writeUInt32BE(count, at + 1);
  } else {
    buffer[at] = major | 27;
    const low = buffer.writeUInt32BE(Math.floor(count / WORD), at + 1);
    at = buffer.writeUInt32BE(count % WORD, low);
  }
}

/** Room for a head and so many bytes. */
function reserve(size: number): void {
  const needed = at + HEAD_BYTES_MAX + size;
  if (needed <= buffer.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * buffer.length));
  buffer.copy(larger, 0, 0, at);
  buffer = larger;
}
