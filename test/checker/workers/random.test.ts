import { afterAll, describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { type Exploration, explore } from "../../../checker/search/search.ts";
import { type Problem, QuorateError } from "../../../spec/automaton/index.ts";
import { randomPlans, randomProblem } from "../../fixtures/workers/problems.ts";
import { expectReplays, lengthsOf, naiveLengths } from "../explore/comparing.ts";
import { Crew, fixture } from "./crew.ts";

/** The same compositions in every run. `QUORATE_RUNS` asks for more, with other seeds. */
const MORE = Number(process.env.QUORATE_RUNS ?? 0);
const COUNT = MORE > 0 ? MORE : 24;
const SEED = MORE > 0 ? Date.now() % 2 ** 31 : 18;

const crews = [new Crew(2), new Crew(3)];
afterAll(() => Promise.all(crews.map((crew) => crew.end())));

describe(`on ${COUNT} random compositions of seed ${SEED}`, { timeout: 3_600_000 }, () => {
  const plans = randomPlans(SEED, COUNT);

  test("2 and 3 workers find what the naive search finds, by the run that one worker finds", async () => {
    let [violated, wide] = [0, 0];
    for (const [at, plan] of plans.entries()) {
      const problem = randomProblem(plan);
      const naive = searchNaively(problem.system, problem.properties);
      const alone = explore(problem);
      if (Math.max(...(alone.levels ?? [])) > 16) wide++;

      for (const crew of crews) {
        const found = await crew.explore(fixture("randomProblem", plan));

        const where = `plan ${at}, ${crew.workers} workers`;
        expect(counts(found), where).toEqual(counts(naive));
        expect(lengthsOf(problem, found), where).toEqual(naiveLengths(naive));
        expect(found.violations, where).toEqual(alone.violations);
        expect(found.levels, where).toEqual(alone.levels);
        violated += expectAllReplay(problem, found);
      }
    }
    expect(violated).toBeGreaterThan(COUNT);
    expect(wide).toBeGreaterThan(COUNT / 8);
  });

  test("with sends at once 2 and 3 workers find what one finds, and the naive verdicts", async () => {
    let [accepted, violated] = [0, 0];
    for (const [at, plan] of plans.entries()) {
      const whole = randomProblem(plan);
      // By themselves more of the properties can be asked with the reduction.
      for (const [which, property] of whole.properties.entries()) {
        const problem = { ...whole, properties: [property] };
        const alone = reducedOrNull({ ...problem, reductions: ["sends-at-once"] });
        if (alone === null) continue;
        accepted++;
        const source = fixture("randomProblem", plan, ["sends-at-once"], which);
        const naive = searchNaively(problem.system, problem.properties);
        for (const crew of crews) {
          const found = await crew.explore(source);

          const where = `plan ${at}, property ${which}, ${crew.workers} workers`;
          expect(essence(found), where).toEqual(essence(alone));
          expect(found.violations.map(Boolean), where).toEqual([naive.violated.size > 0]);
          violated += expectAllReplay(problem, found);
        }
      }
    }
    expect(accepted).toBeGreaterThan(COUNT / 4);
    expect(violated).toBeGreaterThan(0);
  });

  test("what is not shared is decided by one of them, as without workers", async () => {
    const [crew] = crews as [Crew];
    let accepted = 0;
    for (const plan of plans) {
      const problem = randomProblem(plan, ["partial-order"]);
      const alone = reducedOrNull(problem);
      if (alone === null) continue;
      accepted++;
      const naive = searchNaively(problem.system, problem.properties);

      const found = await crew.explore(
        fixture("randomProblem", plan, ["partial-order"]),
        {},
        "decided",
      );

      expect(essence(found)).toEqual(essence(alone));
      expect(Object.keys(lengthsOf(problem, found)).sort()).toEqual(
        [...naive.violated.keys()].sort(),
      );
    }
    expect(accepted).toBeGreaterThan(0);
  });
});

function counts({
  states,
  depth,
  transitions,
}: Pick<Exploration, "states" | "depth" | "transitions">) {
  return { states, depth, transitions };
}

function essence(found: Exploration) {
  const { levels, bound, violations, reached, notes } = found;
  return { ...counts(found), levels, bound, violations, reached, notes };
}

/** How many counterexamples there are; each replays. */
function expectAllReplay({ system, properties }: Problem, { violations }: Exploration): number {
  properties.forEach((property, at) => {
    const violation = violations[at];
    if (violation) expectReplays({ system, properties, witnesses: [] }, property, violation);
  });
  return violations.filter((one) => one !== null).length;
}

function reducedOrNull(problem: Problem): Exploration | null {
  try {
    return explore(problem);
  } catch (error) {
    if (error instanceof QuorateError && error.code === "reduction-refused") return null;
    throw error;
  }
}
