import type { Composition } from "../../spec/automaton/compose.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import type { Property, Witness } from "../../spec/automaton/properties.ts";
import type { Global } from "../../spec/automaton/semantics.ts";
import { equal } from "../../spec/automaton/values.ts";
import { viewOf } from "../explore/view.ts";
import { leadsOn } from "./steps.ts";

/** A place in a walk: a state, and the step that led there; null at the start. */
export interface Place {
  readonly at: Global;
  readonly by: { readonly from: Global; readonly action: Action } | null;
}

/** A property that a state, or a step, decides. */
export type Asked = Extract<
  Property,
  { readonly kind: "invariant" | "step" | "deadlock" | "quiescence" }
>;

const ASKED: readonly string[] = ["invariant", "step", "deadlock", "quiescence"];

/** Inclusions, simulations and liveness are not asked: they are about whole runs. */
export function isAsked(property: Property): property is Asked {
  return ASKED.includes(property.kind);
}

/** Whether a property is violated in a state, or by the step that led to it. */
export function isViolated(system: Composition, property: Asked, { at, by }: Place): boolean {
  const view = (global: Global) => viewOf(system, property.reads, global);
  switch (property.kind) {
    case "invariant":
      return !property.holds(view(at));
    case "step":
      return (
        by !== null &&
        changesState(by.from, at) &&
        !property.holds(view(by.from), by.action, view(at))
      );
    case "deadlock":
    case "quiescence":
      return !property.holds(view(at)) && !leadsOn(system, at, property.kind === "quiescence");
  }
}

/** An outbox is no part of a state, see `stepInvariant`. */
function changesState(from: Global, to: Global): boolean {
  return to.some(({ state }, leaf) => !equal(state, from[leaf]?.state));
}

export function isReached(system: Composition, witness: Witness, { at, by }: Place): boolean {
  if (witness.kind === "state") return witness.reached(viewOf(system, witness.reads, at));
  return by !== null && by.action.name === witness.action && witness.where(by.action.payload);
}
