import { Bytes } from "../../spec/automaton/bytes.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { isIndex, isRecord, sortedKeys } from "../../spec/automaton/values.ts";

/** Plain data as a file can hold it. Bytes are `{ "$bytes": "hex" }`; keys are in canonical order. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** An action of a trace: its name and its parameters. */
export interface ActionJson {
  readonly name: string;
  readonly payload: { readonly [parameter: string]: Json };
}

/** A value of the language as JSON. */
export function toJson(value: unknown): Json {
  if (Bytes.is(value)) return { $bytes: value.toHex() };
  if (Array.isArray(value)) return value.map(toJson);
  if (isRecord(value)) {
    // no prototype: a key may be called __proto__
    const record: Record<string, Json> = Object.create(null);
    for (const key of sortedKeys(value)) record[key] = toJson(value[key]);
    return record;
  }
  return value as Json;
}

export function actionJson({ name, payload }: Action): ActionJson {
  return { name, payload: toJson(payload) as ActionJson["payload"] };
}

const WORD = /^(?!(?:true|false|null)$)[A-Za-z_$][\w$.-]*$/;

function wordText(word: string): string {
  return WORD.test(word) || isIndex(word) ? word : JSON.stringify(word);
}

/** A value for a reader: as JavaScript spells it, without the quotes that a word can spare. */
export function valueText(value: Json): string {
  if (typeof value === "string") return wordText(value);
  if (value === null || typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map(valueText).join(", ")}]`;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === "$bytes") return `h'${value.$bytes}'`;
  if (keys.length === 0) return "{}";
  return `{ ${keys.map((key) => `${wordText(key)}: ${valueText(value[key] as Json)}`).join(", ")} }`;
}

/** "grant(client: client#1)" */
export function actionLabel({ name, payload }: ActionJson): string {
  const given = Object.entries(payload).map(([key, value]) => `${key}: ${valueText(value)}`);
  return given.length === 0 ? name : `${name}(${given.join(", ")})`;
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
