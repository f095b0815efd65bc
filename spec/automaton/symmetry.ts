import { QuorateError } from "./errors.ts";
import { type Index, isIndex, sortOf } from "./values.ts";

/** Indices that may be exchanged for one another: renaming them changes nothing that matters. */
export interface Symmetry {
  /** the indices at one place of every column move together */
  readonly columns: readonly (readonly Index[])[];
  /** paths of arrays whose order means something: every other array of such indices is a set */
  readonly sequences: readonly string[];
}

/**
 * Declares that some indices are interchangeable, for the reduction `symmetry`. The checker explores
 * one of all states that differ in their names alone, and refuses where it sees that a name matters.
 *
 * ```ts
 * symmetries: [interchangeable(indices("rm", 3))]
 * ```
 * @param which two or more indices of one sort; a single one makes no difference
 * @param options.with indices that move along, aligned with `which`: the inbox of each node
 * @param options.sequences where an array that holds such indices is no set: `part.field` for a
 * state, `action.parameter` for a payload. A key that names such an index is written `*`, an element
 * of an array adds `[]`, a digest `()`, as in `log.entries.*[]`.
 * @throws QuorateError `claim-malformed`
 */
export function interchangeable(
  which: readonly Index[],
  options: {
    readonly with?: readonly (readonly Index[])[];
    readonly sequences?: readonly string[];
  } = {},
): Symmetry {
  const columns = [which, ...(options.with ?? [])];
  const wrong = (what: string): never => {
    throw new QuorateError("claim-malformed", `Interchangeable indices: ${what}.`);
  };
  if (which.length === 0) wrong("there are none");
  const seen = new Set<string>();
  for (const column of columns) {
    if (column.length !== which.length) wrong(`${column.join(", ")} are not ${which.length}`);
    for (const one of column) {
      if (!isIndex(one)) wrong(`"${one}" is no index`);
      if (sortOf(one) !== sortOf(column[0] as Index)) wrong(`${one} is not like ${column[0]}`);
      if (seen.has(one)) wrong(`${one} stands twice`);
      seen.add(one);
    }
  }
  return Object.freeze({ columns, sequences: options.sequences ?? [] });
}
