import { beforeEach, describe, expect, test, vi } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import type { Problem } from "../../../spec/automaton/index.ts";
import { fetching, UNSOUND } from "../../fixtures/reduce/eager-steps.ts";
import { lengthsOf } from "../explore/comparing.ts";

/** Whether eager steps are taken without the checks that they are sound. */
const unchecked = vi.hoisted(() => ({ now: false }));

vi.mock("../../../checker/reduce/eager.ts", async (original) => {
  const eager = await original<typeof import("../../../checker/reduce/eager.ts")>();
  const refuseUnsoundEager: typeof eager.refuseUnsoundEager = (...given) => {
    if (!unchecked.now) eager.refuseUnsoundEager(...given);
  };
  return { ...eager, refuseUnsoundEager };
});

beforeEach(() => {
  unchecked.now = false;
});

const eagerly = (problem: Problem) => explore({ ...problem, reductions: ["eager"] });

describe("eager steps", () => {
  test("leave out what others do before them", () => {
    const plain = explore({ ...fetching(), properties: [] });

    expect(plain.states).toBe(10);
    expect(eagerly({ ...fetching(), properties: [] }).states).toBe(7);
  });

  test("keep the violations, with shortest counterexamples", () => {
    const problem = fetching();

    expect(lengthsOf(problem, eagerly(problem))).toEqual({ "a first": 2 });
  });

  test.each(UNSOUND.map(({ why, problem }) => [why, problem] as const))(
    "are refused where an action %s, and would lose a violation",
    (why, problem) => {
      expect(explore(problem).violations[0]).not.toBeNull();
      expect(() => eagerly(problem)).toThrow(why);

      unchecked.now = true;

      expect(eagerly(problem).violations[0]).toBeNull();
    },
  );

  test("are refused where nothing is declared eager, or no such action exists", () => {
    const { eager: _, ...problem } = fetching();

    expect(() => eagerly(problem)).toThrow("no action is declared eager");
    expect(() => eagerly({ ...problem, eager: ["fecth-a"] })).toThrow("there is no action fecth-a");
  });
});
