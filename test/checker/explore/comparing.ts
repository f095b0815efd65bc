import { expect } from "vitest";
import type { NaiveResult } from "../../../checker/explore/naive.ts";
import { viewOf } from "../../../checker/explore/view.ts";
import { type Exploration, explore, type Violation } from "../../../checker/search/search.ts";
import {
  applyAction,
  canonical,
  type Global,
  type Problem,
  type Property,
  stepsFrom,
} from "../../../spec/automaton/index.ts";

/** The lengths of the counterexamples that an exploration found, by property. */
export function lengthsOf(
  { properties }: Problem,
  { violations }: Exploration,
): Record<string, number> {
  return Object.fromEntries(
    properties.flatMap(({ name }, at) => {
      const violation = violations[at];
      return violation ? [[name, violation.actions.length]] : [];
    }),
  );
}

/** The same, of the naive search. */
export function naiveLengths({ violated }: NaiveResult): Record<string, number> {
  return Object.fromEntries(violated);
}

/** The search without properties, so that it goes on after every property is violated. */
export function exploreAll(
  problem: Problem,
  options: Parameters<typeof explore>[1] = {},
): Exploration {
  return explore({ ...problem, properties: [], witnesses: [] }, options);
}

/** Replays a counterexample with the reference semantics and expects that it ends in a violation. */
export function expectReplays(problem: Problem, property: Property, violation: Violation): void {
  const { system } = problem;
  let [before, at]: [Global, Global] = [violation.start, violation.start];
  for (const action of violation.actions) {
    const enabled = stepsFrom(system, at).map((step) => canonical(step.action));
    expect(enabled).toContain(canonical(action));
    [before, at] = [at, applyAction(system, at, action)];
  }
  const view = (global: Global) => viewOf(system, property.reads, global);
  switch (property.kind) {
    case "invariant":
      expect(property.holds(view(at))).toBe(false);
      break;
    case "step": {
      const last = violation.actions.at(-1);
      expect(last && property.holds(view(before), last, view(at))).toBe(false);
      break;
    }
    case "deadlock":
    case "quiescence": {
      const here = canonical(at);
      const owed = stepsFrom(system, at).filter(({ action, controller, to }) => {
        const task = controller.automaton.transitions[action.name]?.task;
        const counts = property.kind === "deadlock" || task?.urgency !== "spontaneous";
        return counts && canonical(to) !== here;
      });
      expect(owed).toEqual([]);
      expect(property.holds(view(at))).toBe(false);
      break;
    }
    case "inclusion":
      if (!property.quiescence) expect(violation.specification?.at(-1)).toEqual([]);
  }
}
