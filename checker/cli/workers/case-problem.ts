import type { Problem } from "../../../spec/automaton/claim.ts";
import { type CaseOf, problemOf } from "../../run.ts";
import { loadClaims } from "../load.ts";
import type { ProblemSource } from "./spawn.ts";

/** A case by its names. */
type Named = readonly [claim: string, variant: string, instance: string];

/** Where a thread finds the problem of some cases: it loads their claim files itself. */
export function sourceOf(
  files: readonly string[],
  cases: readonly CaseOf[],
  reductions: boolean | undefined,
): ProblemSource {
  const named = cases.map(({ claim, case: one }): Named => [claim.id, one.variant, one.instance]);
  return { module: import.meta.url, export: "caseProblem", args: [files, named, reductions] };
}

/**
 * The problem that the named cases pose together. A thread calls it by its name: see {@link sourceOf}.
 * @public
 */
export async function caseProblem(
  files: readonly string[],
  named: readonly Named[],
  reductions: boolean | undefined,
): Promise<Problem> {
  const claims = await loadClaims(files);
  const group = named.map(([id, variant, instance]): CaseOf => {
    const claim = claims.find((one) => one.id === id);
    const found = claim?.cases.find((one) => one.variant === variant && one.instance === instance);
    if (!claim || !found) throw new Error(`the case ${id}@${variant}@${instance} is gone`);
    return { claim, case: found };
  });
  return problemOf(group, reductions === undefined ? {} : { reductions });
}
