import type { Problem, Reduction } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";

/** @throws QuorateError `reduction-refused` */
export function refuse(reduction: string, problem: Problem, what: string): never {
  const { name } = problem.system;
  throw new QuorateError("reduction-refused", `${reduction} in "${name}": ${what}.`);
}

/**
 * Refuses what no choice among steps keeps: these reductions keep which states are reachable, as
 * far as properties read them, and how runs end; not how states follow each other.
 * @throws QuorateError `reduction-refused`
 */
export function refuseOrderedProperties(reduction: Reduction, problem: Problem): void {
  for (const other of ["sends-at-once", "symmetry"] as const) {
    if (!problem.reductions?.includes(other)) continue;
    refuse(reduction, problem, `it does not go together with ${other}`);
  }
  for (const { kind, name } of problem.properties) {
    if (kind === "invariant" || kind === "deadlock" || kind === "quiescence") continue;
    const why =
      kind === "step" ? "looks at steps" : "is about the order of actions, not about states";
    refuse(reduction, problem, `"${name}" ${why}`);
  }
}
