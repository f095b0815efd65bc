import { getHeapStatistics } from "node:v8";
import { Worker } from "node:worker_threads";
import { InOrder } from "./in-order.ts";
import type { Next, Order, Report } from "./messages.ts";

/** How a check ended. */
export type End = "done" | "failed" | "interrupted";

const MIB = 2 ** 20;

/**
 * Decides the selected cases in threads, several explorations at a time, until all are decided, one
 * thread fails, or the user interrupts it. Neither what is decided nor the order in which it is told
 * depends on how many there are.
 *
 * @param jobs how many threads at most; the first loads the claims and says what there is to do
 * @param take called with each report, and the number of the thread that it comes from
 */
export function runJobs(
  { cwd, files, ids, tier, search, workers, shard }: Order,
  jobs: number,
  take: (report: Report, job: number) => void,
): Promise<End> {
  return new Promise((resolve) => {
    let end: End = "done";
    let explorations = 0;
    let given = 0;
    const threads = new Set<Worker>();
    const records = new InOrder<readonly [Report, number]>((one) => take(...one));

    const stop = (why: Exclude<End, "done">) => {
      if (end !== "done") return;
      end = why;
      records.flush();
      for (const thread of threads) void thread.terminate();
    };
    const interrupt = () => stop("interrupted");

    function start(job: number): void {
      const thread = new Worker(new URL("./check-worker.js", import.meta.url), {
        workerData: { cwd, files, ids, tier, search, workers, shard } satisfies Order,
        resourceLimits: { maxOldGenerationSizeMb: getHeapStatistics().heap_size_limit / MIB },
      });
      threads.add(thread);
      let underway: number | null = null;

      function goOn(): void {
        if (underway !== null) records.finish(underway);
        underway = given < explorations ? given : null;
        given += 1;
        const next: Next = underway === null ? "end" : { exploration: underway };
        thread.postMessage(next);
      }

      function hear(report: Report): void {
        if (end !== "done") return;
        switch (report.kind) {
          case "plan":
            // They all load the same claims: one says what there is to do.
            if (job > 0) return;
            take(report, job);
            explorations = report.explorations;
            for (let more = 1; more < Math.min(jobs, explorations); more += 1) start(more);
            return;
          case "ready":
            goOn();
            return;
          case "record":
            records.add(underway ?? 0, [report, job]);
            return;
          case "failed":
            stop("failed");
            take(report, job);
            return;
          default:
            take(report, job);
        }
      }

      thread.on("message", hear);
      thread.on("error", (error) => {
        hear({ kind: "failed", message: `The check broke off: ${error.message}.` });
      });
      thread.on("exit", () => {
        threads.delete(thread);
        if (threads.size > 0) return;
        process.off("SIGINT", interrupt);
        resolve(end);
      });
    }

    process.once("SIGINT", interrupt);
    start(0);
  });
}
