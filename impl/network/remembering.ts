import type { Digest, DigestFunction } from "../../spec/automaton/index.ts";

/**
 * The same digests, but that of one object is computed once. Objects that are given to it must not change:
 * what was decoded does not.
 */
export function remembering(digest: DigestFunction): DigestFunction {
  const known = new WeakMap<object, Digest>();
  return (value) => {
    if (typeof value !== "object" || value === null) return digest(value);
    const found = known.get(value) ?? digest(value);
    known.set(value, found);
    return found;
  };
}
