import type { Claim } from "../../spec/automaton/claim.ts";
import type { CaseOf } from "../run.ts";
import { findClaimFiles } from "./files.ts";
import { loadClaims } from "./load.ts";
import { selectCases } from "./select.ts";

/** `quorate list`: the claims, their source, variants, instances and expected verdicts. */
export async function runList(
  cwd: string,
  files: readonly string[],
  ids: readonly string[],
  json: boolean,
): Promise<void> {
  const claims = await loadClaims(await findClaimFiles(cwd, files));
  const selected = selectCases(claims, ids);
  const listed = claims
    .map((claim) => ({ claim, cases: selected.filter((one) => one.claim === claim) }))
    .filter(({ cases }) => cases.length > 0);
  if (json) console.log(JSON.stringify(listed.map(claimJson), null, 2));
  else for (const { claim, cases } of listed) console.log(claimText(claim, cases));
}

function claimJson({ claim, cases }: { claim: Claim; cases: readonly CaseOf[] }) {
  return {
    id: claim.id,
    says: claim.says,
    source: claim.source,
    cases: cases.map(({ case: { variant, instance, tier, expect, pinned, because } }) => ({
      variant,
      instance,
      tier,
      expected: expect,
      pinned: pinned ?? null,
      because: because ?? null,
    })),
  };
}

function claimText(claim: Claim, cases: readonly CaseOf[]): string {
  const width = (of: (one: CaseOf["case"]) => string) =>
    Math.max(...cases.map((one) => of(one.case).length));
  const [variants, instances] = [width((one) => one.variant), width((one) => one.instance)];
  const lines = cases.map(
    ({ case: { variant, instance, tier, expect } }) =>
      `    ${variant.padEnd(variants)}  ${instance.padEnd(instances)}  ${tier.padEnd(7)}  ${expect}`,
  );
  return [claim.id, `  ${claim.says}`, `  ${claim.source}`, ...lines, ""].join("\n");
}
