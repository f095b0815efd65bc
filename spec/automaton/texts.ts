import { Bytes } from "./bytes.ts";
import { canonical, isRecord, sortedKeys } from "./values.ts";

/** The texts of trees that cannot change any more. */
const texts = new WeakMap<object, string>();
/** Whether what was looked at since this was last false holds something that can change. */
let changeable = false;

/**
 * The {@link canonical} form of a value. That of a tree that is frozen all the way down is worked
 * out once: where a step changes one field, only that field costs anything. The checker compares
 * the same states and payloads over and over; elsewhere the memory is not worth it.
 * @throws QuorateError `value-not-plain` where the value holds anything but plain data
 */
export function textOf(value: unknown): string {
  changeable = false;
  return visit(value);
}

function visit(value: unknown): string {
  if (typeof value !== "object" || value === null) return canonical(value);
  const known = texts.get(value);
  if (known !== undefined) return known;
  const before = changeable;
  changeable = !Object.isFrozen(value);
  const text = Array.isArray(value)
    ? arrayText(value)
    : isRecord(value) && !Bytes.is(value)
      ? recordText(value)
      : canonical(value);
  if (!changeable) texts.set(value, text);
  changeable ||= before;
  return text;
}

function arrayText(value: readonly unknown[]): string {
  let text = "[";
  for (let at = 0; at < value.length; at++) {
    if (at > 0) text += ",";
    text += visit(value[at]);
  }
  return `${text}]`;
}

function recordText(value: Record<string, unknown>): string {
  let text = "{";
  for (const key of sortedKeys(value)) {
    if (text.length > 1) text += ",";
    text += `${JSON.stringify(key)}:${visit(value[key])}`;
  }
  return `${text}}`;
}
