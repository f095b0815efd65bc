import type { LivenessProperty } from "../../spec/automaton/liveness.ts";
import type { StateGraph } from "../explore/graph.ts";

export const [REGION, ROOT, GOAL, ENDS, LOOPS] = [1, 2, 4, 8, 16];

/**
 * A liveness property as a question about the state graph: is there a way from a start state to a
 * root, and on inside the region, to where a fair run can stay for ever, past goals again and again?
 */
export interface Question {
  /** by state: {@link REGION}, {@link ROOT}, {@link GOAL}; the answer adds {@link ENDS}, {@link LOOPS} */
  readonly flags: Uint8Array;
  /** whether some state has an obligation that is not met at once; otherwise nothing was asked */
  readonly arises: boolean;
}

/**
 * | property | roots | region | goals |
 * | --- | --- | --- | --- |
 * | eventually q | start states with ¬q | ¬q | ¬q |
 * | p leads to q | p ∧ ¬q | ¬q | ¬q |
 * | always eventually q | ¬q | ¬q | ¬q |
 * | eventually always q | start states | all | ¬q |
 */
export function questionOf(graph: StateGraph, property: LivenessProperty): Question {
  const { kind, name, reads } = property;
  const holds = graph.predicate(name, reads, property.holds);
  const premise = graph.predicate(name, reads, property.premise);
  const flags = new Uint8Array(graph.size);
  let arises = false;
  const everywhere = kind === "eventually-always" ? REGION : 0;
  for (let state = 0; state < graph.size; state++) {
    const open = !holds(state);
    flags[state] = everywhere | (open ? REGION | GOAL : 0);
    if (open && (kind === "always-eventually" || (kind === "leads-to" && premise(state)))) {
      flags[state] = (flags[state] as number) | ROOT;
    }
    if (open && kind === "eventually-always") arises = true;
  }
  if (kind === "eventually" || kind === "eventually-always") {
    for (const start of graph.starts) {
      if (((flags[start] as number) & REGION) !== 0) flags[start] = (flags[start] as number) | ROOT;
    }
  }
  if (kind !== "eventually-always") arises = flags.some((flag) => (flag & ROOT) !== 0);
  return { flags, arises };
}

export function* rootsOf({ flags }: Question): Generator<number> {
  for (const [state, flag] of flags.entries()) if ((flag & ROOT) !== 0) yield state;
}
