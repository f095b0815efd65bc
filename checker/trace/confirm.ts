import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, agrees } from "../../spec/automaton/execute.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import { type Global, localText, stepsFrom } from "../../spec/automaton/semantics.ts";
import { owesStep as owes } from "../explore/enabled.ts";
import { SubsetMonitor } from "../explore/subsets.ts";
import { viewOf } from "../explore/view.ts";
import { lassoFault } from "../liveness/confirm.ts";
import { isFair } from "../refine/follow.ts";
import { Simulation } from "../refine/simulation.ts";
import { starvedTasks } from "../refine/starved.ts";

interface Run {
  readonly actions: readonly Action[];
  /** the start state, then the state after each action */
  readonly globals: readonly Global[];
  /** for liveness: how many actions precede the loop */
  readonly loop?: number;
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
  const { loop } = run;
  if (loop !== undefined && isFair(property)) {
    const lasso = { ...run, loop };
    const isFairRun = lassoFault(system, property.fair, lasso) === null;
    return isFairRun && starvedTasks(system, property, lasso).length > 0;
  }
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
      if (allowed.length === 0) return true;
      const shows = (action: Action) => monitor.hears(action);
      return property.quiescence && !monitor.mayBeQuiescent(allowed) && !owes(system, end, shows);
    }
    case "eventually":
    case "leads-to":
    case "always-eventually":
    case "eventually-always":
      if (run.loop === undefined) return false;
      return lassoFault(system, property, { ...run, loop: run.loop }) === null;
    case "simulation": {
      const simulation = new Simulation(property);
      const view = (at: number) => viewOf(system, property.reads, run.globals.at(at) as Global);
      const action = run.actions.at(-1);
      if (action === undefined) return simulation.startFault(view(0)) !== null;
      return simulation.stepFault(view(-2), action, view(-1)) !== null;
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
