import type { Problem } from "../../spec/automaton/claim.ts";
import type { Model } from "../explore/model.ts";
import type { Orbits, Selection } from "../explore/reduced.ts";
import type { States } from "../explore/states.ts";

/** The reductions of a problem that replace the plain expansion of states. */
export interface Reductions {
  readonly selection: Selection | null;
  readonly orbits: Orbits | null;
}

const NONE: Reductions = { selection: null, orbits: null };

/**
 * Makes the reductions that a problem asks for ready.
 * @throws QuorateError `reduction-refused` where one would be unsound
 */
export function reductionsOf(_problem: Problem, _model: Model, _states: States): Reductions {
  return NONE;
}
