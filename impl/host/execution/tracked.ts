import { Bytes, detach } from "../../../spec/automaton/index.ts";
import { PLAIN } from "../../../spec/automaton/plain.ts";

/*
 * In-place execution: the recipe of an effect runs on the live state, through a proxy that notes
 * which fields it changes. What a recipe may do with an immer draft it may do here, with one result.
 */

const NOTHING = new Set<unknown>();

/** What a proxy stands for; undefined for anything else. */
const rawOf = (value: object): object | undefined => Reflect.get(value, PLAIN);

/**
 * A value as it may be inserted: no proxy, nothing frozen (payloads are), nothing shared.
 *
 * @param replaced what it takes the place of: its parts are nobody's from now on, so that those that the
 *   value holds are moved and not copied, as in `s.list = s.list.filter(…)`
 */
function adopted(value: unknown, replaced: unknown = null): unknown {
  if (typeof value !== "object" || value === null || Bytes.is(value)) return value;
  const target = rawOf(value);
  if (target !== undefined || Object.isFrozen(value)) return detach(target ?? value);
  // A literal of the recipe, which may still fill it: it goes in as it is, without its proxies.
  let free: Set<unknown> | null = null;
  for (const key of Object.keys(value)) {
    const inner = Reflect.get(value, key);
    if (typeof inner !== "object" || inner === null) continue;
    const part = rawOf(inner) ?? inner;
    free ??= replaced === null ? NOTHING : new Set(Object.values(Object(replaced)));
    const own = free.delete(part) ? part : adopted(inner);
    if (own !== inner) Reflect.set(value, key, own);
  }
  return value;
}

/**
 * Told of each change: in which top-level field, and of one that is kept by entry in which entry.
 * @param entry null: the field itself got another value, or it is kept whole
 * @param before what the field held, where it got another value
 */
export type Changed = (field: string, entry: string | null, before: unknown) => void;

/** The live state under a proxy that reports what is changed. */
export function tracked<S extends object>(
  state: S,
  byEntry: ReadonlySet<string>,
  changed: Changed,
): S {
  return new Tracking(byEntry, changed).wrap(state, null, null) as S;
}

class Tracking {
  readonly byEntry: ReadonlySet<string>;
  readonly changed: Changed;
  #proxies = new WeakMap<object, object>();

  constructor(byEntry: ReadonlySet<string>, changed: Changed) {
    this.byEntry = byEntry;
    this.changed = changed;
  }

  known(target: object): object | undefined {
    return this.#proxies.get(target);
  }

  /** What was kept by entry may be in other entries from now on. */
  forgetProxies(): void {
    this.#proxies = new WeakMap();
  }

  wrap(target: object, field: string | null, entry: string | null): object {
    return this.wrapWith(new Handler(this, field, entry), target);
  }

  wrapWith(handler: Handler, target: object): object {
    const proxy = new Proxy(target, handler);
    this.#proxies.set(target, proxy);
    return proxy;
  }
}

/** For the objects of one place in the state; those inside share it as far as they are reported alike. */
class Handler implements ProxyHandler<object> {
  readonly #tracking: Tracking;
  readonly #field: string | null;
  readonly #entry: string | null;

  constructor(tracking: Tracking, field: string | null, entry: string | null) {
    this.#tracking = tracking;
    this.#field = field;
    this.#entry = entry;
  }

  get(of: object, key: string | symbol): unknown {
    if (key === PLAIN) return of;
    const value = Reflect.get(of, key);
    if (typeof value !== "object" || value === null || Bytes.is(value)) return value;
    const tracking = this.#tracking;
    const known = tracking.known(value);
    if (known !== undefined) return known;
    const field = this.#field;
    if (field === null) return tracking.wrap(value, String(key), null);
    if (this.#isMapByEntry()) return tracking.wrap(value, field, String(key));
    return tracking.wrapWith(this, value);
  }

  set(of: object, key: string | symbol, value: unknown): boolean {
    const held = Reflect.get(of, key);
    const target = typeof value === "object" && value !== null ? rawOf(value) : undefined;
    const isHeld = Object.hasOwn(of, key) && held === (target ?? value);
    if (isHeld && !Array.isArray(of)) return true;
    this.#note(of, key);
    if (this.#field === null && this.#tracking.byEntry.has(String(key))) {
      this.#tracking.forgetProxies();
    }
    return Reflect.set(of, key, adopted(value, held));
  }

  deleteProperty(of: object, key: string | symbol): boolean {
    this.#note(of, key);
    return Reflect.deleteProperty(of, key);
  }

  defineProperty(of: object, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    this.#note(of, key);
    const value = adopted(descriptor.value);
    return Reflect.defineProperty(of, key, { ...descriptor, value });
  }

  #isMapByEntry(): boolean {
    return this.#entry === null && this.#tracking.byEntry.has(this.#field ?? "");
  }

  #note(of: object, key: string | symbol): void {
    const { changed } = this.#tracking;
    const field = this.#field;
    if (field === null) changed(String(key), null, Reflect.get(of, key));
    else changed(field, this.#isMapByEntry() ? String(key) : this.#entry, undefined);
  }
}

/** A view that reports each top-level field that is read; it is not to be changed. */
export function watched<S>(state: S, read: (field: string) => void): S {
  if (typeof state !== "object" || state === null || Bytes.is(state)) {
    read("");
    return state;
  }
  return new Proxy(state, {
    get(of, key) {
      read(String(key));
      return Reflect.get(of, key);
    },
    has(of, key) {
      read(String(key));
      return Reflect.has(of, key);
    },
    ownKeys(of) {
      // Which fields a state has never changes; a top level without fixed fields does.
      read("");
      return Reflect.ownKeys(of);
    },
  });
}
