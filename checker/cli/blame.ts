import type { Budget } from "../explore/budget.ts";
import { count } from "../report/decide.ts";
import { nameOf } from "../report/record.ts";
import { planned } from "../report/table.ts";
import { type Blame, type BlameReport, blame } from "../tell/blame.ts";
import { histogram } from "../tell/histogram.ts";
import { oneCase } from "./one-case.ts";

export interface BlameFlags extends Budget {
  /** false explores without the reductions that the case asks for */
  readonly reductions: boolean;
  readonly json?: boolean;
}

/** `quorate blame`: what the states of a case are made of, and how wide its levels are. */
export async function runBlame(
  cwd: string,
  files: readonly string[],
  id: string,
  { reductions, json, ...budget }: BlameFlags,
): Promise<void> {
  const one = await oneCase(cwd, files, id);
  const name = nameOf(planned(one.claim, one.case));
  const problem = one.case.problem();
  const asked = reductions ? problem : { ...problem, reductions: [] };
  const { exploration, report } = blame(asked, budget);
  const { levels, bound } = exploration;
  if (json) {
    console.log(JSON.stringify({ case: name, bound, levels, ...report }, null, 2));
    return;
  }
  const ended = bound === null ? "" : `, when the search ended at ${bound}`;
  console.log(`${name}: ${count(report.states)} states${ended}\n`);
  for (const line of blameLines(report)) console.log(line);
  if (levels === null) return;
  console.log("\nlevel  states");
  for (const line of histogram(levels)) console.log(line);
}

/** Parts that merge less are not worth a line. */
const FACTOR_MIN = 1.005;

function blameLines({ sampled, blames, unknown }: BlameReport): string[] {
  const told = blames.filter(({ factor }) => factor >= FACTOR_MIN);
  const width = Math.max(4, ...told.map(({ name }) => name.length));
  const withouts = told.map(textOfWithout);
  const wide = Math.max("states without".length, ...withouts.map(({ length }) => length));
  const row = (name: string, values: string, without: string, factor: string) =>
    `${name.padEnd(width)}  ${values.padStart(9)}  ${without.padStart(wide)}  ${factor.padStart(9)}`;
  const rest = blames.length - told.length;
  return [
    row("", "values", "states without", "merged by"),
    ...told.map(({ name, values, factor }, at) =>
      row(
        name,
        values === null ? "" : count(values),
        withouts[at] as string,
        `×${factor.toFixed(2)}`,
      ),
    ),
    ...(rest > 0
      ? [`${rest} more ${rest === 1 ? "merges" : "merge"} by less than ×${FACTOR_MIN}`]
      : []),
    ...(sampled === null ? [] : [`estimated from up to ${count(sampled)} states, ± 95 %`]),
    ...unknown.map((name) => `${name}: all of it at once is told of small systems only`),
  ];
}

function textOfWithout({ without, error }: Blame): string {
  return error === 0 ? count(without) : `${count(without)} ± ${count(error)}`;
}
