import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder, lamp } from "./cli.ts";

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.with({ "lamp.claim.ts": lamp("lamp") });
});
afterAll(() => folder.remove());

describe("quorate graph", () => {
  test("prints the whole system in the Aldebaran format", async () => {
    const { status, stdout } = await folder.run(["graph", "lamp", "--format", "aut"]);

    expect(status).toBe(0);
    expect(stdout).toBe('des (0,2,3)\n(0,"burn",1)\n(1,"burn",2)\n');
  });

  test("prints it for Graphviz: the start whole, the others by what differs", async () => {
    const { stdout } = await folder.run(["graph", "lamp", "--format", "dot"]);

    expect(stdout).toMatchInlineSnapshot(`
      "digraph "room" {
        node [shape=box, fontname="monospace"];
        0 [label="0\\llamp: { burnt: 0 }\\l", peripheries=2];
        1 [label="1\\llamp.burnt: 0 → 1\\l"];
        2 [label="2\\llamp.burnt: 0 → 2\\l"];
        0 -> 1 [label="burn"];
        1 -> 2 [label="burn"];
      }
      "
    `);
  });

  test("prints it as JSON without a format", async () => {
    const { stdout } = await folder.run(["graph", "lamp"]);

    expect(JSON.parse(stdout)).toMatchObject({
      format: "quorate-graph",
      version: 1,
      system: "room",
      leaves: ["lamp"],
      starts: [0],
      states: [
        { state: [{ state: { burnt: 0 }, outbox: [] }], changes: [] },
        { changes: ["lamp.burnt: 0 → 1"] },
        { changes: ["lamp.burnt: 0 → 2"] },
      ],
      edges: [
        { from: 0, to: 1, action: { name: "burn", payload: {} }, label: "burn" },
        { from: 1, to: 2 },
      ],
    });
  });

  test("refuses a system of more states than --max-states", async () => {
    const { status, stderr } = await folder.run(["graph", "lamp", "--max-states", "2"]);

    expect(status).toBe(2);
    expect(stderr).toContain("[graph-too-large]");
  });
});
