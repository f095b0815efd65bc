import { writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";

/** One test, or a file that failed outside its tests. */
export interface Told {
  /** relative to the project; empty for an error that belongs to no file */
  readonly file: string;
  /** the test with the suites around it; empty for a file */
  readonly name: string;
  /** what went wrong, in lines without colours */
  readonly message: string;
}

/** What `.ci/run` reads of a run of the tests. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly Told[];
  /** those that passed, but only at the second try; with what the first one met */
  readonly flaky: readonly Told[];
}

/**
 * Writes what `.ci/run` says at the end: counts, what failed, and what passed at the second try
 * only. Vitest's own JSON report has neither the latter nor errors outside tests.
 */
export class CiReporter implements Reporter {
  readonly #file: string;

  /** @param file where the `Report` goes, as JSON */
  constructor(file: string) {
    this.#file = file;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((one) => [...one.children.allTests()]);
    const failed = tests.filter((one) => one.result().state === "failed");
    const report: Report = {
      passed: tests.filter((one) => one.result().state === "passed").length,
      failed: failed.length,
      failures: [
        ...failed.map(told),
        ...modules.flatMap((one) => [one, ...one.children.allSuites()].flatMap(toldOfSuite)),
        ...unhandled.map((error) => ({ file: "", name: "", message: messageOf([error]) })),
      ],
      flaky: tests.filter(isFlaky).map(told),
    };
    writeFileSync(this.#file, JSON.stringify(report));
  }
}

/** A test that is expected to fail is tried twice whenever it does. */
function isFlaky(test: TestCase): boolean {
  return test.diagnostic()?.flaky === true && test.options.fails !== true;
}

function told(test: TestCase): Told {
  const { errors } = test.result();
  return {
    file: test.module.relativeModuleId,
    name: test.fullName,
    message: messageOf(errors ?? []),
  };
}

/** Errors of imports and of the hooks around all tests of a suite. */
function toldOfSuite(suite: TestModule | TestSuite): Told[] {
  const errors = suite.errors();
  if (errors.length === 0) return [];
  const [file, name] =
    suite.type === "module"
      ? [suite.relativeModuleId, ""]
      : [suite.module.relativeModuleId, suite.fullName];
  return [{ file, name, message: messageOf(errors) }];
}

/** What went wrong first, where, and how it differs from what was expected. */
function messageOf(errors: readonly SerializedError[]): string {
  const [error] = errors;
  if (error === undefined) return "";
  const { name, message, diff, stacks } = error;
  const [at] = stacks ?? [];
  const lines = [
    `${name ?? "Error"}: ${message}`,
    ...(at === undefined ? [] : [`at ${at.file}:${at.line}:${at.column}`]),
    ...(typeof diff === "string" ? [diff] : []),
  ];
  return stripVTControlCharacters(lines.join("\n"));
}
