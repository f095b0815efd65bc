import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Condition } from "../../../checker/reduce/partial-order.ts";
import { explore } from "../../../checker/search/search.ts";
import type { Problem } from "../../../spec/automaton/index.ts";
import * as models from "../../fixtures/reduce/interleavings.ts";
import { counter } from "../../fixtures/small/systems.ts";

/** Which condition the reduction leaves out; "refusals": it refuses no property. */
const left = vi.hoisted(() => ({ out: null as Condition | "refusals" | null }));

vi.mock("../../../checker/reduce/reductions.ts", async (original) => {
  const { reductionsOf } = await original<typeof import("../../../checker/reduce/reductions.ts")>();
  const { analyse, StubbornSets } = await import("../../../checker/reduce/partial-order.ts");
  const without: typeof reductionsOf = (problem, model, states) => {
    if (left.out === null || !problem.reductions?.includes("partial-order")) {
      return reductionsOf(problem, model, states);
    }
    const checked = left.out === "refusals" ? { ...problem, properties: [] } : problem;
    const analysis = analyse(checked, "partial-order");
    const condition = left.out === "refusals" ? null : left.out;
    return {
      selection: new StubbornSets(checked, model, states, analysis, condition),
      orbits: null,
    };
  };
  return { reductionsOf: without };
});

beforeEach(() => {
  left.out = null;
});

const reduced = (problem: Problem) => explore({ ...problem, reductions: ["partial-order"] });
const isViolated = (problem: Problem) => reduced(problem).violations.some((one) => one !== null);
const refusal = (problem: Problem) => expect(() => reduced(problem));

describe("partial order reduction", () => {
  test("takes independent steps in one order", () => {
    const problem = models.apart();

    expect(explore(problem).states).toBe(4);
    expect(reduced(problem).states).toBe(3);
  });

  test.each([
    ["emptiness", models.emptiness()],
    ["dependence", models.dependence()],
    ["enabling", models.enabling()],
    ["dependence", models.needsDependence()],
    ["enabling", models.needsEnabling()],
    ["visibility", models.visibility()],
    ["cycles", models.cycles()],
    ["cycles", models.cyclesBeforeTheEnd()],
    ["urgency", models.urgency()],
  ] as const)("finds a violation that it would lose without the condition %s", (one, problem) => {
    expect(explore(problem).violations[0]).not.toBeNull();
    expect(isViolated(problem)).toBe(true);

    left.out = one;

    expect(isViolated(problem)).toBe(false);
  });

  test.each([
    ["state", models.visibleWitness()],
    ["action", models.awaitedAction()],
  ] as const)("reaches a witness, a %s, that it would lose if it did not show", (_, problem) => {
    expect(reduced(problem).reached).toEqual([true]);

    left.out = "visibility";

    expect(reduced(problem).reached).toEqual([false]);
  });

  test.each([
    ["steps", "looks at steps", models.steps()],
    ["the order of actions", "about the order", models.orders()],
  ] as const)("is refused for %s, of which it would lose a violation", (_, why, problem) => {
    expect(explore(problem).violations[0]).not.toBeNull();
    refusal(problem).toThrow(why);

    left.out = "refusals";

    expect(isViolated(problem)).toBe(false);
  });

  test("is refused together with sends-at-once", () => {
    const reductions = ["partial-order", "sends-at-once"] as const;

    expect(() => explore({ ...models.apart(), reductions })).toThrow("sends-at-once");
  });

  test("is refused where the closure of a leaf is too large, which it names", () => {
    const system = counter(30_000);

    refusal({ system, properties: [], witnesses: [] }).toThrow("the closure of counter");
  });
});
