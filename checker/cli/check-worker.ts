import { parentPort, workerData } from "node:worker_threads";
import { planned } from "../report/table.ts";
import { checkClaims } from "../run.ts";
import { findClaimFiles } from "./files.ts";
import { loadClaims } from "./load.ts";
import type { Order, Report } from "./messages.ts";
import { selectCases } from "./select.ts";

/*
 * The thread that loads and checks. A search does not yield; in a thread of its own it leaves the
 * main one free to print and to be interrupted, and a new thread loads changed files afresh.
 */

function report(one: Report): void {
  parentPort?.postMessage(one);
}

async function check({ cwd, files, ids, tier, search }: Order): Promise<void> {
  const claims = await loadClaims(await findClaimFiles(cwd, files));
  const selected = selectCases(claims, ids, tier);
  report({ kind: "plan", cases: selected.map((one) => planned(one.claim, one.case)) });
  const cases = new Set(selected.map((one) => one.case));
  checkClaims(claims, {
    ...search,
    select: (one) => cases.has(one.case),
    onStart: (one) => report({ kind: "start", case: planned(one.claim, one.case) }),
    onProgress: (progress) => report({ kind: "progress", progress }),
    onRecord: (record) => report({ kind: "record", record }),
  });
}

try {
  await check(workerData as Order);
} catch (error) {
  report({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
}
