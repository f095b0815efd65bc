import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evidenceOf } from "../../../checker/evidence.ts";
import { exitStatusOf } from "../../../checker/report/exit-status.ts";
import type { CheckRecord } from "../../../checker/report/record.ts";
import { summaryOf, Table } from "../../../checker/report/table.ts";
import { includesTier } from "../../../checker/report/tiers.ts";
import { checkCase } from "../../../checker/run.ts";
import { version } from "../../../checker/version.ts";
import type { Case, Tier } from "../../../spec/automaton/index.ts";
import { below, claimOf } from "../run/counting.ts";

const claim = claimOf({ properties: [below(6)] }, { variant: "printed/L-E01" });
const holds = checkCase(claim, claim.cases[0] as Case);
const recordOf = (changes: Partial<CheckRecord>): CheckRecord => ({ ...holds, ...changes });
const bounded = recordOf({ verdict: "bounded", unexpected: "bounded, …" });
const violated = recordOf({ verdict: "violated", unexpected: "violated, …" });
const error = recordOf({ verdict: "error", unexpected: "…" });

describe("the exit status", () => {
  test.each([
    [0, [holds]],
    [0, []],
    [0, [recordOf({ verdict: "violated", expected: "violated" })]],
    [1, [holds, violated]],
    [1, [bounded, violated]],
    [1, [recordOf({ unexpected: "12 states, where 13 are pinned" })]],
    [1, [recordOf({ verdict: "bounded", expected: "violated", unexpected: "…" })]],
    [2, [violated, error, bounded]],
    [3, [holds, bounded]],
  ])("is %i for these records", (status, records) => {
    expect(exitStatusOf(records)).toBe(status);
  });
});

describe("the table", () => {
  test("keeps its columns and marks what was not expected", () => {
    const table = new Table([holds]);
    const lines = [table.heading(), table.row(holds), table.row(violated)];
    expect(lines.map((line) => line.replace(/\d\.\d\d/, "0.00")).join("\n")).toMatchInlineSnapshot(`
      "claim     variant        instance  verdict   expected         states  depth  seconds
      counting  printed/L-E01  max=5     holds     holds                 6      6     0.00
      counting  printed/L-E01  max=5     violated  holds                 6      6     0.00  <- unexpected"
    `);
  });

  test("is summed up in a line", () => {
    expect(summaryOf([holds, violated], 3, 1.25)).toBe(
      "3 cases: 1 as expected, 1 unexpected, 1 not decided (1.3 s)",
    );
  });
});

test.each<[Tier, Tier[]]>([
  ["ci", ["ci"]],
  ["nightly", ["ci", "nightly"]],
  ["deep", ["ci", "nightly", "deep"]],
])("tier %s includes those before it", (asked, included) => {
  const all = ["ci", "nightly", "deep"] as const;
  expect(all.filter((own) => includesTier(asked, own))).toEqual(included);
});

test("evidence is a file for the record, and two for a counterexample", () => {
  const wrong = claimOf({ properties: [below(2)] }, { variant: "printed/L-E01" });
  const record = checkCase(wrong, wrong.cases[0] as Case);
  const names = evidenceOf(record).map(({ name }) => name);
  expect(names).toEqual([
    "counting@printed_L-E01@max=5.json",
    "counting@printed_L-E01@max=5.counterexample.json",
    "counting@printed_L-E01@max=5.counterexample.txt",
  ]);
  expect(JSON.parse(evidenceOf(record)[0]?.text as string)).toEqual(record);
});

test("the version is that of package.json", () => {
  const file = new URL("../../../package.json", import.meta.url);
  expect(version).toBe(JSON.parse(readFileSync(file, "utf8")).version);
});
