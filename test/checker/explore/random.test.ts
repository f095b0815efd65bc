import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import { type Action, equal, QuorateError } from "../../../spec/automaton/index.ts";
import { draws } from "../../fixtures/draws.ts";
import { randomProblem } from "../../fixtures/random/compositions.ts";
import { expectReplays, exploreAll, lengthsOf, naiveLengths } from "./comparing.ts";

/** Steps that change nothing that a property reads are no matter of it. */
const problems = randomProblem.map((problem) => ({
  ...problem,
  properties: problem.properties.map((property) =>
    property.kind === "step"
      ? {
          ...property,
          holds: (before: unknown, action: Action, after: unknown) =>
            equal(before, after) || property.holds(before, action, after),
        }
      : property,
  ),
  [fc.toStringMethod]: () => JSON.stringify(problem.plan),
}));

/** The same compositions in every run. */
const RUNS = { numRuns: draws(350), seed: 20_08_2011 };

describe("on random compositions", { timeout: 300_000 }, () => {
  test("the explorer finds the states, depth and transitions of the naive search", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const naive = searchNaively(problem.system);

        const { states, depth, transitions } = exploreAll(problem);

        expect({ states, depth, transitions }).toEqual({
          states: naive.states,
          depth: naive.depth,
          transitions: naive.transitions,
        });
      }),
      RUNS,
    );
  });

  test("depth first finds the states and depth of breadth first", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const wide = exploreAll(problem);

        const deep = exploreAll(problem, { order: "depth-first" });

        expect([deep.states, deep.depth]).toEqual([wide.states, wide.depth]);
      }),
      RUNS,
    );
  });

  test("every property has the naive verdict and shortest length, and its run replays", () => {
    let violated = 0;
    fc.assert(
      fc.property(problems, (problem) => {
        const naive = searchNaively(problem.system, problem.properties);

        const found = explore({ ...problem, witnesses: [] });

        expect(lengthsOf(problem, found)).toEqual(naiveLengths(naive));
        problem.properties.forEach((property, at) => {
          const violation = found.violations[at];
          if (!violation) return;
          violated++;
          expectReplays(problem, property, violation);
        });
      }),
      RUNS,
    );
    expect(violated).toBeGreaterThan(RUNS.numRuns / 2);
  });

  test("where sends-at-once is accepted, every verdict is that without it", () => {
    let accepted = 0;
    let reduced = 0;
    fc.assert(
      fc.property(problems, (problem) => {
        const plain = { ...problem, witnesses: [] };
        const found = explore(plain);
        const fewer = tryReduced(plain);
        if (fewer === null) return;
        accepted++;
        if (fewer.states < found.states) reduced++;

        expect(Object.keys(lengthsOf(problem, fewer))).toEqual(
          Object.keys(lengthsOf(problem, found)),
        );
        problem.properties.forEach((property, at) => {
          const violation = fewer.violations[at];
          if (violation) expectReplays(problem, property, violation);
        });
      }),
      { ...RUNS, numRuns: draws(1_500) },
    );
    expect(accepted).toBeGreaterThan(20);
    expect(reduced).toBeGreaterThan(0);
  });
});

function tryReduced(problem: Parameters<typeof explore>[0]) {
  try {
    return explore({ ...problem, reductions: ["sends-at-once"] });
  } catch (error) {
    if (error instanceof QuorateError && error.code === "reduction-refused") return null;
    throw error;
  }
}
