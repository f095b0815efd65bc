import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { templates } from "../../../checker/cli/templates/index.ts";
import { Folder } from "./cli.ts";

const LINES_MAX = 40;

let folder: Folder;
beforeEach(async () => {
  folder = await Folder.with();
});
afterEach(() => folder.remove());

describe("quorate new", () => {
  test("lock leads from a bug to its repair", async () => {
    const created = await folder.run(["new", "lock"]);
    expect(created).toMatchObject({ status: 0, stdout: expect.stringContaining("quorate check") });

    const broken = await folder.run(["check"]);
    expect(broken.status).toBe(1);
    expect(broken.stdout).toContain("clients[0]: done → working");

    const [, from, to] = /replace (.*)\n\s*by (.*)/.exec(broken.stdout) ?? [];
    const file = folder.path("lock.claim.ts");
    const text = await readFile(file, "utf8");
    expect(text.split("\n").length - 1).toBeLessThanOrEqual(LINES_MAX);
    await folder.write("lock.claim.ts", text.replace(from as string, to as string));

    const repaired = await folder.run(["check"]);
    expect(repaired).toMatchObject({ status: 0, stdout: expect.stringContaining("holds") });
  });

  test.each(templates.filter(({ name }) => name !== "lock").map(({ name }) => name))(
    "%s writes a claim that holds",
    async (name) => {
      expect(await folder.run(["new", name, "sub"])).toMatchObject({ status: 0 });
      expect(await folder.run(["check"])).toMatchObject({ status: 0 });
    },
  );

  test("overwrites nothing", async () => {
    await folder.write("lock.claim.ts", "mine");
    await folder.write("tsconfig.json", "mine");
    const { status, stderr } = await folder.run(["new", "lock"]);
    expect(status).toBe(2);
    expect(stderr).toContain("[file-exists]");
    expect(await readFile(folder.path("lock.claim.ts"), "utf8")).toBe("mine");

    expect(await folder.run(["new", "claim"])).toMatchObject({ status: 0 });
    expect(await readFile(folder.path("tsconfig.json"), "utf8")).toBe("mine");
  });
});
