import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exploreWithWorkers } from "../../../checker/cli/workers/spawn.ts";
import { namedProblem } from "../../fixtures/workers/problems.ts";
import { Folder, lamp } from "../cli/cli.ts";

const SHARED = 'shares: "the room",';

const CLOCK = `
const clock = (name) =>
  automaton(name, {
    start: 0,
    transitions: {
      [name]: { kind: "internal", when: { more: (at) => at < 150 }, effect: (at) => at + 1 },
    },
  });
`;

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.with({
    "a.claim.mjs": lamp("alone"),
    "b.claim.mjs": lamp("together-b", { more: SHARED }),
    "c.claim.mjs": lamp("crossed", { burns: 3, expect: "violated" }),
    "d.claim.mjs": lamp("together-d", { more: SHARED }),
    "e.claim.mjs": lamp("other"),
  });
});
afterAll(() => folder.remove());

interface Line {
  readonly claim: string;
}

async function claimsOf(...args: readonly string[]): Promise<string[]> {
  const { status, stdout } = await folder.run(["check", "--reporter", "json", ...args]);
  expect(status).toBe(0);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => (JSON.parse(line) as Line).claim);
}

describe("bad usage of workers and shards", () => {
  test.each([
    ["--workers 0", "--workers is 0, not 1 to 32"],
    ["--workers x", "--workers is x"],
    ["--workers 1.5", "--workers is 1.5"],
    ["--workers 33", "--workers is 33"],
    ["--shard 3/2", "--shard is 3/2, not i/n with 1 ≤ i ≤ n"],
    ["--shard 0/2", "--shard is 0/2"],
    ["--shard a", "--shard is a"],
    ["--shard 1/2/3", "--shard is 1/2/3"],
  ])("%s is told", async (line, what) => {
    const { status, stdout, stderr } = await folder.run(["check", ...line.split(" ")]);

    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(what);
    expect(stderr).toContain("[budget-invalid]");
  });
});

describe("shards", () => {
  test.each([1, 2, 3])("of %d check every case once, and those that share together", async (of) => {
    const parts: string[][] = [];
    for (let part = 1; part <= of; part++) parts.push(await claimsOf("--shard", `${part}/${of}`));

    const everything = ["alone", "crossed", "other", "together-b", "together-d"];
    expect(parts.flat().sort()).toEqual(everything);
    expect(parts.every((part) => part.length > 0)).toBe(true);
    const [together] = parts.filter((part) => part.includes("together-b"));
    expect(together).toContain("together-d");
  });

  test("are of what the other arguments select", async () => {
    const parts = [await claimsOf("other", "alone", "--shard", "1/2")];
    parts.push(await claimsOf("other", "alone", "--shard", "2/2"));

    expect(parts.map((part) => part.length)).toEqual([1, 1]);
    expect(parts.flat().sort()).toEqual(["alone", "other"]);
  });
});

describe("--workers 2", () => {
  test("prints what --workers 1 prints, also of a search that is shared", async () => {
    // 68,403 states: more than the first search by one worker looks at
    const large = await Folder.with({
      "large.claim.mjs": lamp("large")
        .replace(
          '("room", { lamp })',
          '("room", { lamp, tick: clock("tick"), tock: clock("tock") })',
        )
        .replace("const system", `${CLOCK}const system`),
    });
    const args = ["check", "--reporter", "pretty"];

    const alone = await large.run([...args, "--workers", "1"]);
    const shared = await large.run([...args, "--workers", "2"]);

    expect(alone.stdout).toContain("68,403");
    expect(shared).toEqual(alone);
    await large.remove();
  }, 60_000);
});

describe("a search that one worker does", () => {
  /** Whoever loads it fails: no thread may be started. */
  const nowhere = { module: "file:///nowhere.js", export: "nothing", args: [] };

  test("is one that another budget ends early", () => {
    const problem = namedProblem("a long race");

    const found = exploreWithWorkers(problem, nowhere, { maxDepth: 9, workers: 2 });

    expect(found).toMatchObject({ bound: "depth 9", depth: 9 });
  });

  test("is one that cannot be shared", () => {
    const problem = namedProblem("a long race");

    const found = exploreWithWorkers(problem, nowhere, { order: "depth-first", workers: 2 });

    expect(found.states).toBe(151 ** 2);
  });
});
