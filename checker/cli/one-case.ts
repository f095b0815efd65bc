import type { CaseOf } from "../run.ts";
import { findClaimFiles } from "./files.ts";
import { loadClaims } from "./load.ts";
import { selectCases } from "./select.ts";

/** The first case that an id, id@variant or id@variant@instance selects. */
export async function oneCase(cwd: string, files: readonly string[], id: string): Promise<CaseOf> {
  const claims = await loadClaims(await findClaimFiles(cwd, files));
  const [one] = selectCases(claims, [id]) as [CaseOf];
  return one;
}
