import type { Value } from "./values.ts";

/**
 * A choice of the environment: a nonce, an operation, a random bit. It has two sources: the
 * checker tries the whole finite domain; a host asks a provider that is registered by the name.
 */
export interface Choice<T> {
  readonly name: string;
  /** what the checker tries; bounded by the instance */
  readonly domain: readonly T[];
}

/** Declares a choice of the environment. */
export function choice<T extends Value>(name: string, domain: readonly T[]): Choice<T> {
  return { name, domain };
}

/** Where a transition's `choose` takes the environment's choices from. */
export type Draw = <T>(from: Choice<T>) => readonly T[];

/** The checker's source: every element of the domain. */
export const drawAll: Draw = (from) => from.domain;

/** A host's source: one value, from the provider of that name. */
export function drawFrom(providers: Readonly<Record<string, () => unknown>>): Draw {
  return <T>(from: Choice<T>) => {
    const provider = providers[from.name];
    if (provider === undefined) throw new RangeError(`no provider for the choice "${from.name}"`);
    return [provider() as T];
  };
}
