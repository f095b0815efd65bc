import { type Exploration, explore } from "../../../checker/search/search.ts";
import { type Problem, QuorateError, type Reduction } from "../../../spec/automaton/index.ts";

/** What one combination of reductions does to a problem. */
export interface Row {
  readonly problem: string;
  readonly reductions: readonly Reduction[];
  /** null where the combination is refused */
  readonly states: number | null;
  readonly verdict: string | null;
  /** why it is refused */
  readonly refusal: string | null;
}

/**
 * Explores a problem as it is, with each reduction that it declares what is needed for, and with
 * all of those that are accepted together.
 */
export function rowsOf(name: string, problem: Problem): Row[] {
  const given = problem.reductions ?? [];
  const declared: readonly (readonly [Reduction, boolean])[] = [
    ["partial-order", true],
    ["eager", problem.eager !== undefined],
    ["absorbing-inputs", problem.absorbing !== undefined],
    ["symmetry", problem.symmetries !== undefined],
  ];
  const row = (more: readonly Reduction[]) => rowOf(name, problem, [...given, ...more]);
  const single = declared
    .filter(([reduction, isDeclared]) => isDeclared && !given.includes(reduction))
    .map(([reduction]) => row([reduction]));
  const accepted = single
    .filter(({ refusal }) => refusal === null)
    .map(({ reductions }) => reductions.at(-1) as Reduction);
  return [row([]), ...single, ...(accepted.length > 1 ? [row(accepted)] : [])];
}

function rowOf(name: string, problem: Problem, reductions: readonly Reduction[]): Row {
  try {
    const found = explore({ ...problem, reductions });
    const verdict = verdictOf(problem, found);
    return { problem: name, reductions, states: found.states, verdict, refusal: null };
  } catch (error) {
    if (!(error instanceof QuorateError) || error.code !== "reduction-refused") throw error;
    return { problem: name, reductions, states: null, verdict: null, refusal: error.message };
  }
}

/** The violated properties; without one, the witnesses that were not reached. */
function verdictOf({ properties, witnesses }: Problem, found: Exploration): string {
  if (found.bound !== null) return `bounded: ${found.bound}`;
  const violated = properties.filter((_, at) => found.violations[at] !== null);
  if (violated.length > 0) return `violated: ${violated.map(({ name }) => name).join(", ")}`;
  const missed = witnesses.filter((_, at) => !found.reached[at]);
  return missed.length > 0 ? `vacuous: ${missed.map(({ name }) => name).join(", ")}` : "holds";
}

/** The rows as text, one line each. */
export function tableOf(rows: readonly Row[]): string {
  return rows
    .map(({ problem, reductions, states, verdict, refusal }) => {
      const by = reductions.length === 0 ? "none" : reductions.join(" + ");
      return [problem, by, states ?? "refused", verdict ?? refusal].join(" | ");
    })
    .join("\n");
}
