import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { QuorateError } from "../../../spec/automaton/index.ts";
import { expectReplays, exploreAll, lengthsOf } from "../explore/comparing.ts";
import { symmetric } from "./symmetry-models.ts";
import { orbitsOf } from "./symmetry-orbits.ts";
import { type RandomSymmetric, randomSymmetric } from "./symmetry-random.ts";

/** The same compositions in every run. */
const RUNS = { numRuns: 150, seed: 21_11_2026 };
/** Brute force stops here. */
const MOST_STATES = 1_500;

const small = (problem: RandomSymmetric) =>
  exploreAll(problem, { maxStates: MOST_STATES }).bound === null;

describe("on random compositions of like nodes", { timeout: 300_000 }, () => {
  test("what is explored are the orbits, in either order", () => {
    let reduced = 0;
    fc.assert(
      fc.property(randomSymmetric, (problem) => {
        if (problem.plan.bias !== null || !small(problem)) return;
        const all = symmetric({ ...problem, properties: [] });

        const [wide, deep] = [explore(all), explore(all, { order: "depth-first" })];

        const groups = problem.symmetries?.map(({ columns }) => columns) ?? [];
        const orbits = orbitsOf(problem, { groups, arrays: { nodes: 0 } });
        expect([wide.states, deep.states]).toEqual([orbits, orbits]);
        if (orbits < exploreAll(problem).states) reduced++;
      }),
      RUNS,
    );
    expect(reduced).toBeGreaterThan(RUNS.numRuns / 8);
  });

  test("verdicts, lengths and witnesses are those without symmetry, and runs replay", () => {
    let violated = 0;
    fc.assert(
      fc.property(randomSymmetric, (problem) => {
        if (problem.plan.bias !== null || !small(problem)) return;
        const plain = explore(problem);

        const found = explore(symmetric(problem));

        expect(lengthsOf(problem, found)).toEqual(lengthsOf(problem, plain));
        expect(found.reached).toEqual(plain.reached);
        problem.properties.forEach((property, at) => {
          const violation = found.violations[at];
          if (!violation) return;
          violated++;
          expectReplays(problem, property, violation);
        });
      }),
      RUNS,
    );
    expect(violated).toBeGreaterThan(RUNS.numRuns / 4);
  });

  test("where one node is not like the others, symmetry is refused or loses nothing", () => {
    let [refused, accepted] = [0, 0];
    fc.assert(
      fc.property(randomSymmetric, (problem) => {
        if (problem.plan.bias === null || !small(problem)) return;
        const plain = explore(problem);
        try {
          const found = explore(symmetric(problem));
          accepted++;
          expect(lengthsOf(problem, found)).toEqual(lengthsOf(problem, plain));
          if (Object.keys(lengthsOf(problem, plain)).length < problem.properties.length) {
            expect(found.reached).toEqual(plain.reached);
          }
        } catch (error) {
          if (!(error instanceof QuorateError) || error.code !== "reduction-refused") throw error;
          refused++;
        }
      }),
      RUNS,
    );
    expect(refused).toBeGreaterThan(RUNS.numRuns / 8);
    expect(accepted).toBeGreaterThan(RUNS.numRuns / 16);
  });
});
