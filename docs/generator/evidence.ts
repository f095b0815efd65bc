import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { findClaimFiles } from "../../checker/cli/files.ts";
import { loadClaims } from "../../checker/cli/load.ts";
import { type CheckRecord, nameOf } from "../../checker/report/record.ts";
import { planned } from "../../checker/report/table.ts";
import { type CaseOf, checkClaims } from "../../checker/run.ts";
import type { Claim } from "../../spec/automaton/claim.ts";

/** The claims, and the record of each of their cases in the CI tier. */
export interface Evidence {
  readonly claims: readonly Claim[];
  readonly cases: readonly (CaseOf & { readonly record: CheckRecord })[];
}

/**
 * The evidence of the CI tier: from the folder of `quorate check --out`, or by checking now.
 * @throws Error where the folder lacks the record of a case
 */
export async function gatherEvidence(
  root: string,
  folder: string | null,
  log: (line: string) => void,
): Promise<Evidence> {
  const claims = await loadClaims(await findClaimFiles(root, []));
  const isCi = (one: CaseOf) => one.case.tier === "ci";
  const records =
    folder === null
      ? checkClaims(claims, {
          select: isCi,
          onRecord: (record) => log(`${nameOf(record)}: ${record.verdict}`),
        })
      : await readRecords(folder);
  const byName = new Map(records.map((record) => [nameOf(record), record]));
  const wanted = claims
    .flatMap((claim) => claim.cases.map((one) => ({ claim, case: one })))
    .filter(isCi);
  const cases = wanted.map((one) => {
    const name = nameOf(planned(one.claim, one.case));
    const record = byName.get(name);
    if (record === undefined) {
      throw new Error(`${folder}: no record of ${name}; write one with quorate check --out`);
    }
    return { ...one, record };
  });
  return { claims, cases };
}

async function readRecords(folder: string): Promise<CheckRecord[]> {
  const names = (await readdir(folder)).filter(
    (name) => name.endsWith(".json") && !name.endsWith(".counterexample.json"),
  );
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts
    .map((text) => JSON.parse(text) as CheckRecord)
    .filter((one) => typeof one.claim === "string" && typeof one.verdict === "string");
}
