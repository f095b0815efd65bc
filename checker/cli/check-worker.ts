import { parentPort, workerData } from "node:worker_threads";
import type { Claim } from "../../spec/automaton/claim.ts";
import { planned } from "../report/table.ts";
import { type CaseOf, checkClaims, explorationsOf } from "../run.ts";
import { findClaimFiles } from "./files.ts";
import { loadClaims } from "./load.ts";
import type { Next, Order, Report } from "./messages.ts";
import { selectCases } from "./select.ts";
import { sourceOf } from "./workers/case-problem.ts";
import { exploreWithWorkers } from "./workers/spawn.ts";

/*
 * A thread that loads and checks. A search does not yield; in a thread of its own it leaves the
 * main one free to print and to be interrupted, and a new thread loads changed files afresh.
 */

function report(one: Report): void {
  parentPort?.postMessage(one);
}

const { cwd, files, ids, tier, search, workers, shard } = workerData as Order;

/** The selected cases of one part of the explorations: those that share one stay together. */
function explorations(claims: readonly Claim[]): CaseOf[][] {
  const selected = new Set(selectCases(claims, ids, tier).map((one) => one.case));
  const groups = explorationsOf(claims)
    .map((group) => group.filter((one) => selected.has(one.case)))
    .filter((group) => group.length > 0);
  return shard === null ? groups : groups.filter((_, at) => at % shard.of === shard.part - 1);
}

function decide(claims: readonly Claim[], group: readonly CaseOf[], found: readonly string[]) {
  const cases = new Set(group.map((one) => one.case));
  checkClaims(claims, {
    ...search,
    explorer: (problem, options, together) =>
      exploreWithWorkers(problem, sourceOf(found, together, search.reductions), {
        ...options,
        workers,
      }),
    select: (one) => cases.has(one.case),
    onStart: (one) => report({ kind: "start", case: planned(one.claim, one.case) }),
    onProgress: (progress) => report({ kind: "progress", progress }),
    onRecord: (record) => report({ kind: "record", record }),
  });
}

/** Loads the claims, and decides what it is given until there is nothing more. */
async function check(): Promise<void> {
  const found = await findClaimFiles(cwd, files);
  const claims = await loadClaims(found);
  const groups = explorations(claims);
  const cases = groups.flat().map((one) => planned(one.claim, one.case));
  report({ kind: "plan", cases, explorations: groups.length });
  parentPort?.on("message", (next: Next) => {
    if (next === "end") {
      parentPort?.close();
      return;
    }
    try {
      decide(claims, groups[next.exploration] ?? [], found);
      report({ kind: "ready" });
    } catch (error) {
      failed(error);
    }
  });
  report({ kind: "ready" });
}

function failed(error: unknown): void {
  report({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  parentPort?.close();
}

try {
  await check();
} catch (error) {
  failed(error);
}
