import { Bytes, type Value } from "../../spec/automaton/index.ts";
import type { Certificate, ProcessHost, Wire } from "./process.ts";

/*
 * Messages as they are kept in slots beside the durable state: bytes of a message are Bytes of a value.
 */

/** Keeps a message, or forgets it where it is null. */
export function keepMessage(host: ProcessHost, unit: string, slot: string, message: object | null) {
  const kept: Certificate | null =
    message === null ? null : { statement: plainOf(message as Wire), signatures: {} };
  host.keep(unit, slot, kept);
}

/** What was kept in a slot: a message of this process, so it has its type. */
export function keptMessage<Message>(
  host: ProcessHost,
  unit: string,
  slot: string,
): Message | null {
  const certificate = host.kept(unit, slot);
  return certificate === null ? null : (wireOf(certificate.statement) as unknown as Message);
}

function plainOf(wire: Wire): Value {
  if (wire instanceof Uint8Array) return Bytes.from(wire);
  if (Array.isArray(wire)) return wire.map(plainOf);
  if (typeof wire !== "object" || wire === null) return wire as Value;
  return Object.fromEntries(Object.entries(wire).map(([key, one]) => [key, plainOf(one)]));
}

function wireOf(value: Value): Wire {
  if (Bytes.is(value)) return value.toUint8Array();
  if (Array.isArray(value)) return value.map(wireOf);
  if (typeof value !== "object" || value === null) return value as Wire;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, wireOf(one)]));
}
