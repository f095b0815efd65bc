import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { evidenceOf } from "../evidence.ts";
import { exitStatusOf } from "../report/exit-status.ts";
import type { CheckRecord } from "../report/record.ts";
import { runJobs } from "./jobs.ts";
import type { Order } from "./messages.ts";
import { JsonReporter, PrettyReporter, type Reporter } from "./reporters.ts";
import { watchSources } from "./watch.ts";
import { wrapped } from "./wrapped.ts";

export interface CheckCommand extends Order {
  /** how many explorations run at a time, each in a thread of its own */
  readonly jobs: number;
  readonly reporter: "pretty" | "json";
  /** the folder of the evidence; null writes none */
  readonly out: string | null;
  readonly watch: boolean;
}

const INTERRUPTED = 130;
/** More at a time would need the memory of as many searches, unasked. */
const JOBS_MAX = 8;

/** How many explorations run at a time unless told: as the cores allow, if each uses so many. */
export const jobsFor = (workers: number): number =>
  Math.min(JOBS_MAX, Math.max(1, Math.floor(availableParallelism() / workers)));

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
  const end = await runJobs(command, command.jobs, (report, job) => {
    reporter.take(report, job);
    if (report.kind === "record") records.push(report.record);
  });
  reporter.end(end === "interrupted");
  if (command.out !== null) await writeEvidence(command.out, records);
  if (end === "interrupted") return INTERRUPTED;
  if (end === "failed") return 2;
  return exitStatusOf(records);
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
