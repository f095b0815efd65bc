import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gatherEvidence } from "./evidence.ts";
import { writeReference } from "./reference.ts";
import { writeSite } from "./site.ts";

/*
 * npm run docs: writes docs/site. With `--evidence dir` the evidence is that of
 * `quorate check --out dir`; without it the CI tier is checked now.
 *
 * Exit status 1: a rule without code, or without the evidence that its code was exercised.
 * Exit status 2: the evidence or the reference cannot be had.
 */

// this file runs as dist/docs/generator/main.js
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { evidence: { type: "string" } } });
  const out = join(ROOT, "docs/site");
  const folder = values.evidence === undefined ? null : resolve(values.evidence);
  const evidence = await gatherEvidence(ROOT, folder, console.log);
  await rm(out, { recursive: true, force: true });
  const failures = await writeSite(ROOT, out, evidence);
  const missing = await writeReference(ROOT, join(out, "reference"));
  for (const entry of missing)
    console.warn(`docs: the reference lacks ${entry}, which is not there`);
  console.log(`wrote ${join(out, "index.html")}`);
  for (const failure of failures) console.error(`docs: ${failure}`);
  if (failures.length === 0) return 0;
  console.error(
    "docs: a rule needs code that a CI exploration fired with each clause seen true and seen false, " +
      "or a line `No code: …` or `Not exercised: …` in its section that says why.",
  );
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`docs: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
