import { current, isDraft } from "immer";

/** What a host's live state answers with the value behind it. */
export const PLAIN: unique symbol = Symbol("plain");

/**
 * The value behind a part of a state inside an effect: to read, not to change. A long list or map is read much faster
 * so, since neither a draft nor a host's live state notes each access.
 */
export function plain<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (isDraft(value)) return current(value as never);
  return (Reflect.get(value, PLAIN) as T | undefined) ?? value;
}
