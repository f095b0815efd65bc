import type { Problem, Reduction } from "../../spec/automaton/claim.ts";
import type { SearchOptions } from "../explore/budget.ts";
import type { Exploration } from "../explore/exploration.ts";

/** The search for shorter counterexamples ends here: the exploration's notes say so. */
const MOST_STATES = 200_000;

/** Reductions under which a shortest violation may be left out for a longer one. */
const LENGTHENING: readonly Reduction[] = ["partial-order", "eager", "absorbing-inputs"];

/**
 * Shortest counterexamples for what a search with reductions found violated: by a breadth-first
 * search without them that goes no deeper than what was found, and no further than a budget.
 *
 * @param search explores, and knows nothing of this
 */
export function withShortest(
  problem: Problem,
  options: SearchOptions,
  found: Exploration,
  search: (problem: Problem, options: SearchOptions) => Exploration,
): Exploration {
  const lengths = found.violations.flatMap((one) => (one === null ? [] : one.actions.length));
  const lengthens = problem.reductions?.some((one) => LENGTHENING.includes(one)) ?? false;
  if (lengths.length === 0 || !lengthens || options.order === "depth-first") return found;
  const properties = problem.properties.filter((_, at) => found.violations[at] !== null);
  const reductions = (problem.reductions ?? []).filter((one) => !LENGTHENING.includes(one));
  const whole = search(
    { ...problem, properties, witnesses: [], reductions },
    { maxDepth: Math.max(...lengths) + 1, maxStates: MOST_STATES },
  );
  const violations = found.violations.map((violation, at) => {
    const property = problem.properties[at];
    const other = property && whole.violations[properties.indexOf(property)];
    return other && violation && other.actions.length <= violation.actions.length
      ? other
      : violation;
  });
  const cut = whole.bound === `${MOST_STATES} states`;
  const note = `counterexamples may not be shortest: that was looked for in ${MOST_STATES} states only`;
  return { ...found, violations, notes: cut ? [...found.notes, note] : found.notes };
}
