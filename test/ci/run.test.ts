import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Report } from "./reporter.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A project that has nothing but `.ci`, and a folder of commands that stand in for npm's. */
let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "quorate-ci-run-"));
  await mkdir(join(project, ".ci"));
  for (const file of [".ci/run", ".ci/outcome.mjs"])
    await copyFile(join(ROOT, file), join(project, file));
  await command("node_modules/.bin/tsc", "");
});
afterEach(() => rm(project, { recursive: true, force: true }));

async function command(path: string, script: string): Promise<void> {
  const file = join(project, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/usr/bin/env bash\n${script}\n`);
  await chmod(file, 0o755);
}

const NOTHING: Report = { passed: 0, failed: 0, failures: [], flaky: [] };

interface Steps {
  /** what `npm run check` does, in bash */
  readonly check?: string;
  readonly lint?: string;
  /** what `npm test` reports */
  readonly tests?: Report;
  /** what the tests on other versions of Node report */
  readonly others?: Report;
}

/** Runs `.ci/run` where npm does what a test says. */
async function run({ check = "", lint = "", tests = NOTHING, others = NOTHING }: Steps) {
  const vitest = async (name: string, report: Report) => {
    await writeFile(join(project, name), JSON.stringify(report));
    const status = report.failures.length > 0 ? 1 : 0;
    return `cp "${join(project, name)}" "$QUORATE_TEST_REPORT"; exit ${status}`;
  };
  await command(
    "bin/npm",
    `case "$*" in
      "run check") ${check || "true"} ;;
      "run lint") ${lint || "true"} ;;
      test) ${await vitest("tests.json", tests)} ;;
      "install --prefix "*)
        bin="$3/node_modules/\${*: -1}"; bin="\${bin%@*}/bin"
        mkdir -p "$bin"; printf '#!/bin/sh\n' >"$bin/node"; chmod +x "$bin/node" ;;
    esac`,
  );
  await command("bin/npx", await vitest("others.json", others));
  const env = { ...process.env, PATH: `${join(project, "bin")}:${process.env.PATH}` };
  return new Promise<{ status: unknown; lines: string[]; ends: string[] }>((resolve) =>
    execFile(join(project, ".ci/run"), { env }, (error, stdout) => {
      const lines = stdout.trimEnd().split("\n");
      // What follows the steps of the summary: nothing before them is sure to be read.
      const summary = lines.findIndex((line) => line.startsWith("=== summary"));
      const isStep = /^(?:passed|failed) {2}\S/;
      const ends = lines.slice(summary + 1).filter((line) => !isStep.test(line));
      resolve({ status: error === null ? 0 : error.code, lines, ends });
    }),
  );
}

const told = (name: string, message: string) => ({ file: "test/a.test.ts", name, message });

describe(".ci/run", () => {
  test("ends with the count of steps and tests, and says no more where all is well", async () => {
    const tests = { ...NOTHING, passed: 5 };

    const { status, lines, ends } = await run({ tests, others: tests });

    expect(status).toBe(0);
    expect(lines.filter((line) => /^passed {2}/.test(line))).toHaveLength(8);
    expect(ends).toEqual(["23 passed, 0 failed"]);
  });

  test("tells each failed test with the first lines of its message", async () => {
    const long = Array.from({ length: 20 }, (_, at) => `${at} ${"x".repeat(300)}`).join("\n");
    const failures = [told("adds", "Error: 1\nat a.test.ts:3:1"), told("takes away", long)];
    const tests = { ...NOTHING, passed: 5, failed: 2, failures };

    const { status, ends } = await run({ tests });

    expect(status).toBe(1);
    expect(ends.slice(0, 6)).toEqual([
      "",
      "=== failed: npm ci && npm test",
      "test/a.test.ts > adds",
      "    Error: 1",
      "    at a.test.ts:3:1",
      "test/a.test.ts > takes away",
    ]);
    const message = ends.slice(6, -2);
    expect(message).toHaveLength(12);
    expect(Math.max(...message.map(({ length }) => length))).toBe(200);
    // Two tests and their step failed; the seven other steps passed.
    expect(ends.slice(-2)).toEqual(["", "12 passed, 3 failed"]);
  });

  test("tells what passed at the second try only, though nothing failed", async () => {
    const others = { ...NOTHING, passed: 1, flaky: [told("waits", "Error: not in time")] };

    const { status, ends } = await run({ others });

    expect(status).toBe(0);
    const flaky = (node: number) => [
      "",
      `=== flaky (passed at the second try only): tests on Node ${node}`,
      "test/a.test.ts > waits",
      "    Error: not in time",
    ];
    expect(ends).toEqual([...flaky(22), ...flaky(24), "", "10 passed, 0 failed"]);
  });

  test("tells the rows of a check that are not as expected", async () => {
    const check = `printf 'claim  verdict\\nA  holds\\nB  \\033[31mviolated\\033[0m  <- unexpected\\n'; exit 1`;

    const { ends } = await run({ check });

    expect(ends).toEqual([
      "",
      "=== failed: npm ci && npm run check",
      "B  violated  <- unexpected",
      "",
      "7 passed, 1 failed",
    ]);
  });

  test("tells the end of what a step printed that failed without a report", async () => {
    const { lines, ends } = await run({ lint: "seq 1 99 >&2; exit 3" });

    expect(lines).toContain("1");
    expect(ends).toEqual([
      "",
      "=== failed: lint",
      ...Array.from({ length: 15 }, (_, at) => `    ${85 + at}`),
      "",
      "7 passed, 1 failed",
    ]);
  });
});
