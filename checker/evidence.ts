import { type CheckRecord, nameOf } from "./report/record.ts";
import { formatCounterexample } from "./trace/text.ts";

/** A file of evidence, by its name in the folder of `quorate check --out`. */
export interface EvidenceFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The evidence of one case: its record, and its counterexample as JSON (for `quorate show`) and as
 * text.
 */
export function evidenceOf(record: CheckRecord): EvidenceFile[] {
  const name = nameOf(record).replace(/[^\w@=.,+-]/g, "_");
  const files = [{ name: `${name}.json`, text: json(record) }];
  const { counterexample } = record;
  if (counterexample !== null) {
    files.push(
      { name: `${name}.counterexample.json`, text: json(counterexample) },
      { name: `${name}.counterexample.txt`, text: `${formatCounterexample(counterexample)}\n` },
    );
  }
  return files;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
