import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { type Problem, QuorateError } from "../../../spec/automaton/index.ts";
import { randomProblem } from "../../fixtures/random/compositions.ts";
import { randomSparse } from "../../fixtures/reduce/random-sparse.ts";
import { expectReplays, exploreAll, lengthsOf } from "../explore/comparing.ts";

/** The same compositions in every run. `QUORATE_RUNS` asks for more, with other seeds. */
const MORE = Number(process.env.QUORATE_RUNS ?? 0);
const RUNS = MORE > 0 ? { numRuns: MORE } : { numRuns: 40, seed: 14 };

/** Without step properties, for which the reduction is refused, and with one property or more. */
const problems = randomProblem.map((problem) => ({
  ...problem,
  properties: problem.properties.filter(({ kind }) => kind !== "step"),
  [fc.toStringMethod]: () => JSON.stringify(problem.plan),
}));

/** Each property by itself: the fewer are asked, the more is left out. */
const separately = (problem: Problem): Problem[] => [
  ...problem.properties.map((one) => ({ ...problem, properties: [one], witnesses: [] })),
  ...problem.witnesses.slice(0, 2).map((one) => ({ ...problem, properties: [], witnesses: [one] })),
  problem,
];

describe("partial order reduction, on random compositions", { timeout: 3_600_000 }, () => {
  test("gives every verdict of the whole search, and its counterexamples replay", () => {
    const seen = { accepted: 0, reduced: 0, violated: 0, reached: 0 };
    fc.assert(
      fc.property(problems, (whole) => {
        const plain = explore({ ...whole, witnesses: [] });
        const reached = explore({ ...whole, properties: [] }).reached;
        const wanted = new Map(whole.witnesses.map(({ name }, at) => [name, reached[at]]));
        const states = exploreAll(whole).states;
        for (const problem of separately(whole)) {
          const fewer = reducedOrNull(problem);
          if (fewer === null) return;
          seen.accepted++;
          if (fewer.bound === null && fewer.states < states) seen.reduced++;

          const asked = new Set(problem.properties.map(({ name }) => name));
          expect(Object.keys(lengthsOf(problem, fewer))).toEqual(
            Object.keys(lengthsOf(whole, plain)).filter((name) => asked.has(name)),
          );
          if (fewer.violations.every((one) => one === null)) {
            expect(fewer.reached).toEqual(problem.witnesses.map(({ name }) => wanted.get(name)));
            seen.reached += fewer.reached.filter(Boolean).length;
          }
          problem.properties.forEach((property, at) => {
            const violation = fewer.violations[at];
            if (!violation) return;
            seen.violated++;
            expectReplays(problem, property, violation);
          });
        }
      }),
      RUNS,
    );
    expect(seen.accepted).toBeGreaterThan(RUNS.numRuns);
    expect(seen.reduced).toBeGreaterThan(RUNS.numRuns / 10);
    expect(seen.violated).toBeGreaterThan(RUNS.numRuns / 2);
    expect(seen.reached).toBeGreaterThan(RUNS.numRuns / 2);
  });

  test("gives the verdict of the whole search where much is left out", () => {
    const seen = { reduced: 0, violated: 0, kept: 0 };
    fc.assert(
      fc.property(randomSparse, (problem) => {
        const plain = explore(problem);

        const fewer = explore({ ...problem, reductions: ["partial-order"] });

        expect(Object.keys(lengthsOf(problem, fewer))).toEqual(
          Object.keys(lengthsOf(problem, plain)),
        );
        if (fewer.states < plain.states) seen.reduced++;
        seen[fewer.violations[0] ? "violated" : "kept"]++;
      }),
      { ...RUNS, numRuns: RUNS.numRuns * 20 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS.numRuns);
  });
});

function reducedOrNull(problem: Problem) {
  try {
    return explore({ ...problem, reductions: ["partial-order"] });
  } catch (error) {
    if (error instanceof QuorateError && error.code === "reduction-refused") return null;
    throw error;
  }
}
