import type { Problem } from "../../spec/automaton/claim.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { type Global, startStates } from "../../spec/automaton/semantics.ts";
import type { Violation } from "../explore/exploration.ts";
import { randomOf } from "./random.ts";
import { shorten } from "./shorten.ts";
import { drawStep } from "./steps.ts";
import { type Asked, isAsked, isReached, isViolated, type Place } from "./violated.ts";

/** How much to walk. The same numbers give the same walks. */
export interface WalkOptions {
  readonly walks: number;
  /** of each walk, at most: one ends where no step leads on */
  readonly steps: number;
  /** of which 32 bits count */
  readonly seed: number;
}

/** What random walks came upon. */
export interface Walked {
  /** walks begun; the first violation ends them all */
  readonly walks: number;
  /** steps taken, in all walks */
  readonly steps: number;
  readonly found: { readonly property: Asked; readonly violation: Violation } | null;
  /** by witness, whether some walk reached it */
  readonly reached: readonly boolean[];
}

/**
 * Walks through a composition at random, by the reference semantics and without reductions, up to the
 * first violation, whose run is shortened. Nothing follows from what walks do not violate. Asked are
 * invariants, step invariants, deadlock and quiescence.
 */
export function walk(problem: Problem, { walks, steps, seed }: WalkOptions): Walked {
  const { system, witnesses } = problem;
  const random = randomOf(seed);
  const asked = problem.properties.filter(isAsked);
  const reached = witnesses.map(() => false);
  const starts = startStates(system);
  let taken = 0;
  const visit = (place: Place): Asked | undefined => {
    witnesses.forEach((witness, at) => {
      reached[at] ||= isReached(system, witness, place);
    });
    return asked.find((property) => isViolated(system, property, place));
  };
  for (let begun = 1; begun <= walks; begun++) {
    const start = starts[Math.floor(random() * starts.length)] as Global;
    const actions: Action[] = [];
    let from = start;
    let property = visit({ at: start, by: null });
    while (property === undefined && actions.length < steps) {
      const step = drawStep(system, from, random);
      if (step === null) break;
      taken++;
      actions.push(step.action);
      property = visit({ at: step.to, by: { from, action: step.action } });
      from = step.to;
    }
    if (property !== undefined) {
      const violation = { start, actions: shorten(system, property, start, actions) };
      const found = { property, violation: { ...violation, specification: null } };
      return { walks: begun, steps: taken, found, reached };
    }
  }
  return { walks, steps: taken, found: null, reached };
}
