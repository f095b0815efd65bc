import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { Worker } from "node:worker_threads";
import { evidenceOf } from "../evidence.ts";
import { exitStatusOf } from "../report/exit-status.ts";
import type { CheckRecord } from "../report/record.ts";
import type { Order, Report } from "./messages.ts";
import { JsonReporter, PrettyReporter, type Reporter } from "./reporters.ts";
import { watchSources } from "./watch.ts";
import { wrapped } from "./wrapped.ts";

export interface CheckCommand extends Order {
  readonly reporter: "pretty" | "json";
  /** the folder of the evidence; null writes none */
  readonly out: string | null;
  readonly watch: boolean;
}

const INTERRUPTED = 130;
const MIB = 2 ** 20;

/** `quorate check`: gives the exit status. */
export async function runCheck(command: CheckCommand): Promise<number> {
  if (!command.watch) return checkOnce(command);
  for (;;) {
    // from before the check on, so that no change is missed
    const changed = watchSources(command.cwd);
    if ((await checkOnce(command)) === INTERRUPTED) return INTERRUPTED;
    console.error("\nWaiting for a change. Ctrl-C ends.\n");
    if (!(await changed)) return INTERRUPTED;
  }
}

async function checkOnce(command: CheckCommand): Promise<number> {
  const reporter: Reporter =
    command.reporter === "json" ? new JsonReporter() : new PrettyReporter();
  const records: CheckRecord[] = [];
  const end = await runThread(command, (report) => {
    reporter.take(report);
    if (report.kind === "record") records.push(report.record);
  });
  reporter.end(end === "interrupted");
  if (command.out !== null) await writeEvidence(command.out, records);
  if (end === "interrupted") return INTERRUPTED;
  if (end === "failed") return 2;
  return exitStatusOf(records);
}

/** Runs the thread that checks until it is done, fails, or the user interrupts it. */
function runThread(
  { cwd, files, ids, tier, search, workers, shard }: Order,
  take: (report: Report) => void,
): Promise<"done" | "failed" | "interrupted"> {
  return new Promise((resolve) => {
    let end: "done" | "failed" | "interrupted" = "done";
    const worker = new Worker(new URL("./check-worker.js", import.meta.url), {
      workerData: { cwd, files, ids, tier, search, workers, shard } satisfies Order,
      resourceLimits: { maxOldGenerationSizeMb: getHeapStatistics().heap_size_limit / MIB },
    });
    const interrupt = () => {
      end = "interrupted";
      void worker.terminate();
    };
    process.once("SIGINT", interrupt);
    worker.on("message", (report: Report) => {
      if (end === "interrupted") return;
      if (report.kind === "failed") end = "failed";
      take(report);
    });
    worker.on("error", (error) => {
      end = "failed";
      take({ kind: "failed", message: `The check broke off: ${error.message}.` });
    });
    worker.on("exit", () => {
      process.off("SIGINT", interrupt);
      resolve(end);
    });
  });
}

async function writeEvidence(folder: string, records: readonly CheckRecord[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const { name, text } of records.flatMap(evidenceOf)) {
      await writeFile(join(folder, name), text);
    }
  } catch (cause) {
    throw wrapped("file-unwritable", `--out ${folder}`, cause);
  }
}
