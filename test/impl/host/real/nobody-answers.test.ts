import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(
  new URL("../../../../dist/test/fixtures/host/nobody-answers.js", import.meta.url),
);

test("a program that waits for an operation alone lives until it has timed out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "quorate-nobody-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, folder]);
    expect(stdout).toBe("operation-timed-out");
  } finally {
    await rm(folder, { recursive: true });
  }
});
