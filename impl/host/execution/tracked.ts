import { Bytes, detach } from "../../../spec/automaton/index.ts";

/*
 * In-place execution: the recipe of an effect runs on the live state, through a proxy that notes
 * which fields it changes. What a recipe may do with an immer draft it may do here, with one result.
 */

const raw = new WeakMap<object, object>();

/** A value as it may be inserted: no proxy, nothing frozen (payloads are), nothing shared. */
function adopted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Bytes.is(value)) return value;
  const target = raw.get(value);
  if (target !== undefined || Object.isFrozen(value)) return detach(target ?? value);
  // A literal of the recipe, which may still fill it: it goes in as it is, without its proxies.
  for (const key of Object.keys(value)) {
    const inner = Reflect.get(value, key);
    const own = adopted(inner);
    if (own !== inner) Reflect.set(value, key, own);
  }
  return value;
}

/** The live state under a proxy that reports each top-level field that was changed. */
export function tracked<S extends object>(state: S, changed: (field: string) => void): S {
  const proxies = new WeakMap<object, object>();
  const wrap = (target: object, field: string | null): object => {
    const known = proxies.get(target);
    if (known !== undefined) return known;
    const proxy = new Proxy(target, {
      get(of, key) {
        const value = Reflect.get(of, key);
        if (typeof value !== "object" || value === null || Bytes.is(value)) return value;
        return wrap(value, field ?? String(key));
      },
      set(of, key, value) {
        if (Array.isArray(of) || !Object.hasOwn(of, key) || Reflect.get(of, key) !== value) {
          changed(field ?? String(key));
        }
        return Reflect.set(of, key, adopted(value));
      },
      deleteProperty(of, key) {
        changed(field ?? String(key));
        return Reflect.deleteProperty(of, key);
      },
      defineProperty(of, key, descriptor) {
        changed(field ?? String(key));
        const value = adopted(descriptor.value);
        return Reflect.defineProperty(of, key, { ...descriptor, value });
      },
    });
    proxies.set(target, proxy);
    raw.set(proxy, target);
    return proxy;
  };
  return wrap(state, null) as S;
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
