import { afterAll, describe, expect, test } from "vitest";
import { type Exploration, explore, type SearchOptions } from "../../../checker/search/search.ts";
import {
  brokenProblem,
  namedProblem,
  PROBLEM_NAMES,
  type ProblemName,
} from "../../fixtures/workers/problems.ts";
import { expectReplays } from "../explore/comparing.ts";
import { Crew, caseOf, fixture } from "./crew.ts";

const crews = [2, 3, 8].map((workers) => new Crew(workers));
const [two, three] = crews as [Crew, Crew];
const one = new Crew(1);
afterAll(() => Promise.all([one, ...crews].map((crew) => crew.end())));

const named = (name: ProblemName) => fixture("namedProblem", name);

/** What must not depend on the number of workers: all but time, memory, coverage and caches. */
function essence({ states, transitions, depth, levels, bound, ...rest }: Exploration) {
  const { reached, violations, notes } = rest;
  return { states, transitions, depth, levels, bound, reached, violations, notes };
}

/** What 2, 3 and 8 workers find; the crews take turns, so that each has the machine. */
async function byAll(...asked: Parameters<Crew["explore"]>): Promise<ReturnType<typeof essence>[]> {
  const found: ReturnType<typeof essence>[] = [];
  for (const crew of crews) found.push(essence(await crew.explore(...asked)));
  return found;
}

function expectAllAlike(all: readonly ReturnType<typeof essence>[]): ReturnType<typeof essence> {
  const [first, ...others] = all;
  for (const other of others) expect(other).toEqual(first);
  return first as ReturnType<typeof essence>;
}

describe("1, 2, 3 and 8 workers", { timeout: 300_000 }, () => {
  test.each(PROBLEM_NAMES)("find what the search without workers finds: %s", async (name) => {
    const problem = namedProblem(name);
    const alone = essence(explore(problem));

    const found = expectAllAlike(await byAll(named(name)));

    expect(found).toEqual(alone);
    problem.properties.forEach((property, at) => {
      const violation = found.violations[at];
      if (violation) expectReplays(problem, property, violation);
    });
  });

  const LIN_CC = ["refinement/bft-bc/L-LIN-cc.claim.js", "L-LIN-cc"] as const;

  test("agree on a violated register with sends at once", async () => {
    const variant = "mutant/read-without-write-back";
    const source = caseOf(...LIN_CC, variant, "1 faulty of 4, 2 writes, 2 reads");
    const found = essence(await one.explore(source));

    for (const crew of [two, three]) {
      expect(essence(await crew.explore(source))).toEqual(found);
    }
    expect(found.states).toBe(5_453);
    expect(found.violations.map(Boolean)).toEqual([true]);
  });

  /** A model this dear only with the fewest: each worker evaluates its own local states. */
  test("agree on a register with sends at once that holds", async () => {
    const source = caseOf(...LIN_CC, "plain", "1 faulty of 4, 2 writes, 2 reads");

    const { states, depth, bound, violations } = await two.explore(source);

    expect({ states, depth, bound }).toEqual({ states: 32_710, depth: 34, bound: null });
    expect(violations).toEqual([null]);
  });

  test("end where a budget of depth ends them, with all that is there", async () => {
    const found = expectAllAlike(await byAll(named("two-phase-commit"), { maxDepth: 7 }));

    expect(found).toMatchObject({ bound: "depth 7", depth: 7 });
    expect(found).toEqual(essence(explore(namedProblem("two-phase-commit"), { maxDepth: 7 })));
  });
});

describe("the models above", () => {
  const violatedOf = (name: ProblemName) =>
    explore(namedProblem(name)).violations.map((violation) => violation?.actions.length ?? null);

  test("violate what they are made for, and nothing else", () => {
    expect(Object.fromEntries(PROBLEM_NAMES.map((name) => [name, violatedOf(name)]))).toEqual({
      "two-phase-commit": [null, null],
      "pbft-tiny": [null],
      "pbft-tiny without commit quorum": [expect.any(Number)],
      "a deadlock": [36, 36, null],
      "a quiescent state that is no deadlock": [null, 36],
      "a step that is forbidden": [28, null],
      "a long race": [300, null],
      "a race that is stopped": [9, 15],
      "a race that is shorter than specified": [null, null],
      "a race that is longer than specified": [20, null],
    });
  });

  test("are searched to the end, but for the one whose properties are all violated", () => {
    const { levels } = explore(namedProblem("a race that is stopped"));

    expect(levels?.length).toBeLessThan(30);
  });
});

describe("several workers", { timeout: 300_000 }, () => {
  // The states in which a runner can fall are in many partitions, so any worker may be the first.
  test.each([2, 5, 9])("report once that an effect threw at place %d", async (place) => {
    let message = "";
    try {
      explore(brokenProblem(place));
    } catch (error) {
      message = (error as Error).message;
    }
    const source = fixture("brokenProblem", place);

    for (const crew of [two, three]) {
      const answer = await crew.ask(source, {}, "share");

      expect(answer).toEqual({ failed: { code: "effect-threw", message } });
    }
  });

  test("search again after an error", async () => {
    await two.ask(fixture("brokenProblem", 4));

    const { states } = await two.explore(named("a deadlock"));

    expect(states).toBe(13 ** 3);
  });

  test("find in threads of their own what a crew of them finds", async () => {
    const source = named("pbft-tiny without commit quorum");

    const found = await three.explore(source, {}, "share");

    expect(essence(found)).toEqual(essence(await three.explore(source)));
  });

  test.each<[string, SearchOptions]>([
    ["states", { maxStates: 3_000 }],
    ["memory", { maxMemoryMb: 0.001 }],
    ["time", { maxSeconds: 0.000_001 }],
  ])("end as bounded by a budget of %s, and say which", async (_, search) => {
    const [bound] = [explore(namedProblem("two-phase-commit"), search).bound];

    for (const crew of crews) {
      const found = await crew.explore(named("two-phase-commit"), search);

      expect(found.bound).toBe(bound);
      expect(found.states).toBeGreaterThan(100);
      expect(found.states).toBeLessThanOrEqual(8_832);
    }
  });

  test("give what one gives of a search too short to be shared", async () => {
    const alone = explore(namedProblem("a deadlock"));

    const decided = await three.explore(named("a deadlock"), {}, "decided");

    expect(essence(decided)).toEqual(essence(alone));
    expect(decided.coverage).toEqual(alone.coverage);
  });
});
