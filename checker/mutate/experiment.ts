import type { Problem, Reduction } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { withThresholdsClosed } from "../../spec/automaton/thresholds.ts";
import type { ToolOptions } from "../explore/budget.ts";
import type { CaseOf } from "../run.ts";
import { type Exploration, explore } from "../search/search.ts";

/** Cases of one exploration, see `Case.shares`, and the problem of all of them. */
export interface Experiment {
  readonly cases: readonly CaseOf[];
  readonly variant: string;
  readonly instance: string;
  /** the case's `problem`, with the properties and witnesses of all cases */
  readonly build: () => Problem;
}

/** Groups cases that explore the same system. */
export function experimentsOf(cases: readonly CaseOf[]): Experiment[] {
  const groups = new Map<unknown, CaseOf[]>();
  for (const one of cases) {
    const { shares, variant, instance } = one.case;
    const key = shares === undefined ? one : JSON.stringify([shares, variant, instance]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return Array.from(groups.values(), (group) => {
    const [{ case: first }] = group as [CaseOf];
    const { variant, instance } = first;
    return { cases: group, variant, instance, build: () => together(group) };
  });
}

function together(group: readonly CaseOf[]): Problem {
  const problems = group.map((one) => one.case.problem());
  return {
    ...(problems[0] as Problem),
    properties: problems.flatMap(({ properties }) => properties),
    witnesses: problems.flatMap(({ witnesses }) => witnesses),
  };
}

/** What one of a claim's questions found: the property violated, or the witness not reached. */
export interface Kill {
  readonly claim: string;
  readonly instance: string;
  readonly verdict: "violated" | "vacuous";
  /** the name of the property or witness */
  readonly by: string;
  /** the steps of the run that violates it; null for what was not reached */
  readonly steps: number | null;
}

/** What an experiment says of a system. */
export type Finding =
  | { readonly kind: "holds"; readonly found: Exploration }
  | { readonly kind: "killed"; readonly kill: Kill }
  | { readonly kind: "bounded"; readonly bound: string }
  | { readonly kind: "broken"; readonly code: string | null; readonly message: string };

/**
 * Explores a problem and says what its claims find.
 *
 * @param reductions `or less`: those that the checker refuses are left out, since what was symmetric,
 * or commuted, need not with a bug
 */
export function experimentOn(
  { cases, instance }: Experiment,
  build: () => Problem,
  options: ToolOptions,
  reductions: "as asked" | "or less",
): Finding {
  try {
    const problem = build();
    const search = reductions === "as asked" ? explore : exploreSomehow;
    const found = withThresholdsClosed(() => search(problem, options));
    const missed = missedBy(problem, found);
    if (missed === null) {
      if (found.bound !== null) return { kind: "bounded", bound: found.bound };
      return { kind: "holds", found };
    }
    const { verdict, by, steps } = missed;
    return {
      kind: "killed",
      kill: { claim: ownerOf(cases, missed), instance, verdict, by, steps },
    };
  } catch (error) {
    const code = error instanceof QuorateError ? error.code : null;
    if (code === "budget-invalid" || code === "threshold-misplaced") throw error;
    return {
      kind: "broken",
      code,
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

/** A mutant's reductions go in this order; sends at once last, since most systems need it. */
function exploreSomehow(problem: Problem, options: ToolOptions): Exploration {
  const asked = problem.reductions ?? [];
  const sends: readonly Reduction[] = asked.filter((one) => one === "sends-at-once");
  const attempts = [asked, ...(asked.length > sends.length ? [sends] : []), []];
  for (const reductions of attempts) {
    try {
      return explore({ ...problem, reductions }, options);
    } catch (error) {
      const refused = error instanceof QuorateError && error.code === "reduction-refused";
      if (!refused || reductions.length === 0) throw error;
    }
  }
  throw new QuorateError("checker-defect", "No exploration was tried.");
}

interface Missed extends Pick<Kill, "verdict" | "by" | "steps"> {
  readonly kind: "property" | "witness";
  readonly at: number;
}

function missedBy({ properties, witnesses }: Problem, found: Exploration): Missed | null {
  const at = found.violations.findIndex((violation) => violation !== null);
  if (at >= 0) {
    const steps = found.violations[at]?.actions.length ?? null;
    return { kind: "property", at, verdict: "violated", by: properties[at]?.name ?? "", steps };
  }
  if (found.bound !== null) return null;
  const unasked = found.liveness.findIndex((one) => one?.arises === false);
  if (unasked >= 0) {
    const by = `an obligation of ${properties[unasked]?.name}`;
    return { kind: "property", at: unasked, verdict: "vacuous", by, steps: null };
  }
  const missing = found.reached.indexOf(false);
  if (missing < 0) return null;
  const by = witnesses[missing]?.name ?? "";
  return { kind: "witness", at: missing, verdict: "vacuous", by, steps: null };
}

/** The claim that a property or witness of the group's problem belongs to. */
function ownerOf(cases: readonly CaseOf[], { kind, at }: Missed): string {
  let left = at;
  for (const { claim, case: one } of cases) {
    const { properties, witnesses } = one.problem();
    const own = kind === "property" ? properties.length : witnesses.length;
    if (left < own) return claim.id;
    left -= own;
  }
  throw new QuorateError("checker-defect", "A property belongs to no claim.");
}
