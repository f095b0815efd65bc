import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import type { LivenessProperty } from "../../spec/automaton/liveness.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import type { Global } from "../../spec/automaton/semantics.ts";
import type { SubsetMonitor } from "../explore/subsets.ts";
import { viewOf } from "../explore/view.ts";
import { Simulation } from "./simulation.ts";

/** A refinement that asks for its liveness half. */
export type FairProperty = Extract<Property, { kind: "simulation" | "inclusion" }> & {
  readonly fair: LivenessProperty;
};

export function isFair(property: Property): property is FairProperty {
  const { kind } = property;
  return (kind === "simulation" || kind === "inclusion") && property.fair !== null;
}

/**
 * The one run of the specification that a run of the system stands for: by a simulation, or because
 * the specification leaves no choice.
 */
export class Follower {
  readonly specification: Composition;
  readonly #system: Composition;
  readonly #property: FairProperty;
  readonly #simulation: Simulation | null;
  readonly #monitor: SubsetMonitor | null;

  /** @param monitor of an inclusion */
  constructor(system: Composition, property: FairProperty, monitor: SubsetMonitor | null) {
    this.#system = system;
    this.#property = property;
    this.specification = property.specification;
    this.#simulation = property.kind === "simulation" ? new Simulation(property) : null;
    this.#monitor = monitor;
  }

  /**
   * @param value what the monitor of an inclusion holds
   * @throws QuorateError `fair-inclusion-undecided` where the visible trace leaves several states
   */
  standsFor(global: Global, value: unknown): Global {
    if (this.#simulation !== null) return this.#simulation.standsFor(this.#viewOf(global));
    const allowed = this.#monitor?.globalsOf(value) ?? [];
    if (allowed.length === 1) return allowed[0] as Global;
    const what = `"${this.#property.name}": after one trace the specification may be in ${allowed.length} states.`;
    throw new QuorateError("fair-inclusion-undecided", what);
  }

  /** The actions of the specification that a step stands for. */
  answer(before: Global, action: Action, after: Global): readonly Action[] {
    if (this.#property.kind === "simulation") {
      return this.#property.answers(this.#viewOf(before), action, this.#viewOf(after));
    }
    const shown = this.#property.visible.get(action.name)?.(action.payload) ?? null;
    return shown === null ? [] : [shown];
  }

  #viewOf(global: Global): Record<string, unknown> {
    return viewOf(this.#system, this.#property.reads, global);
  }
}
