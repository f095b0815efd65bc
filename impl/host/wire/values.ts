import { Bytes, type Value } from "../../../spec/automaton/index.ts";
import { isRecord, setOwn } from "../../../spec/automaton/values.ts";
import type { Wire } from "../../network/process.ts";
import { decodeWire, encodeWire } from "./codec.ts";
import { defaultWireLimits, type WireLimits } from "./limits.ts";

/**
 * The one encoding of a state value: as {@link encodeWire}, with Bytes as byte strings. Equal values,
 * and only they, have equal bytes.
 * @throws HostError `value-invalid` for what is not plain data, or nests deeper than 64
 */
export function encodeValue(value: Value): Uint8Array {
  return encodeWire(toWire(value, 0) as Wire);
}

/**
 * The state value that `bytes` encode.
 * @throws HostError `frame-too-large`, `frame-malformed` as {@link decodeWire}
 */
export function decodeValue(bytes: Uint8Array, limits: WireLimits = defaultWireLimits): Value {
  return toValue(decodeWire(bytes, limits));
}

/** Leaves alone what is not plain data: encoding it says what is wrong with it. */
function toWire(value: unknown, depth: number): unknown {
  if (Bytes.is(value)) return value.toUint8Array();
  // One level more than is allowed, so that the encoder refuses it and not the call stack.
  if (depth > defaultWireLimits.depthMax) return value;
  if (Array.isArray(value)) return value.map((part) => toWire(part, depth + 1));
  return isRecord(value) ? mapParts(value, (part) => toWire(part, depth + 1)) : value;
}

function toValue(wire: Wire): Value {
  if (wire instanceof Uint8Array) return Bytes.from(wire);
  if (Array.isArray(wire)) return wire.map(toValue);
  return isRecord(wire) ? mapParts(wire, (part) => toValue(part as Wire)) : (wire as Value);
}

function mapParts<T>(
  record: Readonly<Record<string, unknown>>,
  change: (part: unknown) => T,
): Record<string, T> {
  const changed: Record<string, T> = {};
  for (const key of Object.keys(record)) setOwn(changed, key, change(record[key]));
  return changed;
}
