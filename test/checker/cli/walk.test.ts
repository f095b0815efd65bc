import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder, lamp } from "./cli.ts";

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.with({
    "good.claim.mjs": lamp("good"),
    "bad.claim.ts": lamp("bad", { burns: 3, more: 'hint: "Burn less.",' }),
    "late.claim.mjs": lamp("late", { tier: "nightly" }),
    "tight.claim.mjs": lamp("tight", { burns: 3, expect: "violated" }),
    "wrong.claim.mjs": lamp("wrong", { tier: "deep" }).replace("state.burnt += 1", "throw state"),
  });
});
afterAll(() => folder.remove());

describe("quorate walk", () => {
  test("prints a row for each case, what is unexpected, and never `holds` of its own", async () => {
    const { status, stdout, stderr } = await folder.run(["walk"]);
    expect(status).toBe(1);
    expect(stderr).toBe("");
    expect(stdout).toMatchInlineSnapshot(`
      "case                walks say     expected    walks        steps  witnesses  seconds
      bad@repaired@one    violated      holds           1            3        1/1 0.00  <- unexpected
      good@repaired@one   not violated  holds         100          200        1/1 0.00
      tight@repaired@one  violated      violated        1            3        1/1 0.00

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

      3 cases: 2 violated, 1 not violated. Walks are samples: what they do not violate need not hold.
      "
    `);
  });

  test.each([
    [["good"], 0],
    [["good", "tight"], 0],
    [["bad"], 1],
    [["bad", "--steps", "2"], 0],
    [["late"], 2],
    [["late", "--tier", "nightly"], 0],
    [["wrong", "--tier", "deep"], 2],
    [["good", "--walks", "0"], 2],
    [["good", "--seed", "x"], 2],
    [["good@printed"], 2],
    [["--files", "*.claim.mjs"], 0],
    [["good.claim.mjs"], 0],
  ])("%j exits with %i", async (args, status) => {
    expect((await folder.run(["walk", ...args])).status).toBe(status);
  });

  test("--reporter json prints one case a line on stdout, and the same for the same seed", async () => {
    const args = ["walk", "--reporter", "json", "--walks", "3", "--seed", "5"];
    const [one, again] = await Promise.all([folder.run(args), folder.run(args)]);
    const records = ({ stdout }: { stdout: string }) =>
      stdout
        .trim()
        .split("\n")
        .map((line) => ({ ...JSON.parse(line), seconds: 0 }));

    expect(records(one).map(({ claim, verdict, seed }) => [claim, verdict, seed])).toEqual([
      ["bad", "violated", 5],
      ["good", "not violated", 5],
      ["tight", "violated", 5],
    ]);
    expect(records(one)[0].counterexample.actions).toHaveLength(3);
    expect(records(again)).toEqual(records(one));
  });
});
