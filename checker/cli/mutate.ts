import type { Tier } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { mutantsOf } from "../mutate/generate.ts";
import { mutate, passes } from "../mutate/mutate.ts";
import { mutantLine, mutateSummary } from "../mutate/text.ts";
import type { CaseOf } from "../run.ts";
import { findClaimFiles } from "./files.ts";
import { loadClaims } from "./load.ts";
import { globOf, selectCases } from "./select.ts";

export interface MutateFlags {
  readonly tier: Tier;
  readonly maxSeconds: number;
  readonly times: number;
  readonly only: readonly string[];
  readonly reporter: "pretty" | "json";
  readonly gate?: boolean;
}

/** `quorate mutate`: gives the exit status. */
export async function runMutate(
  cwd: string,
  files: readonly string[],
  ids: readonly string[],
  { tier, maxSeconds, times, only, reporter, gate }: MutateFlags,
): Promise<number> {
  const claims = await loadClaims(await findClaimFiles(cwd, files));
  const cases = selectCases(claims, ids, tier).filter((one) => one.case.expect === "holds");
  if (cases.length === 0) {
    throw new QuorateError("usage", "No case selected is expected to hold: mutants need one.");
  }
  const globs = only.map(globOf);
  const wanted = (name: string) => globs.length === 0 || globs.some((glob) => glob.test(name));
  const width = widthOf(cases, wanted);
  const report = mutate(cases, {
    maxSeconds,
    times,
    only: wanted,
    onRecord: (record) =>
      console.log(reporter === "json" ? JSON.stringify(record) : mutantLine(record, width)),
  });
  const summary = mutateSummary(report);
  if (reporter === "pretty") console.log(["", ...summary].join("\n"));
  else for (const line of summary.slice(0, -1)) console.error(line);
  return gate && !passes(report) ? 1 : 0;
}

/** How wide the names of mutants are. A case that cannot be built is told later. */
function widthOf(cases: readonly CaseOf[], wanted: (name: string) => boolean): number {
  const names = cases.flatMap((one) => {
    try {
      return mutantsOf(one.case.problem).flatMap(({ name }) => (wanted(name) ? [name] : []));
    } catch {
      return [];
    }
  });
  return names.reduce((width, { length }) => Math.max(width, length), 0);
}
