import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { indices } from "../../../spec/automaton/index.ts";
import { refines } from "./refines.ts";
import { consensus } from "./voting.ts";

describe("refinement as TLA+ has it", () => {
  const { system } = consensus(2);

  test("holds of a system and itself", () => {
    const same = refines(system, {
      name: "itself",
      specification: consensus(2).system,
      reads: ["chosen"],
      mapping: ({ chosen }) => ({ chosen }),
    });

    const { violations } = explore({ system, properties: [same], witnesses: [] });

    expect(violations).toEqual([null]);
  });

  test("fails at a step that the specification does not have", () => {
    const narrower = refines(system, {
      name: "the first value alone",
      specification: consensus(1).system,
      reads: ["chosen"],
      mapping: ({ chosen }) => ({ chosen }),
    });

    const [violation] = explore({ system, properties: [narrower], witnesses: [] }).violations;

    expect(violation?.actions).toEqual([{ name: "Next", payload: { value: "value#1" } }]);
  });

  test("fails where a start state is none of the specification", () => {
    const late = refines(system, {
      name: "chosen from the start",
      specification: system,
      reads: [],
      mapping: () => ({ chosen: indices("value", 1) }),
    });

    const [violation] = explore({ system, properties: [late], witnesses: [] }).violations;

    expect(violation?.actions).toEqual([]);
  });
});
