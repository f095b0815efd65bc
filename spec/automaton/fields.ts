/** How a field of a state is kept, what it means and what bounds it. */
export interface Field {
  readonly keeping: "durable" | "volatile";
  readonly means: string;
  /** what bounds a collection, in words; null for a scalar */
  readonly bound: string | null;
  /** whether a host stores each entry of the map by itself; whole without it */
  readonly by?: "entry";
}

/**
 * A field that survives a crash.
 *
 * @param options `by: "entry"` for a map (a record, not an array): after each turn a host stores only
 *   the entries that were put, changed inside or dropped, so that a turn costs what it changes and not
 *   what the map holds. Who assigns another map to the field, or returns another state, has all of it
 *   stored. In a host the map starts empty. For the checker it makes no difference.
 */
export function durable(
  means: string,
  bound: string | null = null,
  options: { readonly by?: "entry" } = {},
): Field {
  return { keeping: "durable", means, bound, ...options };
}

/** A field that a crash resets to its start value. */
export function volatile(means: string, bound: string | null = null): Field {
  return { keeping: "volatile", means, bound };
}
