import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Report } from "./reporter.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const VITEST = join(ROOT, "node_modules/vitest/vitest.mjs");

/** Tests of every fate; `state` outlives a try. */
const FATES = `
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const state = { tries: 0, draws: 0 };
test("passes", () => undefined);
describe("a suite", () => {
  test("passes at the second try", () => expect(++state.tries).toBe(2));
});
test("fails twice", () => expect({ a: 1 }).toEqual({ a: 2 }));
test("has a counterexample, and none at another try", () => {
  state.draws++;
  fc.assert(fc.property(fc.nat(), () => state.draws > 1), { seed: -7 });
});
test.fails("is expected to fail", () => expect(1).toBe(2));
`;
const HOOK = `
import { beforeAll, test } from "vitest";
beforeAll(() => { throw new Error("no hook"); });
test("is not reached", () => undefined);
`;
const UNHANDLED = `
import { test } from "vitest";
test("leaves a rejection behind", async () => {
  Promise.reject(new Error("nobody waits"));
  await new Promise((resolve) => setTimeout(resolve, 50));
});
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quorate-ci-"));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await mkdir(join(folder, "test"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const files = { fates: FATES, hook: HOOK, unhandled: UNHANDLED };
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, `test/${name}.test.ts`), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs those tests with the project's configuration, as `.ci/run` does. */
async function runAll(): Promise<{ readonly status: unknown; readonly report: Report }> {
  const file = join(folder, "report.json");
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST"));
  const env = { ...Object.fromEntries(own), QUORATE_TEST_REPORT: file };
  const config = ["--config", join(ROOT, "vitest.config.ts"), "--typecheck.enabled=false"];
  const status = await new Promise((resolve) =>
    execFile(process.execPath, [VITEST, "run", "--root", folder, ...config], { env }, (error) =>
      resolve(error === null ? 0 : error.code),
    ),
  );
  return { status, report: JSON.parse(await readFile(file, "utf8")) };
}

test("what failed and what passed at the second try only is told by name", async () => {
  const { status, report } = await runAll();

  expect(status).toBe(1);
  expect([report.passed, report.failed]).toEqual([4, 2]);
  const named = (told: Report["failures"]) => told.map(({ file, name }) => `${file} > ${name}`);
  expect(named(report.flaky)).toEqual(["test/fates.test.ts > a suite > passes at the second try"]);
  expect(report.flaky[0]?.message).toContain("AssertionError: expected 1 to be 2");
  expect(named(report.failures).sort()).toEqual([
    " > ",
    "test/fates.test.ts > fails twice",
    "test/fates.test.ts > has a counterexample, and none at another try",
    "test/hook.test.ts > ",
  ]);
  const messageOf = (of: string) =>
    report.failures.find(({ file, name }) => `${file} > ${name}`.includes(of))?.message ?? "";
  expect(messageOf("fails twice")).toMatch(/^AssertionError: .*\nat .*fates\.test\.ts:\d+:\d+\n/);
  expect(messageOf("fails twice")).toContain('-   "a": 2,\n+   "a": 1,');
  expect(messageOf("a counterexample")).toContain("{ seed: -7, path:");
  expect(messageOf("hook.test.ts")).toContain("Error: no hook");
  expect(report.failures.map(({ message }) => message).join("\n")).toContain("nobody waits");
});
