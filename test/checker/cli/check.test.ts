import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder, lamp } from "./cli.ts";

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.with({
    "good.claim.mjs": lamp("good"),
    "bad.claim.ts": lamp("bad", { burns: 3, more: 'hint: "Burn less.",' }),
    "late.claim.mjs": lamp("late", { tier: "nightly" }),
    "tight.claim.mjs": lamp("tight", { burns: 3, expect: "violated" }),
  });
});
afterAll(() => folder.remove());

const cut = 'because: "a test", maxStates: 2,';

describe("quorate check", () => {
  test("prints a table, each unexpected counterexample with its hint, and a summary", async () => {
    const { status, stdout, stderr } = await folder.run(["check"]);
    expect(status).toBe(1);
    expect(stderr).toBe("");
    expect(stdout).toMatchInlineSnapshot(`
      "claim  variant   instance  verdict   expected         states  depth  seconds
      bad    repaired  one       violated  holds                 4      3 0.00  <- unexpected
      good   repaired  one       holds     holds                 3      3 0.00
      tight  repaired  one       violated  violated              4      3 0.00

      bad@repaired@one
        violated, where holds was expected

        start
             lamp: { burnt: 0 }
        1. burn  by lamp
             lamp.burnt: 0 → 1
        2. burn  by lamp
             lamp.burnt: 1 → 2
        3. burn  by lamp
             lamp.burnt: 2 → 3
        In this state the invariant is false: "two at most"

        hint: Burn less.

      3 cases: 2 as expected, 1 unexpected (0.0 s)
      "
    `);
  });

  test.each([
    [["good"], 0],
    [["good", "tight"], 0],
    [["bad"], 1],
    [["good", "--max-states", "1"], 3],
    [["good", "bad", "--max-states", "1"], 3],
    [["tight", "--max-depth", "1"], 1],
    [["late"], 2],
    [["late", "--tier", "nightly"], 0],
    [["late.claim.mjs", "--tier", "deep"], 0],
    [["*d", "--order", "depth-first"], 1],
    [["good@repaired"], 0],
    [["good@rep*@one"], 0],
    [["good@printed"], 2],
    [["good", "--files", "good.claim.mjs"], 0],
    [["--files", "*.claim.mjs", "good"], 0],
    [["--files", "nothing/*.ts"], 2],
  ])("%j exits with %i", async (args, status) => {
    expect((await folder.run(["check", ...args])).status).toBe(status);
  });

  test("--reporter json prints one record a line on stdout, and nothing else", async () => {
    const { status, stdout, stderr } = await folder.run(["check", "--reporter", "json"]);
    const records = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

    expect(status).toBe(1);
    expect(stderr).toBe("");
    expect(records.map(({ claim, verdict }) => [claim, verdict])).toEqual([
      ["bad", "violated"],
      ["good", "holds"],
      ["tight", "violated"],
    ]);
    const fields =
      "claim variant instance tier expected verdict states transitions depth seconds " +
      "statesPerSecond bytesPerState reductions fairness bound witnesses counterexample";
    expect(Object.keys(records[1]).slice(0, 17)).toEqual(fields.split(" "));
    expect(records[1]).toMatchObject({ states: 3, transitions: 2, depth: 3, counterexample: null });
  });

  test("--out writes evidence that quorate show reads", async () => {
    await folder.run(["check", "bad", "--out", "evidence"]);
    expect((await readdir(folder.path("evidence"))).sort()).toEqual([
      "bad@repaired@one.counterexample.json",
      "bad@repaired@one.counterexample.txt",
      "bad@repaired@one.json",
    ]);
    const file = "evidence/bad@repaired@one.counterexample.json";
    const [text, json, mermaid, itf] = await Promise.all(
      ["text", "json", "mermaid", "itf"].map((format) =>
        folder.run(["show", file, "--format", format]),
      ),
    );
    expect(text?.stdout).toContain("3. burn  by lamp\n     lamp.burnt: 2 → 3");
    expect(JSON.parse(json?.stdout ?? "")).toMatchObject({ property: "two at most" });
    expect(mermaid?.stdout).toContain("P0->>P0: 3. burn");
    expect(JSON.parse(itf?.stdout ?? "").states).toHaveLength(4);
  });

  test("a case that is expected to be bounded exits with 0", async () => {
    const other = await Folder.with({
      "cut.claim.mjs": lamp("cut", { expect: "bounded", more: cut }),
    });
    expect(await other.run(["check"])).toMatchObject({ status: 0 });
    await other.remove();
  });

  test("checks again when a file changes, until it is interrupted", async () => {
    const other = await Folder.with({ "lamp.claim.mjs": lamp("lamp", { burns: 3 }) });
    const watching = other.start(["check", "--watch"]);
    await expect.poll(watching.stdout, { timeout: 50_000 }).toContain("1 unexpected");
    await other.write("lamp.claim.mjs", lamp("lamp"));
    await expect.poll(watching.stdout, { timeout: 50_000 }).toContain("1 as expected");
    watching.interrupt();
    expect(await watching.ended).toMatchObject({ status: 130 });
    await other.remove();
  });

  test("tells the same in the same order, however many explorations run at a time", async () => {
    const [one, many] = await Promise.all(
      ["1", "3"].map((jobs) => folder.run(["check", "--reporter", "json", "--jobs", jobs])),
    );
    const timeless = ({ stdout }: { stdout: string }) =>
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
        .map(({ seconds: _, statesPerSecond: __, leaves: ___, ...told }) => told);
    expect(timeless(many as never)).toEqual(timeless(one as never));
    expect(timeless(one as never)).toHaveLength(3);
  });

  test("prints what was decided when it is interrupted", async () => {
    const endless = lamp("oracle/endless", { burns: 1_000_000_000 }).replace("<= 2", ">= 0");
    const other = await Folder.with({
      "a.claim.mjs": lamp("oracle/a"),
      "b.claim.mjs": endless,
    });
    const running = other.start(["check"]);
    await expect.poll(running.stdout, { timeout: 50_000 }).toContain("holds     holds");
    running.interrupt();
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    expect(stdout).toContain("Interrupted. 2 cases: 1 as expected, 1 not decided");
    await other.remove();
  });
});
