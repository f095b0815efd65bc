import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { walkCase } from "../../../checker/walk/record.ts";
import { walk } from "../../../checker/walk/walk.ts";
import {
  automaton,
  type Case,
  claim,
  compose,
  eventually,
  type Internal,
  invariant,
  noDeadlock,
  type Problem,
  stepInvariant,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { randomProblem } from "../../fixtures/random/compositions.ts";
import { expectReplays } from "../explore/comparing.ts";

/** Two counters on a grid of ten by ten; `jump` leads from (7, 3) to where none should come. */
const grid = (jumps: boolean) => {
  const walker = automaton<
    { readonly x: number; readonly y: number },
    { right: Internal; up: Internal; down: Internal; jump: Internal }
  >("walker", {
    start: { x: 0, y: 0 },
    transitions: {
      right: {
        kind: "internal",
        when: { room: ({ x }) => x < 9 },
        effect: (state) => {
          state.x += 1;
        },
      },
      up: {
        kind: "internal",
        when: { room: ({ y }) => y < 9 },
        effect: (state) => {
          state.y += 1;
        },
      },
      down: {
        kind: "internal",
        when: { room: ({ y }) => y > 0 },
        effect: (state) => {
          state.y -= 1;
        },
      },
      jump: {
        kind: "internal",
        when: { there: ({ x, y }) => jumps && x === 7 && y === 3 },
        effect: (state) => {
          state.x = 100;
        },
      },
    },
  });
  return compose("grid", { walker });
};

const reads = ["walker"] as const;

function problemOn(jumps: boolean, kind: "invariant" | "step" = "invariant"): Problem {
  const system = grid(jumps);
  const near = invariant(system, { name: "near", reads, holds: ({ walker }) => walker.x < 10 });
  const slow = stepInvariant(system, {
    name: "slow",
    reads,
    holds: (before, _, after) => after.walker.x - before.walker.x < 2,
  });
  return {
    system,
    properties: [kind === "invariant" ? near : slow],
    witnesses: [
      witness(system, { name: "far right", reads, reached: ({ walker }) => walker.x >= 9 }),
      witness(system, { name: "nowhere", reads, reached: ({ walker }) => walker.x < 0 }),
      witnessAction(system, { name: "down", action: "down" }),
    ],
  };
}

const SIZE = { walks: 200, steps: 60, seed: 7 };

describe("random walks", () => {
  test.each(["invariant", "step"] as const)(
    "find a planted violation (%s), and shorten its run to what it needs",
    (kind) => {
      const problem = problemOn(true, kind);

      const { found } = walk(problem, SIZE);

      expect(found?.property.kind).toBe(kind);
      expect(found?.violation.actions).toHaveLength(11);
      if (found) expectReplays(problem, found.property, found.violation);
    },
  );

  test("are the same with the same seed, and others with another", () => {
    const run = (seed: number) => {
      const { found, ...rest } = walk(problemOn(true), { ...SIZE, seed });
      return { ...rest, violation: found?.violation };
    };

    expect(run(7)).toEqual(run(7));
    expect(run(8).steps).not.toBe(run(7).steps);
  });

  test("tell which witnesses they reached", () => {
    const { reached, walks, steps } = walk(problemOn(false), { walks: 20, steps: 200, seed: 1 });

    expect(reached).toEqual([true, false, true]);
    expect([walks, steps]).toEqual([20, 4000]);
  });

  test("end where no step leads on, and find that deadlock", () => {
    const stuck = automaton<{ readonly n: number }, { tick: Internal }>("stuck", {
      start: { n: 0 },
      transitions: {
        tick: {
          kind: "internal",
          when: { few: ({ n }) => n < 3 },
          effect: (state) => {
            state.n += 1;
          },
        },
      },
    });
    const system = compose("one", { stuck });
    const ends = (at: number): Problem => ({
      system,
      properties: [
        noDeadlock(system, {
          name: "ends",
          reads: ["stuck"],
          finished: (view) => view.stuck.n === at,
        }),
      ],
      witnesses: [],
    });

    expect(walk(ends(3), { walks: 2, steps: 50, seed: 1 })).toMatchObject({
      steps: 6,
      found: null,
    });
    const { found } = walk(ends(4), { walks: 2, steps: 50, seed: 1 });
    expect(found?.violation.actions).toHaveLength(3);
  });

  test("violate nothing that an exhaustive search does not", { timeout: 60_000 }, () => {
    let violations = 0;
    fc.assert(
      fc.property(randomProblem, fc.nat(), (problem, seed) => {
        const { found } = walk(problem, { walks: 5, steps: 15, seed });
        if (found === null) return;
        violations++;
        const shortest = searchNaively(problem.system, [found.property]).violated;
        expect(found.violation.actions.length).toBeGreaterThanOrEqual(
          shortest.get(found.property.name) ?? Number.POSITIVE_INFINITY,
        );
        expectReplays(problem, found.property, found.violation);
      }),
      { numRuns: 40, seed: 21_11_2026 },
    );
    expect(violations).toBeGreaterThan(5);
  });
});

describe("the record of walks", () => {
  const recordOf = (problem: () => Problem, expected: Case["expect"] = "holds") => {
    const one: Case = { variant: "v", instance: "i", tier: "ci", expect: expected, problem };
    const whole = claim({ id: "grid", says: "It stays near.", source: "this test", cases: [one] });
    return walkCase({ claim: whole, case: one }, SIZE);
  };

  test("never says that a model holds", () => {
    const record = recordOf(() => problemOn(false));

    expect(record).toMatchObject({ verdict: "not violated", unexpected: null, walks: 200 });
  });

  test("has the run of a violation, which is unexpected where none is expected", () => {
    const record = recordOf(() => problemOn(true));

    expect(record.unexpected).toBe("violated, where holds was expected");
    expect(record.counterexample?.actions.at(-1)?.name).toBe("jump");
    expect(recordOf(() => problemOn(true), "violated").unexpected).toBeNull();
  });

  test("says which properties are not asked, and where none is", () => {
    const record = recordOf(() => {
      const problem = problemOn(false);
      const system = grid(false);
      const comes = eventually(system, {
        name: "comes",
        reads,
        holds: ({ walker }) => walker.x === 9,
      });
      return { ...problem, system, properties: [comes] };
    });

    expect(record).toMatchObject({ verdict: "not asked", walks: 0 });
    expect(record.properties).toMatchObject([{ name: "comes", asked: false }]);
  });

  test("tells what the model throws", () => {
    const record = recordOf(() => {
      throw new TypeError("no problem");
    });

    expect(record.verdict).toBe("error");
    expect(record.error?.message).toContain("no problem");
  });
});
