import { count } from "../../checker/report/decide.ts";
import type { CheckRecord } from "../../checker/report/record.ts";
import type { Evidence } from "./evidence.ts";
import { anchorOf, code, escapeHtml, type Html, table } from "./html.ts";

/** What a number bounds, by the letter that stands for it in the names of variants. */
const MEASURES = {
  b: "lurking writes: how many writes of a stopped client may take effect after its stop",
  k: "overwrites: after how many writes of correct clients nothing of it takes effect any more",
} as const;

type Letter = keyof typeof MEASURES;

/** A case whose variant names a number: "opt/b=2", "printed/strong/k=1". */
interface Measurement {
  /** "opt", "printed/strong" */
  readonly row: string;
  readonly letter: Letter;
  readonly bound: number;
  /** "0 faulty of 4": how the instance's name begins */
  readonly column: string;
  readonly record: CheckRecord;
}

const MEASURED = /^((?:printed\/)?(?!repaired\/)[\w-]+)\/([bk])=(\d+)$/;

function measurementsOf({ cases }: Evidence): Measurement[] {
  return cases.flatMap(({ record }) => {
    const [, row, letter, bound] = MEASURED.exec(record.variant) ?? [];
    if (row === undefined || letter === undefined) return [];
    const column = record.instance.split(",")[0] as string;
    return [{ row, letter: letter as Letter, bound: Number(bound), column, record }];
  });
}

/** The smallest bound that the verdicts leave, in words; null where nothing was measured. */
export function smallestBound(
  verdicts: readonly { readonly bound: number; readonly verdict: string }[],
): string | null {
  const boundsThat = (verdict: string) =>
    verdicts.filter((one) => one.verdict === verdict).map(({ bound }) => bound);
  const violated = Math.max(-1, ...boundsThat("violated"));
  const holds = Math.min(Number.POSITIVE_INFINITY, ...boundsThat("holds"));
  if (holds === violated + 1) return String(holds);
  if (holds < Number.POSITIVE_INFINITY) return `at most ${holds}, more than ${violated}`;
  return violated < 0 ? null : `more than ${violated}`;
}

/** The bounds that the evidence measures, with the cases that each number rests on. */
export function boundsPage(evidence: Evidence): Html {
  const all = measurementsOf(evidence);
  const sections = (Object.keys(MEASURES) as Letter[]).map((letter) => {
    const own = all.filter((one) => one.letter === letter);
    const columns = [...new Set(own.map(({ column }) => column))].sort();
    const rows = [...new Set(own.map(({ row }) => row))].map((row) => [
      code(row),
      ...columns.map((column) =>
        cellOf(own.filter((one) => one.row === row && one.column === column)),
      ),
    ]);
    return `<h2>${escapeHtml(MEASURES[letter])}</h2>\n${table(["protocol", ...columns], rows)}`;
  });
  return `<p>The smallest number that holds, by the verdicts of the CI tier: where one number is given, it holds and
the next smaller one is violated. “More than” means that no case shows a number that holds. Other tiers may say more.</p>
${sections.join("\n")}`;
}

function cellOf(measured: readonly Measurement[]): Html {
  const verdicts = measured.map(({ bound, record }) => ({ bound, verdict: record.verdict }));
  const bound = smallestBound(verdicts);
  if (bound === null) return "";
  const cases = measured.map(({ record }) => {
    const steps = record.counterexample?.actions.length;
    const found = steps === undefined ? `${count(record.states)} states` : `${steps} steps`;
    const link = `evidence.html#${anchorOf(record.claim)}`;
    return `<a href="${link}">${escapeHtml(record.variant)}</a> ${escapeHtml(record.verdict)}, ${found}`;
  });
  return `<strong>${escapeHtml(bound)}</strong><br><span class="faint">${cases.join("<br>")}</span>`;
}
