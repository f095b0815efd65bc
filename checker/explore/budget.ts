import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Model } from "./model.ts";
import type { States } from "./states.ts";

/** Limits of a search; whichever is met first ends it as `bounded`. */
export interface Budget {
  readonly maxStates?: number;
  /** levels: edges + 1 */
  readonly maxDepth?: number;
  readonly maxSeconds?: number;
  /** of the search's own tables */
  readonly maxMemoryMb?: number;
}

export interface SearchOptions extends Budget {
  /** breadth first by default: shortest counterexamples */
  readonly order?: "breadth-first" | "depth-first";
  /** finds, for each liveness property that holds, a minimal fairness that suffices */
  readonly minimalFairness?: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

/** What the checker's own tools ask of a search besides: of one that has no other workers. */
export interface ToolOptions extends SearchOptions {
  /** ends the search with the first violation; without it, when every property is violated */
  readonly untilViolated?: boolean;
  /** is given the states when the search is over; not called by that of `absorbing-inputs` */
  readonly look?: (model: Model, states: States) => void;
}

/** How far a search has come. */
export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** states found and not expanded yet */
  readonly queue: number;
  readonly seconds: number;
  readonly memoryMb: number;
}

/** @throws QuorateError `budget-invalid` */
export function checkBudget(budget: Budget): void {
  for (const name of ["maxStates", "maxDepth", "maxSeconds", "maxMemoryMb"] as const) {
    const value = budget[name];
    if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
      throw new QuorateError("budget-invalid", `${name} is ${value}.`);
    }
  }
}
