import { loadavg } from "node:os";
import { UsageError } from "../arguments.ts";
import { explorationsOf, nameOfExploration, paperLClaims } from "./paper-l.ts";
import { type Plan, readPlan } from "./plan.ts";
import { runOwn, runSketch } from "./processes.ts";
import type { Row } from "./rows.ts";
import { runSpin, spinVersion, whyNoSpin } from "./spin.ts";
import { tableOf } from "./table.ts";

/**
 * `npm run bench -- checker`: one table of models, workers and reductions, every row a process of its
 * own, one after the other, with the sketch and SPIN beside where asked for.
 */
export async function runCheckerBench(argv: readonly string[]): Promise<void> {
  let plan: Plan;
  try {
    plan = readPlan(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
    return;
  }
  const tables = [plan.models.flatMap((one) => rowsOf(one.model, one.size, plan))];
  if (plan.paperL) tables.push(await paperLRows(plan));
  if (plan.json) return;
  for (const rows of tables) if (rows.length > 0) console.log(`${tableOf(rows)}\n`);
}

function rowsOf(model: string, size: number, plan: Plan): Row[] {
  const { workers, reductions, beside, limitSeconds } = plan;
  const name = `${model} ${size}`;
  const rows: Row[] = [];
  let own: { readonly states: number; readonly cpuSeconds: number } | null = null;
  const add = (by: string, many: number, how: string, run: () => Row["outcome"]) => {
    const load = Math.round((loadavg()[0] as number) * 100) / 100;
    const found = run();
    const outcome = how === "none" && !by.startsWith("SPIN") ? asAlone(found, own) : found;
    if (by === "quorate" && many === 1 && how === "none" && "figures" in outcome) {
      own = outcome.figures;
    }
    const ratio =
      own === null || "refused" in outcome ? null : outcome.figures.cpuSeconds / own.cpuSeconds;
    const row = { model: name, by, workers: many, reductions: how, load, outcome, ratio };
    rows.push(row);
    tell(row, plan);
  };
  for (const many of workers) {
    for (const how of reductions) {
      const asked = { model, size, workers: many, reductions: how };
      add("quorate", many, how, () => runOwn(asked, limitSeconds));
    }
  }
  if (beside.includes("sketch")) {
    add("sketch", 1, "none", () => runSketch(model, size, limitSeconds));
  }
  if (!beside.includes("spin")) return rows;
  const missing = whyNoSpin();
  const by = missing === null ? spinName() : "SPIN";
  for (const how of ["none", "partial-order"]) {
    const states = (own as { readonly states: number } | null)?.states ?? 2 ** 24;
    const options = { partialOrder: how === "partial-order", states, limitSeconds };
    add(by, 1, how, () =>
      missing === null ? runSpin(model, size, options) : { refused: missing },
    );
  }
  return rows;
}

/**
 * Without reductions, workers and the sketch find the states of one worker, or the row is wrong: then
 * it says so, and the bench fails.
 */
function asAlone(outcome: Row["outcome"], own: { readonly states: number } | null): Row["outcome"] {
  if (own === null || "refused" in outcome || outcome.figures.states === own.states) return outcome;
  process.exitCode = 1;
  return { refused: `${outcome.figures.states} states, where one worker finds ${own.states}` };
}

const spinName = () => `SPIN ${/Version ([\d.]+)/.exec(spinVersion())?.[1] ?? ""}`.trim();

async function paperLRows(plan: Plan): Promise<Row[]> {
  return explorationsOf(await paperLClaims()).map((group, at) => {
    const load = Math.round((loadavg()[0] as number) * 100) / 100;
    const outcome = runOwn(at, plan.limitSeconds);
    const reductions = (group[0]?.case.problem().reductions ?? []).join(", ") || "none";
    const model = nameOfExploration(group);
    const row = { model, by: "quorate", workers: 1, reductions, load, outcome, ratio: null };
    tell(row, plan);
    return row;
  });
}

/** Each row as it comes: a table takes minutes. */
function tell(row: Row, { json }: Plan): void {
  if (json) {
    console.log(JSON.stringify(row));
    return;
  }
  const { model, by, workers, reductions, outcome } = row;
  const told =
    "refused" in outcome
      ? `refused: ${outcome.refused}`
      : `${outcome.figures.states} states, ${outcome.figures.cpuSeconds.toFixed(2)} CPU s`;
  console.error(`${model}, ${by}, ${workers} worker(s), ${reductions}: ${told}`);
}
