import type { Composition } from "../../spec/automaton/compose.ts";
import { type Action, actionText, agrees, evaluateClauses } from "../../spec/automaton/execute.ts";
import {
  applyAction,
  type Global,
  type Local,
  localText,
  offersOf,
} from "../../spec/automaton/semantics.ts";

export function globalText(global: Global): string {
  return global.map(localText).join(" | ");
}

/**
 * What keeps an action of a specification from being taken in a state: null where nothing does,
 * otherwise the clauses that are false (none where `choose` does not offer it). An input that is
 * left open is always enabled.
 */
export function hindrance(
  specification: Composition,
  global: Global,
  action: Action,
): readonly string[] | null {
  const text = actionText(action);
  for (const [at, leaf] of specification.leaves.entries()) {
    const { automaton } = leaf;
    const transition = automaton.transitions[action.name];
    if (transition === undefined || transition.kind === "input") continue;
    if (!agrees(transition, action.payload)) continue;
    const local = global[at] as Local;
    const offers = offersOf(leaf, local).filter((offer) => actionText(offer.action) === text);
    if (offers.some(({ clauses }) => clauses.every(([, holds]) => holds))) return null;
    const clauses =
      offers[0]?.clauses ??
      (automaton.form === "cells"
        ? []
        : evaluateClauses(automaton, action.name, transition, local.state, action.payload));
    return clauses.filter(([, holds]) => !holds).map(([clause]) => clause);
  }
  return specification.open.has(action.name) ? null : [];
}

/**
 * Whether a state owes a step: an enabled one, of no spontaneous task, that shows or that leads to
 * another state. A state that owes none is quiescent.
 */
export function owesStep(
  system: Composition,
  from: Global,
  shows: (action: Action) => boolean,
): boolean {
  const text = globalText(from);
  return system.leaves.some((leaf, at) =>
    offersOf(leaf, from[at] as Local).some(
      ({ action, transition, clauses }) =>
        transition.task?.urgency !== "spontaneous" &&
        clauses.every(([, holds]) => holds) &&
        (shows(action) || globalText(applyAction(system, from, action)) !== text),
    ),
  );
}

/** Whether an action of a specification is a step of its own: internal, or hidden. */
export function isHidden(specification: Composition, action: Action): boolean {
  if (specification.hidden.has(action.name)) return true;
  return specification.leaves.some(({ automaton }) => {
    const transition = automaton.transitions[action.name];
    return transition?.kind === "internal" && agrees(transition, action.payload);
  });
}
