import type { Composition } from "../../spec/automaton/compose.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import {
  applyAction,
  type Global,
  type Local,
  localText,
  type Offer,
  offersOf,
} from "../../spec/automaton/semantics.ts";

/** A step that leads to another state. */
export interface Taken {
  readonly action: Action;
  readonly to: Global;
}

function enabledFrom(system: Composition, from: Global): Offer[] {
  return system.leaves.flatMap((leaf, at) =>
    offersOf(leaf, from[at] as Local).filter(({ clauses }) => clauses.every(([, holds]) => holds)),
  );
}

function take(system: Composition, from: Global, action: Action): Taken | null {
  const to = applyAction(system, from, action);
  const changes = to.some((local, at) => {
    const before = from[at] as Local;
    return local !== before && localText(local) !== localText(before);
  });
  return changes ? { action, to } : null;
}

/**
 * A step drawn from those that lead to another state, or null where there is none. The name of the
 * action is drawn first: many deliveries of one kind would leave no room for the rest. Only what is
 * drawn is carried out.
 */
export function drawStep(system: Composition, from: Global, random: () => number): Taken | null {
  const byName = new Map<string, Action[]>();
  for (const { action } of enabledFrom(system, from)) {
    byName.set(action.name, [...(byName.get(action.name) ?? []), action]);
  }
  const kinds = [...byName.values()];
  const place = (all: readonly unknown[]) => Math.floor(random() * all.length);
  while (kinds.length > 0) {
    const at = place(kinds);
    const actions = kinds[at] as Action[];
    while (actions.length > 0) {
      const [action] = actions.splice(place(actions), 1) as [Action];
      const step = take(system, from, action);
      if (step !== null) return step;
    }
    kinds.splice(at, 1);
  }
  return null;
}

/** The step of an action, or null where it is not enabled or changes nothing. */
export function stepOf(system: Composition, from: Global, action: Action): Taken | null {
  const text = actionText(action);
  const enabled = system.leaves.some(
    (leaf, at) =>
      action.name in leaf.automaton.transitions &&
      offersOf(leaf, from[at] as Local).some(
        (offer) => actionText(offer.action) === text && offer.clauses.every(([, holds]) => holds),
      ),
  );
  return enabled ? take(system, from, action) : null;
}

/** Whether some step leads to another state; with `urgentOnly`, one that is not spontaneous. */
export function leadsOn(system: Composition, from: Global, urgentOnly: boolean): boolean {
  return enabledFrom(system, from).some(
    ({ action, transition }) =>
      !(urgentOnly && transition.task?.urgency === "spontaneous") &&
      take(system, from, action) !== null,
  );
}
