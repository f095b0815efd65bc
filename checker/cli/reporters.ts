import { explain } from "../report/explain.ts";
import { fairnessLines } from "../report/fairness.ts";
import type { CheckRecord } from "../report/record.ts";
import { type PlannedCase, summaryOf, Table } from "../report/table.ts";
import { dim, painter } from "./colours.ts";
import type { Report } from "./messages.ts";
import { ProgressLine } from "./progress.ts";

/** Shows what a check reports, as it comes. */
export interface Reporter {
  /** @param job the number of the thread that reports */
  take(report: Report, job: number): void;
  end(interrupted: boolean): void;
}

/** One record a line on stdout, and nothing else there. */
export class JsonReporter implements Reporter {
  readonly #progress = new ProgressLine(process.stderr);

  take(report: Report, job: number): void {
    if (report.kind === "record") {
      this.#progress.clear();
      console.log(JSON.stringify(report.record));
    } else if (report.kind === "failed") {
      this.#progress.clear();
      console.error(`quorate: ${report.message}`);
    } else if (report.kind === "start") this.#progress.start(report.case, job);
    else if (report.kind === "progress") this.#progress.update(report.progress, job);
  }

  end(): void {
    this.#progress.clear();
  }
}

/** A table whose rows appear as the verdicts fall, then what was not expected, then a summary. */
export class PrettyReporter implements Reporter {
  readonly #progress = new ProgressLine(process.stderr);
  readonly #records: CheckRecord[] = [];
  readonly #started = performance.now();
  #plan: readonly PlannedCase[] = [];
  #table = new Table([]);

  take(report: Report, job: number): void {
    switch (report.kind) {
      case "plan":
        this.#plan = report.cases;
        this.#table = new Table(report.cases);
        console.log(this.#table.heading());
        break;
      case "start":
        this.#progress.start(report.case, job);
        break;
      case "progress":
        this.#progress.update(report.progress, job);
        break;
      case "record":
        this.#records.push(report.record);
        this.#progress.clear();
        console.log(this.#table.row(report.record, painter(report.record)));
        for (const line of fairnessLines(report.record)) console.log(dim(`  ${line}`));
        if (report.record.notes.length > 0) {
          console.log(dim(`  note: ${report.record.notes.join("; ")}`));
        }
        break;
      case "failed":
        this.#progress.clear();
        console.error(`quorate: ${report.message}`);
        break;
    }
  }

  end(interrupted: boolean): void {
    this.#progress.clear();
    if (this.#plan.length === 0) return;
    for (const record of this.#records) {
      if (record.unexpected !== null || record.verdict === "error") {
        console.log(`\n${explain(record)}`);
      }
    }
    const seconds = (performance.now() - this.#started) / 1000;
    const summary = summaryOf(this.#records, this.#plan.length, seconds);
    console.log(`\n${interrupted ? "Interrupted. " : ""}${summary}`);
  }
}
