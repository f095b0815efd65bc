import { parentPort, workerData } from "node:worker_threads";
import type { Claim } from "../../spec/automaton/claim.ts";
import { planned } from "../report/table.ts";
import { type CaseOf, checkClaims, explorationsOf } from "../run.ts";
import { findClaimFiles } from "./files.ts";
import { loadClaims } from "./load.ts";
import type { Order, Report } from "./messages.ts";
import { selectCases } from "./select.ts";
import { sourceOf } from "./workers/case-problem.ts";
import { exploreWithWorkers } from "./workers/spawn.ts";

/*
 * The thread that loads and checks. A search does not yield; in a thread of its own it leaves the
 * main one free to print and to be interrupted, and a new thread loads changed files afresh.
 */

function report(one: Report): void {
  parentPort?.postMessage(one);
}

/** The selected cases of one part of the explorations: those that share one stay together. */
function inShard(
  claims: readonly Claim[],
  selected: readonly CaseOf[],
  shard: Order["shard"],
): readonly CaseOf[] {
  if (shard === null) return selected;
  const cases = new Set(selected.map((one) => one.case));
  return explorationsOf(claims)
    .map((group) => group.filter((one) => cases.has(one.case)))
    .filter((group) => group.length > 0)
    .filter((_, at) => at % shard.of === shard.part - 1)
    .flat();
}

async function check({ cwd, files, ids, tier, search, workers, shard }: Order): Promise<void> {
  const found = await findClaimFiles(cwd, files);
  const claims = await loadClaims(found);
  const selected = inShard(claims, selectCases(claims, ids, tier), shard);
  report({ kind: "plan", cases: selected.map((one) => planned(one.claim, one.case)) });
  const cases = new Set(selected.map((one) => one.case));
  checkClaims(claims, {
    ...search,
    explorer: (problem, options, group) =>
      exploreWithWorkers(problem, sourceOf(found, group, search.reductions), {
        ...options,
        workers,
      }),
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
