import type { Composition } from "../../spec/automaton/compose.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import { type Global, localText, startStates, stepsFrom } from "../../spec/automaton/semantics.ts";
import { equal } from "../../spec/automaton/values.ts";
import { viewOf } from "./view.ts";

/** What the naive search found. */
export interface NaiveResult {
  readonly states: number;
  /** levels of the breadth-first search: edges of the longest shortest path + 1 */
  readonly depth: number;
  /** steps that lead to another state, each action of each state counted */
  readonly transitions: number;
  /** for each violated property the length, in edges, of a shortest counterexample */
  readonly violated: ReadonlyMap<string, number>;
}

/**
 * The yardstick of correctness: breadth first over JSON-like texts, with no memo, no interning and
 * no reduction. Slow on purpose; whatever the explorer finds must agree with it.
 */
export function searchNaively(
  system: Composition,
  properties: readonly Property[] = [],
): NaiveResult {
  const text = (global: Global) => global.map(localText).join(" | ");
  const violated = new Map<string, number>();
  const fail = (property: Property, length: number) => {
    if (!violated.has(property.name)) violated.set(property.name, length);
  };
  const seen = new Set<string>();
  let level: Global[] = [];
  const visit = (global: Global, into: Global[], depth: number) => {
    if (seen.size === seen.add(text(global)).size) return;
    into.push(global);
    for (const property of properties) {
      if (property.kind !== "invariant") continue;
      if (!property.holds(viewOf(system, property.reads, global))) fail(property, depth);
    }
  };
  for (const start of startStates(system)) visit(start, level, 0);
  let [depth, transitions] = [0, 0];
  for (; level.length > 0; depth++) {
    const next: Global[] = [];
    for (const from of level) {
      const here = text(from);
      const steps = stepsFrom(system, from).filter(({ to }) => text(to) !== here);
      transitions += steps.length;
      for (const { action, to } of steps) {
        visit(to, next, depth + 1);
        if (to.every(({ state }, leaf) => equal(state, from[leaf]?.state))) continue;
        for (const property of properties) {
          if (property.kind !== "step") continue;
          const [before, after] = [from, to].map((at) => viewOf(system, property.reads, at));
          if (!property.holds(before, action, after)) fail(property, depth + 1);
        }
      }
      for (const property of properties) {
        if (property.kind !== "deadlock" && property.kind !== "quiescence") continue;
        const owed = steps.filter(({ controller, action }) => {
          const task = controller.automaton.transitions[action.name]?.task;
          return property.kind === "deadlock" || task?.urgency !== "spontaneous";
        });
        const finished = property.holds(viewOf(system, property.reads, from));
        if (owed.length === 0 && !finished) fail(property, depth);
      }
    }
    level = next;
  }
  return { states: seen.size, depth, transitions, violated };
}
