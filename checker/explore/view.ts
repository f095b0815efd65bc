import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Global, Local } from "../../spec/automaton/semantics.ts";

/**
 * The states that `reads` names, as a property sees them: a part's state, an array of states for an
 * array of automata, and only the named fields where a read is "part.field".
 */
export function viewOf(
  system: Composition,
  reads: readonly string[],
  global: Global,
): Record<string, unknown> {
  const states = global.map((local: Local) => local.state);
  return makeView(system, reads)((leaf) => states[leaf]);
}

/** Prepares {@link viewOf}: the returned function asks for the state of a leaf by its position. */
export function makeView(
  system: Composition,
  reads: readonly string[],
): (stateOf: (leaf: number) => unknown) => Record<string, unknown> {
  const plan = partsOf(system, reads);
  return (stateOf) => {
    const view: Record<string, unknown> = {};
    for (const { part, leaves, array, fields } of plan) {
      const states = leaves.map((leaf) =>
        fields === null ? stateOf(leaf) : pick(part, stateOf(leaf), fields),
      );
      view[part] = array ? states : states[0];
    }
    return view;
  };
}

/** A part that is read: its leaves, and which fields of them; null for all. */
export interface PartRead {
  readonly part: string;
  readonly leaves: readonly number[];
  readonly array: boolean;
  readonly fields: readonly string[] | null;
}

/** The parts that `reads` names. */
export function partsOf(system: Composition, reads: readonly string[]): PartRead[] {
  const parts = new Map<string, PartRead>();
  for (const read of reads) {
    const [part, field] = read.split(".") as [string, string | undefined];
    const known = parts.get(part);
    const fields =
      field === undefined ? null : known ? known.fields && [...known.fields, field] : [field];
    parts.set(part, { part, ...leavesOf(system, part), fields });
  }
  return [...parts.values()];
}

export function pick(part: string, state: unknown, fields: readonly string[]): unknown {
  const narrowed: Record<string, unknown> = {};
  for (const field of fields) {
    if (typeof state !== "object" || state === null || !Object.hasOwn(state, field)) {
      throw new QuorateError("part-unknown", `"${part}" has no field "${field}".`);
    }
    narrowed[field] = Reflect.get(state, field);
  }
  return narrowed;
}

/** The positions of a part's leaves in the composition. */
export function leavesOf(system: Composition, part: string): { leaves: number[]; array: boolean } {
  const leaves = system.leaves.flatMap((leaf, at) => (leaf.part === part ? [at] : []));
  return { leaves, array: system.leaves[leaves[0] ?? 0]?.position !== null };
}
