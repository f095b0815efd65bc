import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "./cli.ts";

/** A lamp that burns as often as a threshold says; `spare` is true wherever it is asked. */
const lamp = (id: string, { most = 2, more = "" } = {}) => `
import { automaton, claim, compose, invariant, threshold, witness } from "quorate";

const problem = () => {
  const most = threshold("burns", ${most});
  const lamp = automaton("lamp", {
    start: { burnt: 0 },
    transitions: {
      burn: {
        kind: "internal",
        when: { left: ({ burnt }) => burnt < most, spare: ({ burnt }) => burnt < 9 },
        effect: ({ burnt }) => ({ burnt: Math.min(burnt + 1, 8) }),
      },
    },
  });
  const system = compose("room", { lamp });
  const holds = ({ lamp }) => lamp.burnt <= 2;
  return {
    system,
    properties: [invariant(system, { name: "two at most", reads: ["lamp"], holds })],
    witnesses: [
      witness(system, { name: "twice", reads: ["lamp"], reached: ({ lamp }) => lamp.burnt === 2 }),
    ],
  };
};
const one = { variant: "repaired", instance: "one", tier: "ci", expect: "holds", problem };
export default claim({ id: "${id}", says: "It burns twice.", source: "a test", cases: [one], ${more} });
`;
const survivors = 'survivors: [{ mutant: "without lamp/burn/spare", because: "left says more" }],';

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.with({
    "lamp.claim.ts": lamp("lamp"),
    "listed.claim.mjs": lamp("listed", { more: survivors }),
    "wrong.claim.mjs": lamp("wrong", { most: 3 }),
  });
});
afterAll(() => folder.remove());

describe("quorate mutate", () => {
  test("prints a line for each mutant and a summary", async () => {
    const { status, stdout, stderr } = await folder.run(["mutate", "lamp"]);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "without lamp/burn/left   killed      lamp "two at most" in 3 steps on one
      without lamp/burn/spare  survived    the one case holds; vacuous here: the clause is never false
      threshold burns-1        killed      lamp "twice" is not reached on one
      threshold burns+1        killed      lamp "two at most" in 3 steps on one

      4 mutants: 3 killed, 1 survived
      "
    `);
  });

  test.each([
    [["lamp"], 0],
    [["lamp", "--gate"], 1],
    [["listed", "--gate"], 0],
    [["lamp", "--gate", "--only", "threshold*"], 0],
    [["wrong"], 0],
    [["wrong", "--gate"], 1],
    [["nobody"], 2],
    [["lamp", "--max-seconds", "none"], 2],
  ])("%j exits with %i", async (args, status) => {
    expect((await folder.run(["mutate", ...args])).status).toBe(status);
  });

  test("--reporter json prints one record a line, and what else matters on stderr", async () => {
    const args = ["mutate", "listed", "wrong", "--reporter", "json"];
    const { stdout, stderr } = await folder.run(args);

    const records = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.map(({ mutant, outcome }) => [mutant, outcome])).toEqual([
      ["without lamp/burn/left", "killed"],
      ["without lamp/burn/spare", "equivalent"],
      ["threshold burns-1", "killed"],
      ["threshold burns+1", "killed"],
    ]);
    expect(stderr).toContain("it does not hold: wrong@repaired@one: violated: two at most");
  });
});

describe("quorate blame", () => {
  test("prints what the states are made of, and the levels", async () => {
    const { status, stdout } = await folder.run(["blame", "lamp"]);

    expect(status).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "lamp@repaired@one: 3 states

               values  states without  merged by
      lamp          3               1      ×3.00

      level  states
          1  1  ████████████████████████████████████████
          2  1  ████████████████████████████████████████
          3  1  ████████████████████████████████████████
      "
    `);
  });

  test("--json says the same for programs", async () => {
    const { stdout } = await folder.run(["blame", "lamp", "--json"]);

    expect(JSON.parse(stdout)).toMatchObject({
      case: "lamp@repaired@one",
      bound: null,
      levels: [1, 1, 1],
      states: 3,
      blames: [{ name: "lamp", values: 3, without: 1, factor: 3, error: 0 }],
    });
  });
});
