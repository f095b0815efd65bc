import type { Tier } from "../../spec/automaton/claim.ts";
import { installPurityGuard } from "../../spec/automaton/purity.ts";
import { count } from "../report/decide.ts";
import { explain } from "../report/explain.ts";
import { nameOf } from "../report/record.ts";
import { planned } from "../report/table.ts";
import type { CaseOf } from "../run.ts";
import { type WalkRecord, walkCase } from "../walk/record.ts";
import type { WalkOptions } from "../walk/walk.ts";
import { dim } from "./colours.ts";
import { findClaimFiles } from "./files.ts";
import { loadClaims } from "./load.ts";
import { selectCases } from "./select.ts";

export interface WalkFlags extends WalkOptions {
  readonly tier: Tier;
  readonly reporter: "pretty" | "json";
}

/** `quorate walk`: gives the exit status. */
export async function runWalk(
  cwd: string,
  files: readonly string[],
  ids: readonly string[],
  { tier, reporter, ...options }: WalkFlags,
): Promise<0 | 1 | 2> {
  const claims = await loadClaims(await findClaimFiles(cwd, files));
  const cases = selectCases(claims, ids, tier);
  const print = reporter === "json" ? printJson : rowPrinter(cases);
  const uninstall = installPurityGuard();
  const records: WalkRecord[] = [];
  try {
    for (const one of cases) {
      const record = walkCase(one, options);
      records.push(record);
      print(record);
    }
  } finally {
    uninstall();
  }
  if (reporter === "pretty") console.log(endText(records));
  if (records.some(({ verdict }) => verdict === "error")) return 2;
  return records.some(({ unexpected }) => unexpected !== null) ? 1 : 0;
}

function printJson(record: WalkRecord): void {
  console.log(JSON.stringify(record));
}

/** Prints a heading, and then a row for each record. */
function rowPrinter(cases: readonly CaseOf[]): (record: WalkRecord) => void {
  const names = cases.map((one) => nameOf(planned(one.claim, one.case)));
  const width = names.reduce((most, { length }) => Math.max(most, length), "case".length);
  const line = (name: string, verdict: string, expected: string, numbers: readonly string[]) =>
    [
      name.padEnd(width),
      verdict.padEnd("not violated".length),
      expected.padEnd("expected".length),
      ...numbers.map((text, at) => text.padStart(NUMBER_WIDTHS[at] as number)),
    ].join("  ");
  console.log(line("case", "walks say", "expected", ["walks", "steps", "witnesses", "seconds"]));
  return (record) => {
    const { verdict, expected, walks, steps, seconds, unexpected, witnesses } = record;
    const reached = witnesses.filter((one) => one.reached).length;
    const numbers = [count(walks), count(steps), `${reached}/${witnesses.length}`];
    const row = line(nameOf(record), verdict, expected, [...numbers, seconds.toFixed(2)]);
    console.log(unexpected === null ? row : `${row}  <- unexpected`);
    for (const note of notesOf(record)) console.log(dim(`  note: ${note}`));
  };
}

const NUMBER_WIDTHS = [7, 11, 9, 7];

function notesOf({ properties, witnesses, verdict }: WalkRecord): string[] {
  const quoted = (all: readonly { readonly name: string }[]) =>
    all.map(({ name }) => `"${name}"`).join(", ");
  const unasked = properties.filter(({ asked }) => !asked);
  const missed = verdict === "not violated" ? witnesses.filter(({ reached }) => !reached) : [];
  return [
    ...(unasked.length === 0 ? [] : [`not asked, being about whole runs: ${quoted(unasked)}`]),
    ...(missed.length === 0 ? [] : [`not reached: ${quoted(missed)}`]),
  ];
}

/** What is not as expected, and how it was in all. */
function endText(records: readonly WalkRecord[]): string {
  const shown = records.filter((one) => one.unexpected !== null || one.verdict === "error");
  const of = (verdict: WalkRecord["verdict"]) => {
    const some = records.filter((one) => one.verdict === verdict).length;
    return some === 0 ? [] : [`${some} ${verdict}`];
  };
  const all = [...of("violated"), ...of("not violated"), ...of("not asked"), ...of("error")];
  const cases = records.length === 1 ? "1 case" : `${records.length} cases`;
  const caution = "Walks are samples: what they do not violate need not hold.";
  return [
    "",
    ...shown.map((one) => `${explain(one)}\n`),
    `${cases}: ${all.join(", ")}. ${caution}`,
  ].join("\n");
}
