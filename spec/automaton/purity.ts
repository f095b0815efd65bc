import { Bytes } from "./bytes.ts";
import { QuorateError } from "./errors.ts";
import { isRecord, setOwn } from "./values.ts";

/*
 * Model code must depend on its arguments alone. While the checker runs it, the sources of time and
 * chance throw, and an effect is run again on a copy whose keys are in another order.
 */

let depth = 0;
let installed = 0;
const undo: (() => void)[] = [];

function forbid(host: object, name: string, label: string): void {
  const original = Reflect.get(host, name) as ((...all: unknown[]) => unknown) | undefined;
  if (typeof original !== "function") return;
  const guarded = new Proxy(original, {
    apply(target, self, all) {
      refuse(label);
      return Reflect.apply(target, self, all);
    },
    construct(target, all, newTarget) {
      if (all.length === 0) refuse(label);
      return Reflect.construct(target, all, newTarget);
    },
  });
  const descriptor = Object.getOwnPropertyDescriptor(host, name);
  if (!Reflect.defineProperty(host, name, { value: guarded, configurable: true, writable: true })) {
    return;
  }
  undo.push(() => {
    if (descriptor) Object.defineProperty(host, name, descriptor);
    else Reflect.deleteProperty(host, name);
  });
}

/** Model code asked for the time or for chance. */
export class Impurity extends QuorateError {
  readonly source: string;

  constructor(source: string, where = "Model code") {
    super("effect-impure", `${where} used ${source}.`);
    this.source = source;
  }
}

function refuse(label: string): void {
  if (depth > 0) throw new Impurity(label);
}

/**
 * Makes the sources of time and chance throw inside {@link inModel} until the returned function is
 * called. Outside model code they work as ever.
 */
export function installPurityGuard(): () => void {
  if (installed++ === 0) {
    forbid(Math, "random", "Math.random");
    forbid(Date, "now", "Date.now");
    forbid(globalThis, "Date", "Date");
    for (const timer of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch"]) {
      forbid(globalThis, timer, timer);
    }
    forbid(globalThis.performance, "now", "performance.now");
    forbid(globalThis.crypto, "getRandomValues", "crypto.getRandomValues");
    forbid(globalThis.crypto, "randomUUID", "crypto.randomUUID");
  }
  let released = false;
  return () => {
    if (released) return;
    released = true;
    if (--installed === 0) for (const restore of undo.splice(0).reverse()) restore();
  };
}

/** Runs model code: inside, the guarded sources throw. */
export function inModel<T>(run: () => T): T {
  depth++;
  try {
    return run();
  } finally {
    depth--;
  }
}

/** A copy that shares nothing with `value` and whose records list their keys the other way round. */
export function withReversedKeys<T>(value: T): T {
  if (typeof value !== "object" || value === null || Bytes.is(value)) return value;
  if (Array.isArray(value)) return value.map(withReversedKeys) as T;
  const copy = Object.create(Object.getPrototypeOf(value));
  for (const key of Object.keys(value).reverse()) {
    copy[key] = withReversedKeys((value as Record<string, unknown>)[key]);
  }
  return copy;
}

/**
 * The path of an object that is reachable twice in `value`, or is one of `foreign`; null if `value`
 * is a tree of its own.
 */
export function findAlias(value: unknown, foreign: ReadonlySet<object>): string | null {
  const seen = new Set<object>();
  const visit = (part: unknown, path: string): string | null => {
    if (typeof part !== "object" || part === null || Bytes.is(part)) return null;
    if (seen.has(part) || foreign.has(part)) return path;
    seen.add(part);
    for (const [key, inner] of Object.entries(part)) {
      const found = visit(inner, path === "" ? key : `${path}.${key}`);
      if (found !== null) return found;
    }
    return null;
  };
  return visit(value, "");
}

/** What is not plain data in `value`, which has no cycle: its path, and what it is. */
export function findUnplain(
  value: unknown,
  path = "",
): { readonly path: string; readonly what: string } | null {
  if (value === null || typeof value === "string" || typeof value === "boolean") return null;
  if (Number.isSafeInteger(value) || Bytes.is(value)) return null;
  if (!Array.isArray(value) && !isRecord(value)) return { path, what: describe(value) };
  for (const key of Object.keys(value)) {
    const found = findUnplain(Reflect.get(value, key), path === "" ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

function describe(value: unknown): string {
  if (typeof value === "object") return `an instance of ${value?.constructor?.name ?? "a class"}`;
  return typeof value === "number" || value === undefined ? String(value) : `a ${typeof value}`;
}

/** A frozen copy that shares nothing with `value`; undefined where it may hold what is not plain. */
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== "object") return findUnplain(value) === null ? value : undefined;
  if (value === null || Bytes.is(value)) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (let at = 0; at < value.length; at++) {
      const item = frozenCopy(value[at]);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return Object.freeze(items);
  }
  if (!isRecord(value)) return undefined;
  const copy = Object.create(Object.getPrototypeOf(value));
  for (const key of Object.keys(value)) {
    const part = frozenCopy(value[key]);
    if (part === undefined) return undefined;
    setOwn(copy, key, part);
  }
  return Object.freeze(copy);
}

/** Whether no part of a tree can change. */
export function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Bytes.is(value)) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeepFrozen);
}

/** Every object inside `value`. */
export function objectsOf(value: unknown, into = new Set<object>()): Set<object> {
  if (typeof value === "object" && value !== null && !Bytes.is(value)) {
    into.add(value);
    for (const part of Object.values(value)) objectsOf(part, into);
  }
  return into;
}
