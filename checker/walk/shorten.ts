import type { Composition } from "../../spec/automaton/compose.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import type { Global } from "../../spec/automaton/semantics.ts";
import { stepOf } from "./steps.ts";
import { type Asked, isViolated } from "./violated.ts";

/**
 * Leaves out of a run that violates a property what the violation does not need: pieces, by halves
 * down to single steps, until no single step can be left out. A shorter run of other steps may exist.
 */
export function shorten(
  system: Composition,
  property: Asked,
  start: Global,
  actions: readonly Action[],
): readonly Action[] {
  let run = actions;
  for (let size = Math.ceil(run.length / 2); size >= 1; ) {
    const shorter = withoutPieces(system, property, start, run, size);
    const again = size === 1 && shorter.length < run.length;
    run = shorter;
    if (!again) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return run;
}

/** Leaves out each piece of a size that can be, the last first: less depends on it. */
function withoutPieces(
  system: Composition,
  property: Asked,
  start: Global,
  actions: readonly Action[],
  size: number,
): readonly Action[] {
  let run = actions;
  for (let end = run.length; end > 0; end = Math.min(end - size, run.length)) {
    const rest = [...run.slice(0, Math.max(0, end - size)), ...run.slice(end)];
    run = violating(system, property, start, rest) ?? run;
  }
  return run;
}

/**
 * The run of those of some actions that are possible in turn, up to where it violates the property;
 * null where it does not.
 */
function violating(
  system: Composition,
  property: Asked,
  start: Global,
  actions: readonly Action[],
): readonly Action[] | null {
  if (isViolated(system, property, { at: start, by: null })) return [];
  const taken: Action[] = [];
  let from = start;
  for (const action of actions) {
    const step = stepOf(system, from, action);
    if (step === null) continue;
    taken.push(action);
    if (isViolated(system, property, { at: step.to, by: { from, action } })) return taken;
    from = step.to;
  }
  return null;
}
