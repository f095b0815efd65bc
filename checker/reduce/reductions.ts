import type { Problem, Reduction } from "../../spec/automaton/claim.ts";
import type { Model } from "../explore/model.ts";
import type { Orbits, Selection } from "../explore/reduced.ts";
import type { States } from "../explore/states.ts";
import { EagerSteps, refuseUnsoundEager } from "./eager.ts";
import { analyse, StubbornSets } from "./partial-order.ts";
import { SymmetricOrbits } from "./symmetry.ts";

/** The reductions of a problem that replace the plain expansion of states. */
export interface Reductions {
  readonly selection: Selection | null;
  readonly orbits: Orbits | null;
}

/**
 * Makes the reductions that a problem asks for ready.
 * @throws QuorateError `reduction-refused` where one would be unsound
 */
export function reductionsOf(problem: Problem, model: Model, states: States): Reductions {
  const symmetric = problem.reductions?.includes("symmetry") ?? false;
  const orbits = symmetric ? new SymmetricOrbits(problem, model, states) : null;
  return { selection: selectionOf(problem, model, states), orbits };
}

function selectionOf(problem: Problem, model: Model, states: States): Selection | null {
  const asked = (reduction: Reduction) => problem.reductions?.includes(reduction) ?? false;
  const [ordered, eager] = [asked("partial-order"), asked("eager")];
  if (!ordered && !eager) return null;
  const analysis = analyse(problem, ordered ? "partial-order" : "eager");
  const stubborn = ordered ? new StubbornSets(problem, model, states, analysis) : null;
  if (!eager) return stubborn;
  refuseUnsoundEager(problem, analysis);
  return new EagerSteps(problem, model, stubborn);
}
