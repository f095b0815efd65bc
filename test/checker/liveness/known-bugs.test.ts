import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import {
  alwaysEventually,
  eventually,
  eventuallyAlways,
  leadsTo,
  notFair,
  type Reduction,
  stronglyFair,
  weaklyFair,
} from "../../../spec/automaton/index.ts";
import { decide, lone } from "./machines.ts";

/*
 * What other checkers got wrong about liveness, each on a model of ours. DAG joins (stateright PR 3)
 * and loops that are none (tla-rs 64) are in liveness.test.ts.
 */

const reads = ["m"] as const;

describe("a bound on the search never makes liveness pass (tlaplus 839, 161)", () => {
  const line = lone("0", {
    step: Array.from({ length: 20 }, (_, at) => [`${at}`, `${at + 1}`] as const),
  });
  const end = eventually(line, { name: "20", reads, holds: ({ m }) => m === "20" });

  test("what holds on the whole is bounded under a budget, and no dead end is made up", () => {
    expect(decide(line, end)).toBe("holds");
    expect(decide(line, end, { maxStates: 5 })).toBe("bounded");
    expect(decide(line, end, { maxDepth: 3 })).toBe("bounded");
  });

  test("a lasso inside what was explored is real", () => {
    const system = lone("0", {
      step: Array.from({ length: 20 }, (_, at) => [`${at}`, `${at + 1}`] as const),
      round: [
        ["1", "1b"],
        ["1b", "1"],
      ],
    });
    const property = eventually(system, { name: "20", reads, holds: ({ m }) => m === "20" });
    expect(decide(system, property, { maxStates: 6 })).toBe("step>1 | round>1b round>1");
  });

  test("a bound inside the model is a dead end, which violates", () => {
    const cut = lone("0", {
      step: [
        ["0", "1"],
        ["1", "2"],
      ],
    });
    const property = eventually(cut, { name: "20", reads, holds: ({ m }) => m === "20" });
    expect(decide(cut, property)).toBe("step>1 step>2 |");
  });
});

describe("stuttering", () => {
  test("a run may stop where nothing is owed a step (tla-rs 62)", () => {
    const system = lone("0", { step: [["0", "1"]] });
    const one = (fairness: ReturnType<typeof notFair>[]) =>
      eventually(system, { name: "1", reads, holds: ({ m }) => m === "1", fairness });
    expect(decide(system, one([notFair("step")]))).toBe("|");
    expect(decide(system, one([]))).toBe("holds");
  });

  test("eventually always is decided, not dropped (tla-rs 62)", () => {
    const system = lone("0", {
      step: [
        ["0", "1"],
        ["1", "0"],
      ],
    });
    const stays = eventuallyAlways(system, { name: "1", reads, holds: ({ m }) => m === "1" });
    expect(decide(system, stays)).toBe("| step>1 step>0");
  });

  test("an action that may change nothing is not taken by changing nothing (tla-rs 63)", () => {
    const grow = lone("0", {
      grow: [
        ["0", "0"],
        ["0", "1"],
        ["1", "1"],
        ["1", "2"],
      ],
    });
    const two = (fairness: ReturnType<typeof weaklyFair>[]) =>
      eventually(grow, { name: "2", reads, holds: ({ m }) => m === "2", fairness });
    expect(decide(grow, two([weaklyFair("grow")]))).toBe("holds");
    expect(decide(grow, two([stronglyFair("grow")]))).toBe("holds");
  });

  test("nor is it owed a step where it can change nothing", () => {
    const idle = lone("0", { idle: [["0", "0"]] });
    const never = eventually(idle, { name: "never", reads, holds: () => false });
    expect(decide(idle, never)).toBe("|");
  });
});

describe("fairness is asked of the loop that starves, not of what surrounds it", () => {
  test("an unfair cycle inside a fair component is none (tla-rs 59)", () => {
    // A seat is held, extended for ever, or released, and can be held again.
    const seat = lone("free", {
      hold: [["free", "held"]],
      extend: [
        ["held", "held2"],
        ["held2", "held"],
      ],
      release: [
        ["held", "free"],
        ["held2", "free"],
      ],
    });
    const released = leadsTo(seat, {
      name: "held leads to free",
      reads,
      premise: ({ m }) => m !== "free",
      conclusion: ({ m }) => m === "free",
    });
    expect(decide(seat, released)).toBe("holds");
  });

  test("steps count, not the states at their ends (tlaplus 201)", () => {
    // A: x + 1 mod 3. B: to any value. The state keeps which of them came last.
    const values = [0, 1, 2];
    const all = values.flatMap((x) => ["A", "B"].map((last) => ({ x, last })));
    const system = lone("0B", {
      A: all.map(({ x, last }) => [`${x}${last}`, `${(x + 1) % 3}A`] as const),
      B: all.flatMap(({ x, last }) => values.map((y) => [`${x}${last}`, `${y}B`] as const)),
    });
    const taken = alwaysEventually(system, {
      name: "A is taken",
      reads,
      holds: ({ m }) => m.endsWith("A"),
    });
    expect(decide(system, taken)).toBe("holds");
  });
});

describe("reductions are refused, not warned of (tlaplus 59, 644)", () => {
  const system = lone("0", { step: [["0", "1"]] });
  const property = eventually(system, { name: "comes to 1", reads, holds: ({ m }) => m === "1" });
  const all: readonly Reduction[] = [
    "sends-at-once",
    "symmetry",
    "partial-order",
    "eager",
    "absorbing-inputs",
    "antichains",
  ];

  test.each(all)("%s", (reduction) => {
    const problem = { system, properties: [property], witnesses: [], reductions: [reduction] };
    expect(() => explore(problem)).toThrow(/comes to 1.*\[reduction-refused\]/);
  });
});
