import { mapOf, type Value } from "../../spec/automaton/index.ts";
import { setOwn } from "../../spec/automaton/values.ts";
import type { Unit } from "../network/process.ts";
import { HostError } from "./errors.ts";
import type { Change } from "./execution/running-unit.ts";
import type { WireLimits } from "./wire/limits.ts";
import { decodeValue, encodeValue } from "./wire/values.ts";

/*
 * How durable fields are spelled in the store: `leaf.field` has a field that is kept whole, and
 * `leaf.field/key` one entry of a map that is kept by entry. A key may be any text: the first slash ends
 * the field's name, in which slashes are escaped.
 */

/** What this process has written itself may be larger than what it takes from peers. */
export const STORED: WireLimits = { bytesMax: 2 ** 30, depthMax: 64, itemsMax: 2 ** 30 };

/** Durable fields by leaf. */
export type Restored = Record<string, Record<string, unknown>>;

/** A change as the store takes it: null deletes. */
export function storedChange({ leaf, field, entry, value }: Change): [string, Uint8Array | null] {
  const whole = `${leaf}.${encodeURIComponent(field)}`;
  const name = entry === null ? whole : `${whole}/${entry}`;
  return [name, value === undefined ? null : encodeValue(value as Value)];
}

/**
 * Puts a field of the store, or an entry of one, where the unit's state has it.
 * @throws HostError `store-corrupt` for a field that was stored whole and is kept by entry now, or the
 *   other way round: another version of the protocol wrote it
 */
export function restore(into: Restored, unit: Unit, name: string, bytes: Uint8Array): void {
  const dot = name.indexOf(".");
  const [leaf, rest] = [name.slice(0, dot), name.slice(dot + 1)];
  const slash = rest.indexOf("/");
  const field = decodeURIComponent(slash < 0 ? rest : rest.slice(0, slash));
  const isByEntry = unit[leaf]?.fields?.[field]?.by === "entry";
  if (isByEntry !== slash >= 0) {
    const kept = isByEntry ? "by entry" : "whole";
    const what = `The store has ${name}, and this version keeps ${leaf}.${field} ${kept}.`;
    throw new HostError("store-corrupt", what);
  }
  const value = decodeValue(bytes, STORED);
  into[leaf] ??= {};
  const fields = into[leaf];
  if (!isByEntry) {
    fields[field] = value;
    return;
  }
  fields[field] ??= mapOf();
  setOwn(fields[field] as Record<string, unknown>, rest.slice(slash + 1), value);
}
