import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "../cli.ts";

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.with();
});
afterAll(() => folder.remove());

describe("simulate", { timeout: 120_000 }, () => {
  test("passes seeds of what we run, and counts what it did", async () => {
    const { status, stdout } = await folder.run(["simulate", "--seeds", "2", "--json"]);

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "passed", seeds: 2, operations: 120 });
  });

  test("finds a bug, makes its schedule smaller, and fails again with what it wrote", async () => {
    const flags = [
      "--variant",
      "read-returns-null",
      "--seeds",
      "20",
      "--operations",
      "20",
      "--json",
    ];
    const { status, stdout } = await folder.run(["simulate", ...flags]);

    const found = JSON.parse(stdout);
    expect([status, found.verdict]).toEqual([1, "failed"]);
    expect(found.items).toBeLessThan(12);

    const again = await folder.run(["simulate", "--schedule", found.schedule, "--json"]);
    expect(again.status).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ seed: found.seed, text: found.text });
  });

  test.each([
    [["--variant", "nonsense"], "There is no variant"],
    [["--byzantine", "nonsense"], "There is no behaviour"],
    [["--schedule", "missing.json"], "cannot be read"],
  ])("refuses %j and says why", async (flags, why) => {
    const { status, stderr } = await folder.run(["simulate", ...flags]);

    expect(status).not.toBe(0);
    expect(stderr).toContain(why);
  });
});
