import { decode } from "cborg";
import { isRecord } from "../../../spec/automaton/values.ts";
import type { Wire } from "../../network/process.ts";
import { HostError } from "../errors.ts";
import { encoded, isEncoding } from "./encoder.ts";
import { GuardedTokens, malformed } from "./guard.ts";
import { defaultWireLimits, type WireLimits } from "./limits.ts";

/*
 * Deterministic CBOR (RFC 8949, section 4.2.1) of plain data, stricter than the RFC in what there is:
 * null, booleans, safe integers, well-formed text, bytes, arrays and maps with text keys; no tags,
 * floats, undefined or indefinite lengths. One value has one encoding, so bytes can be compared.
 */

/**
 * The one encoding of a value.
 * @throws HostError `value-invalid` for what is not plain data, or nests deeper than 64
 */
export function encodeWire(value: Wire): Uint8Array {
  assertPlain(value, 0);
  return encoded(value);
}

/**
 * The value that `bytes` encode. Total: whatever the bytes are, it returns or throws a HostError, in
 * time and memory linear in the limits. The value shares nothing with `bytes`; a key `__proto__` is an
 * own property like any other.
 * @throws HostError `frame-too-large` beyond `limits.bytesMax`
 * @throws HostError `frame-malformed` for anything but the one encoding of a value within the limits
 */
export function decodeWire(bytes: Uint8Array, limits: WireLimits = defaultWireLimits): Wire {
  if (bytes.length > limits.bytesMax) {
    throw new HostError("frame-too-large", `${bytes.length} bytes exceed ${limits.bytesMax}.`);
  }
  let value: Wire;
  try {
    const tokenizer = new GuardedTokens(plain(bytes), limits);
    value = decode(bytes, { tokenizer, rejectDuplicateMapKeys: true });
  } catch (error) {
    if (error instanceof HostError) throw error;
    throw malformed(`${error instanceof Error ? error.message : error}.`, error);
  }
  // Catches what a decoder is lenient about: the order of keys, the length of a head, broken UTF-8.
  if (!isEncoding(bytes, value)) {
    throw malformed("It is not the one encoding of its value.");
  }
  return value;
}

function assertPlain(value: unknown, depth: number): void {
  switch (typeof value) {
    case "boolean":
      return;
    case "number":
      if (Number.isSafeInteger(value)) return;
      throw invalid(`${value} is no safe integer.`);
    case "string":
      if (value.isWellFormed()) return;
      throw invalid(`${JSON.stringify(value)} holds half a character.`);
    case "object":
      if (value === null || value instanceof Uint8Array) return;
      assertPlainParts(value, depth + 1);
      return;
    default:
      throw invalid(`A ${typeof value} is not plain data.`);
  }
}

function assertPlainParts(value: object, depth: number): void {
  // Also the end of a value that holds itself.
  if (depth > defaultWireLimits.depthMax) {
    throw invalid(`The value nests deeper than ${defaultWireLimits.depthMax}.`);
  }
  if (Array.isArray(value)) {
    for (const part of value) assertPlain(part, depth);
    return;
  }
  if (!isRecord(value)) throw invalid(`A ${value.constructor?.name} is not plain data.`);
  for (const key of Object.keys(value)) {
    if (!key.isWellFormed()) throw invalid(`${JSON.stringify(key)} holds half a character.`);
    assertPlain(value[key], depth);
  }
}

function invalid(what: string): HostError {
  return new HostError("value-invalid", what);
}

/** Without the class Buffer: its `slice`, which cborg takes byte strings with, does not copy. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
