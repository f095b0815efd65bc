import type { Problem } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { isLiveness, type LivenessProperty } from "../../spec/automaton/liveness.ts";
import type { LivenessFound } from "../explore/exploration.ts";
import { StateGraph } from "../explore/graph.ts";
import type { Model } from "../explore/model.ts";
import type { States } from "../explore/states.ts";
import { FairClasses } from "./classes.ts";
import { findFairPlaces } from "./fair.ts";
import { lassoOf } from "./lasso.ts";
import { minimalFairness } from "./minimal.ts";
import { Obligations } from "./obligations.ts";
import { questionOf } from "./question.ts";

/**
 * Refuses liveness with any reduction. Each may drop or merge the steps that fairness speaks of: with
 * symmetry a loop of representatives need not be a loop of the system (TLC's issues 59 and 644), and
 * partial order, eager steps and absorbed inputs may leave out the only loop in which an obligation
 * starves. Sends at once merges the step of a task with that of another.
 *
 * @throws QuorateError `reduction-refused`
 */
export function refuseReducedLiveness({ system, properties, reductions = [] }: Problem): void {
  const [reduction] = reductions;
  const property = properties.find(isLiveness);
  if (property === undefined || reduction === undefined) return;
  const what = `${reduction} in "${system.name}": "${property.name}" is a liveness property.`;
  throw new QuorateError("reduction-refused", what);
}

/**
 * Decides the liveness properties of a problem on the states that a search has found; null for other
 * properties. What it finds violated is so, even if a budget ended the search: which tasks are owed a
 * step is found from the automata, not from what was explored. Takes up to 60 bytes for each state,
 * besides the steps of one component at a time, 12 bytes each.
 *
 * @param options.complete whether all states were explored
 * @param options.minimal whether to look for a minimal fairness where a property holds
 */
export function decideLiveness(
  { system, properties }: Problem,
  model: Model,
  states: States,
  options: { readonly complete: boolean; readonly minimal: boolean },
): (LivenessFound | null)[] {
  if (!properties.some(isLiveness)) return properties.map(() => null);
  const graph = new StateGraph(model, states);
  const decide = (property: LivenessProperty): LivenessFound => {
    const classes = new FairClasses(system, property);
    const obligations = new Obligations(model, classes);
    const question = questionOf(graph, property);
    const places = findFairPlaces(graph, obligations, question);
    const assumed = classes.assumed();
    if (places.ends || places.parts.length > 0) {
      const violation = lassoOf(graph, obligations, question, places);
      return { arises: true, assumed, minimal: null, violation };
    }
    const { arises } = question;
    const wanted = options.minimal && options.complete && arises;
    const minimal = wanted ? minimalFairness(graph, classes, obligations, question) : null;
    return { arises, assumed, minimal, violation: null };
  };
  return properties.map((property) => (isLiveness(property) ? decide(property) : null));
}
