import { canonical, QuorateError } from "../../../spec/automaton/index.ts";

/**
 * Every record with one value of each field's domain: what a type allows, on an instance.
 *
 * ```ts
 * const votes = every({ from: faulty, to: correct, kind: ["ECHO", "READY"], value: ["A", "B"] });
 * ```
 */
export function every<const T extends Readonly<Record<string, readonly unknown[]>>>(
  domains: T,
): { readonly [K in keyof T]: T[K][number] }[] {
  const records = Object.entries(domains).reduce<object[]>(
    (partial, [field, domain]) =>
      partial.flatMap((record) => domain.map((value) => ({ ...record, [field]: value }))),
    [{}],
  );
  return records as { readonly [K in keyof T]: T[K][number] }[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Object.prototype.toString.call(value) === "[object Object]" &&
  Object.getPrototypeOf(value) === Object.prototype;

/** The fields of a message at any depth, as "message.value"; an array is one field. */
function fieldsOf(message: object): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const walk = (value: unknown, path: string) => {
    if (!isRecord(value)) fields.set(path, canonical(value));
    else {
      for (const [key, inner] of Object.entries(value)) {
        walk(inner, path === "" ? key : `${path}.${key}`);
      }
    }
  };
  walk(message, "");
  return fields;
}

/** Whether two messages have the same fields and differ in the value of exactly one. */
export function differInOneField(one: object, other: object): boolean {
  const [these, those] = [fieldsOf(one), fieldsOf(other)];
  if (these.size !== those.size) return false;
  const different = [...these].filter(([field, value]) => those.get(field) !== value);
  return different.length === 1 && different.every(([field]) => those.has(field));
}

/** How many values a line of the evidence lists. */
const LISTED_MAX = 4;

/** What a universe leaves out, counted from it: how many messages, and which values of each field. */
export function sizesOf(
  name: string,
  universe: readonly object[],
  because: Readonly<Record<string, string>>,
): string[] {
  const domains = new Map<string, Set<string>>();
  for (const message of universe) {
    for (const [field, value] of fieldsOf(message)) {
      domains.set(field, (domains.get(field) ?? new Set()).add(value));
    }
  }
  for (const field of Object.keys(because)) {
    if (domains.has(field)) continue;
    const what = `"${name}" gives a reason for field "${field}", which no message has.`;
    throw new QuorateError("automaton-malformed", what);
  }
  const different = new Set(universe.map(canonical)).size;
  const lines = [...domains].map(([field, values]) => {
    const list = values.size <= LISTED_MAX ? [...values].join(", ") : `${values.size} values`;
    const reason = because[field];
    return `${name}: ${field} is one of ${list}${reason === undefined ? "" : `: ${reason}`}`;
  });
  return [`${name}: no message is made up but ${different} that its universe lists`, ...lines];
}
