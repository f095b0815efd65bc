import type { Assumed } from "../explore/exploration.ts";
import type { StateGraph } from "../explore/graph.ts";
import type { FairClasses } from "./classes.ts";
import { isViolated } from "./fair.ts";
import { type Obligations, STRONG, UNFAIR, WEAK } from "./obligations.ts";
import type { Question } from "./question.ts";

/**
 * A fairness under which a property that holds still holds, and of which nothing can be left out or
 * made weak: each class is left out, then made weak, in the order in which classes were met. The more
 * is assumed the fewer runs there are, so one pass is enough; there may be other minimal ones. Each
 * attempt searches the graph once.
 */
export function minimalFairness(
  graph: StateGraph,
  { classes }: FairClasses,
  obligations: Obligations,
  question: Question,
): Assumed {
  const { strengths } = obligations;
  const given = [...strengths];
  for (const [one, strength] of given.entries()) {
    const weaker = strength === STRONG ? [UNFAIR, WEAK] : [UNFAIR];
    for (const attempt of weaker) {
      strengths[one] = attempt;
      if (!isViolated(graph, obligations, question)) break;
      strengths[one] = strength;
    }
  }
  const ofStrength = (wanted: number) =>
    classes.flatMap(({ name }, one) => (strengths[one] === wanted ? [name] : []));
  return { weak: ofStrength(WEAK), strong: ofStrength(STRONG) };
}
