import { isIndex, sortOf } from "../../spec/automaton/index.ts";

/*
 * Messages and payloads as trees of places, for behaviours that change one of them. What is changed
 * is a copy: the original may be in use.
 */

export type Path = readonly (string | number)[];

export type Kind = "null" | "boolean" | "number" | "text" | "bytes" | "array" | "record" | "opaque";

/** A value somewhere in a tree. */
export interface Place {
  readonly path: Path;
  readonly value: unknown;
  readonly kind: Kind;
  /** equal where one value may stand for the other: the kind, and the sort, the length or the keys */
  readonly shape: string;
}

/** The most places of a tree that are looked at, and how deep. */
const PLACES_MAX = 2_000;
const DEPTH_MAX = 32;
const HASH = /^[0-9a-f]{16,}$/;

function isPlainRecord(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function described(value: unknown): { readonly kind: Kind; readonly shape: string } {
  const alike = (kind: Kind, detail: string | number = "") => ({
    kind,
    shape: `${kind} ${detail}`,
  });
  switch (typeof value) {
    case "boolean":
      return alike("boolean");
    case "number":
      return alike("number");
    case "string":
      if (isIndex(value)) return alike("text", `index of ${sortOf(value)}`);
      return HASH.test(value) ? alike("text", value.length) : alike("text");
    case "object":
      if (value === null) return alike("null");
      if (value instanceof Uint8Array) return alike("bytes", value.length);
      if (Array.isArray(value)) return alike("array");
      if (isPlainRecord(value)) return alike("record", JSON.stringify(Object.keys(value).sort()));
      return alike("opaque");
    default:
      return alike("opaque");
  }
}

/** Every value inside `tree`, itself and what hides behind the top-level fields `fixed` excepted. */
export function placesIn(tree: unknown, fixed: readonly string[] = []): Place[] {
  const places: Place[] = [];
  const visit = (value: unknown, path: Path) => {
    if (places.length >= PLACES_MAX || path.length > DEPTH_MAX) return;
    const { kind, shape } = described(value);
    if (path.length > 0) places.push({ path, value, kind, shape });
    if (kind === "array") {
      for (const [at, part] of (value as readonly unknown[]).entries()) visit(part, [...path, at]);
    } else if (kind === "record") {
      for (const [key, part] of Object.entries(value as object)) {
        if (path.length > 0 || !fixed.includes(key)) visit(part, [...path, key]);
      }
    }
  };
  visit(tree, []);
  return places;
}

/** A copy of `tree` with `value` at `path`. Records keep their keys, `__proto__` among them. */
export function replaced(tree: unknown, path: Path, value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(tree)) {
    return tree.map((part: unknown, at) => (at === first ? replaced(part, rest, value) : part));
  }
  return Object.fromEntries(
    Object.entries(tree as object).map(([key, part]) => [
      key,
      key === first ? replaced(part, rest, value) : part,
    ]),
  );
}

/** Whether one of the two paths leads through the other. */
export function isNested(a: Path, b: Path): boolean {
  return a.every((step, at) => at >= b.length || step === b[at]);
}

/** Whether two paths are the same. */
export const samePath = (a: Path, b: Path) => a.length === b.length && isNested(a, b);
