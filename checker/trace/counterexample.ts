import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, actionText, agrees } from "../../spec/automaton/execute.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import {
  applyAction,
  type Global,
  type Local,
  offersOf,
  stepsFrom,
} from "../../spec/automaton/semantics.ts";
import type { Violation } from "../explore/exploration.ts";
import { SubsetMonitor } from "../explore/subsets.ts";
import { viewOf } from "../explore/view.ts";
import { isFair } from "../refine/follow.ts";
import { Simulation, type SimulationProperty } from "../refine/simulation.ts";
import { starvedTasks } from "../refine/starved.ts";
import type { GlobalJson } from "./changes.ts";
import { confirmViolation } from "./confirm.ts";
import { explainFault } from "./fault.ts";
import { type ActionJson, actionJson, toJson } from "./json.ts";

/** An action of a counterexample and who took part in it. */
export interface CounterexampleAction extends ActionJson {
  /** the leaf that controls the action */
  readonly controller: string;
  /** the other leaves that took the step */
  readonly participants: readonly string[];
}

/** What the specification allowed along a run that it does not have. */
export interface SpecificationLane {
  readonly leaves: readonly string[];
  /** the states that the visible trace allows, at the start and after each action */
  readonly allowed: readonly (readonly GlobalJson[])[];
  /** the visible actions that it would have allowed in the end */
  readonly instead: readonly ActionJson[];
  /** why it ends here, in lines, where no step of the specification tells; absent otherwise */
  readonly explanation?: readonly string[];
}

/** A run that ends in a violation, replayed by the reference semantics; plain JSON. */
export interface Counterexample {
  readonly claim: string;
  readonly variant: string;
  readonly instance: string;
  readonly property: string;
  readonly kind: Property["kind"];
  /** the leaves of the composition, and the process that each belongs to: its lane in a diagram */
  readonly leaves: readonly { readonly name: string; readonly lane: string }[];
  readonly start: GlobalJson;
  readonly actions: readonly CounterexampleAction[];
  /** the state after each action */
  readonly states: readonly GlobalJson[];
  readonly specification: SpecificationLane | null;
  /**
   * For liveness: the run repeats for ever what follows so many actions; if nothing follows them, it
   * stays in its last state. Absent otherwise.
   */
  readonly loop?: number;
}

/**
 * Replays a violation with the reference semantics and describes it.
 * @throws QuorateError `checker-defect` when the run is none, or does not violate the property
 */
export function counterexampleOf(
  named: Pick<Counterexample, "claim" | "variant" | "instance">,
  system: Composition,
  property: Property,
  violation: Violation,
): Counterexample {
  const globals: Global[] = [violation.start];
  const actions = violation.actions.map((action, at): CounterexampleAction => {
    const before = globals[at] as Global;
    globals.push(applyAction(system, before, action));
    return { ...actionJson(action), ...rolesOf(system, before, action) };
  });
  const { loop } = violation;
  const lasso = loop === undefined ? {} : { loop };
  confirmViolation(system, property, { actions: violation.actions, globals, ...lasso });
  const { claim, variant, instance } = named;
  return {
    claim,
    variant,
    instance,
    property: property.name,
    kind: property.kind,
    leaves: system.leaves.map(({ name, automaton }) => ({ name, lane: automaton.process ?? name })),
    start: globalJson(violation.start),
    actions,
    states: globals.slice(1).map(globalJson),
    specification: specificationLane(system, property, { ...violation, globals }),
    ...lasso,
  };
}

export function globalJson(global: Global): GlobalJson {
  return global.map(({ state, outbox }) => ({
    state: toJson(state),
    outbox: outbox.map(actionJson),
  }));
}

/** Who controls an action in a state, and who else takes part. */
function rolesOf(
  system: Composition,
  from: Global,
  action: Action,
): { readonly controller: string; readonly participants: readonly string[] } {
  const text = actionText(action);
  const taking = system.leaves.flatMap((leaf, at) => {
    const transition = leaf.automaton.transitions[action.name];
    return transition && agrees(transition, action.payload) ? [{ leaf, at, transition }] : [];
  });
  const owner = taking.find(({ transition }) => transition.kind !== "input");
  const enabled =
    owner !== undefined &&
    offersOf(owner.leaf, from[owner.at] as Local).some(
      (offer) => actionText(offer.action) === text && offer.clauses.every(([, holds]) => holds),
    );
  if (!enabled) {
    const what = `A counterexample takes ${text} where it is not enabled.`;
    throw new QuorateError("checker-defect", what);
  }
  return {
    controller: owner.leaf.name,
    participants: taking.filter((one) => one !== owner).map(({ leaf }) => leaf.name),
  };
}

function specificationLane(
  system: Composition,
  property: Property,
  run: Pick<Violation, "actions" | "loop"> & { readonly globals: readonly Global[] },
): SpecificationLane | null {
  const { actions, globals, loop } = run;
  if (property.kind !== "inclusion" && property.kind !== "simulation") return null;
  const lane =
    property.kind === "inclusion"
      ? laneOf(property, actions)
      : abstractLane(system, property, actions, globals);
  if (loop === undefined || !isFair(property)) return lane;
  const starved = starvedTasks(system, property, { actions, globals, loop }).join(", ");
  const explanation = `For ever the specification owes a step of ${starved}, and no step is one.`;
  return { ...lane, instead: [], explanation: [explanation] };
}

/** The states that those of the run stand for, and where the last step has no answer. */
function abstractLane(
  system: Composition,
  property: SimulationProperty,
  actions: readonly Action[],
  globals: readonly Global[],
): SpecificationLane {
  const simulation = new Simulation(property);
  const leaves = property.specification.leaves.map(({ name }) => name);
  const views = globals.map((global) => viewOf(system, property.reads, global));
  const last = actions.at(-1);
  const fault =
    last === undefined
      ? simulation.startFault(views[0])
      : simulation.stepFault(views.at(-2), last, views.at(-1));
  return {
    leaves,
    allowed: views.map((view) => [globalJson(simulation.standsFor(view))]),
    instead: [],
    explanation: fault === null ? [] : explainFault(leaves, fault),
  };
}

function laneOf(
  property: Extract<Property, { kind: "inclusion" }>,
  actions: readonly Action[],
): SpecificationLane {
  const monitor = new SubsetMonitor(property);
  const { specification } = property;
  let value = monitor.start();
  let last = monitor.globalsOf(value);
  const allowed = [last.map(globalJson)];
  for (const action of actions) {
    if (monitor.hears(action)) value = monitor.next(value, action);
    const globals = monitor.globalsOf(value);
    if (globals.length > 0) last = globals;
    allowed.push(globals.map(globalJson));
  }
  const instead = new Map<string, ActionJson>();
  for (const { action, controller } of last.flatMap((from) => stepsFrom(specification, from))) {
    const kind = controller.automaton.transitions[action.name]?.kind;
    if (kind === "internal" || specification.hidden.has(action.name)) continue;
    instead.set(actionText(action), actionJson(action));
  }
  const leaves = specification.leaves.map(({ name }) => name);
  const lane = { leaves, allowed, instead: [...instead.values()] };
  const explanation = "Nothing is owed here, but the specification owes a step wherever it may be.";
  return monitor.globalsOf(value).length === 0 ? lane : { ...lane, explanation: [explanation] };
}
