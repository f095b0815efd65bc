import { describe, expect, test } from "vitest";
import { Model } from "../../../checker/explore/model.ts";
import { Projection } from "../../../checker/explore/projection.ts";
import { viewOf } from "../../../checker/explore/view.ts";
import { explore } from "../../../checker/search/search.ts";
import {
  automaton,
  cells,
  compose,
  type Internal,
  invariant,
  startStates,
} from "../../../spec/automaton/index.ts";

const leaf = automaton<{ x: number; y: number }, { go: Internal }>("leaf", {
  start: { x: 0, y: 7 },
  transitions: {
    go: {
      kind: "internal",
      when: { low: ({ x }) => x < 2 },
      effect: (state) => {
        state.x += 1;
      },
    },
  },
});
const soup = cells<{ a: boolean; b: number; c: number }, { put: Internal }>("soup", {
  start: { a: true, b: 1, c: 2 },
  transitions: {
    put: {
      kind: "internal",
      scopes: [{ reads: ["b"], choose: () => [{}] }],
      touches: () => ["b"],
      effect: (now) => {
        now.b = 0;
      },
    },
  },
});
const system = compose("system", { leaf, soup });

describe("what a property sees of a stored state", () => {
  const model = new Model(system, false, []);
  const [start] = model.startVectors();
  const idOf = (track: number) => (start as Int32Array)[track] as number;

  test.each([
    [["leaf"]],
    [["leaf.x"]],
    [["leaf.y", "leaf.x"]],
    [["soup"]],
    [["soup.b"]],
    [["soup.c", "soup.a", "leaf.y"]],
    [["soup.c", "soup"]],
  ])("is what the reference sees of %j", (reads) => {
    const [global] = startStates(system);

    expect(new Projection(model, reads).viewAt(idOf)).toEqual(
      viewOf(system, reads, global as NonNullable<typeof global>),
    );
  });

  test("looks at the cells alone that it names", () => {
    const names = (reads: string[]) =>
      new Projection(model, reads).tracks.map((track) => model.tracks[track]?.name);

    expect(names(["soup.c", "leaf.x"])).toEqual(["soup/c", "leaf"]);
    expect(names(["soup"])).toEqual(["soup/a", "soup/b", "soup/c"]);
  });

  test("refuses a field that does not exist", () => {
    const projection = new Projection(model, ["soup.d"]);

    expect(() => projection.viewAt(idOf)).toThrow('"soup" has no field "d"');
  });

  test("cannot be changed by a property that is asked again", () => {
    const problem = {
      system,
      properties: [
        invariant(system, {
          name: "meddles",
          reads: ["leaf.x"],
          holds: ({ leaf }) => {
            (leaf as { x: number }).x = 0;
            return true;
          },
        }),
      ],
      witnesses: [],
    };

    expect(() => explore(problem)).toThrow("property-threw");
  });
});

test("an exploration tells how many steps ran model code, and for how long", () => {
  const { leaves } = explore({ system, properties: [], witnesses: [] });

  expect(leaves.map(({ name, coldSteps }) => [name, coldSteps])).toEqual([
    ["leaf", 2],
    ["soup/a", 0],
    ["soup/b", 2],
    ["soup/c", 0],
  ]);
  for (const { coldSteps, coldMs } of leaves) expect(coldMs > 0).toBe(coldSteps > 0);
});
