import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, agrees } from "../../spec/automaton/execute.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import { type Global, localText, stepsFrom } from "../../spec/automaton/semantics.ts";
import { viewOf } from "../explore/view.ts";
import { SubsetMonitor } from "../refine/subsets.ts";

interface Run {
  readonly actions: readonly Action[];
  /** the start state, then the state after each action */
  readonly globals: readonly Global[];
}

/**
 * Decides by the reference semantics alone that the end of a run violates the property.
 * @throws QuorateError `checker-defect` when it does not
 */
export function confirmViolation(system: Composition, property: Property, run: Run): void {
  if (violates(system, property, run)) return;
  const what = `The run to the end of "${property.name}" does not violate it when it is replayed.`;
  throw new QuorateError("checker-defect", what);
}

function violates(system: Composition, property: Property, run: Run): boolean {
  const end = run.globals.at(-1) as Global;
  switch (property.kind) {
    case "invariant":
      return !property.holds(viewOf(system, property.reads, end));
    case "step":
      return stepViolated(system, property, run);
    case "deadlock":
    case "quiescence":
      return (
        !property.holds(viewOf(system, property.reads, end)) &&
        !owesStep(system, end, property.kind === "quiescence")
      );
    case "inclusion": {
      const monitor = new SubsetMonitor(property);
      let allowed = monitor.start();
      for (const action of run.actions) {
        if (monitor.hears(action)) allowed = monitor.next(allowed, action);
      }
      return allowed.length === 0;
    }
  }
}

/** The last step violates, or one before it that only sends of its own followed. */
function stepViolated(
  system: Composition,
  property: Extract<Property, { kind: "step" }>,
  { actions, globals }: Run,
): boolean {
  const view = (at: number) => viewOf(system, property.reads, globals[at] as Global);
  for (let at = actions.length - 1; at >= 0; at--) {
    const action = actions[at] as Action;
    if (!property.holds(view(at), action, view(at + 1))) return true;
    if (!isSend(system, action)) return false;
  }
  return false;
}

function isSend(system: Composition, { name, payload }: Action): boolean {
  return system.leaves.some(({ automaton }) => {
    const transition = automaton.transitions[name];
    return transition?.kind === "sent" && agrees(transition, payload);
  });
}

/** Whether some step leads to another state; with `urgentOnly`, one that is not spontaneous. */
function owesStep(system: Composition, from: Global, urgentOnly: boolean): boolean {
  const text = (global: Global) => global.map(localText).join(" | ");
  return stepsFrom(system, from).some(({ action, controller, to }) => {
    const { task } = controller.automaton.transitions[action.name] ?? {};
    return !(urgentOnly && task?.urgency === "spontaneous") && text(to) !== text(from);
  });
}
