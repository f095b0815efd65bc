import { Bytes } from "./bytes.ts";
import type { Action } from "./execute.ts";
import { isRecord, setOwn } from "./values.ts";

/*
 * How a run is written down: hosts write it, and `quorate replay` reads it. docs/guides/replay.md tells
 * the format.
 */

/** A value as a record holds it: Bytes are `{ "$bytes": hex }`, and nothing else looks like that. */
function recordValue(value: unknown): unknown {
  if (Bytes.is(value)) return { $bytes: value.toHex() };
  if (Array.isArray(value)) return value.map(recordValue);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const escaped = entries.length === 1 && LIKE_BYTES.test(entries[0]?.[0] ?? "") ? "$" : "";
  const record: Record<string, unknown> = {};
  for (const [key, part] of entries) setOwn(record, escaped + key, recordValue(part));
  return record;
}

/** The only key of a record that could be taken for bytes gets one more `$`. */
export const LIKE_BYTES = /^\$+bytes$/;

/** One line of a record, without its line break. */
export function recordLine(atMs: number, unit: string, action: Action): string {
  const { name, payload } = action;
  return JSON.stringify({ at: atMs, unit, action: name, payload: recordValue(payload) });
}
