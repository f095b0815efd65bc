// What a step leaves for the summary of .ci/run: `node .ci/outcome.mjs STEP STATUS REPORT LOG`.
//
// The first line is how many of its tests passed and failed, by the report that test/ci/reporter.ts
// writes; the step may have none. Then, for whoever reads nothing but the end of the output: what
// failed, and what passed at the second try only.
import { existsSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

const LINES_MAX = 12; // of one message
const CHARS_MAX = 200; // of one line
const ENTRIES_MAX = 30; // of one list: the output that is kept has an end
const TAIL_LINES = 15; // of what a step printed that says nothing of its failure elsewhere

const [step, status, reportFile, logFile] = process.argv.slice(2);
const stepFailed = status !== "0";
const { passed, failed, failures, flaky } = readReport();
const text = existsSync(logFile) ? stripVTControlCharacters(readFileSync(logFile, "utf8")) : "";
const printed = text.trimEnd().split(/\r?\n/);

const lines = [`${passed} ${failed}`];
if (failures.length > 0) tell("failed", failures);
else if (stepFailed) tellOutput();
if (flaky.length > 0) tell("flaky (passed at the second try only)", flaky);
process.stdout.write(lines.map((line) => `${short(line)}\n`).join(""));

/** A step that was stopped leaves no report, or a part of one. */
function readReport() {
  try {
    return JSON.parse(readFileSync(reportFile, "utf8"));
  } catch {
    return { passed: 0, failed: 0, failures: [], flaky: [] };
  }
}

function tell(what, entries) {
  lines.push("", `=== ${what}: ${step}`);
  for (const { file, name, message } of entries.slice(0, ENTRIES_MAX)) {
    lines.push([file || "(no file)", name].filter((part) => part !== "").join(" > "));
    lines.push(...message.split("\n").slice(0, LINES_MAX).map(indented));
  }
  if (entries.length > ENTRIES_MAX) lines.push(`and ${entries.length - ENTRIES_MAX} more`);
}

/** The rows of `quorate check` that are not as expected; without any, the end of the output. */
function tellOutput() {
  lines.push("", `=== failed: ${step}`);
  const rows = printed.filter((line) => line.endsWith("  <- unexpected"));
  if (rows.length > 0) lines.push(...rows.slice(0, ENTRIES_MAX));
  else lines.push(...printed.slice(-TAIL_LINES).map(indented));
}

function indented(line) {
  return `    ${line}`;
}

function short(line) {
  return line.length > CHARS_MAX ? `${line.slice(0, CHARS_MAX - 1)}…` : line;
}
