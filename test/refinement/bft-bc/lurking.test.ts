import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { OPTIMISED, PRINTED_E13, type Rules } from "../../../impl/bft-bc/rules.ts";
import {
  leaving,
  lurkingTold,
  THREE_ABOVE_COMPLETED,
  toldOf,
} from "../../../refinement/bft-bc/bounds.ts";
import { expectReplays } from "../../checker/explore/comparing.ts";

const found = (row: string, b: number, faulty: number, values: number) => {
  const problem = lurkingTold(row, b, leaving(faulty, values), { expect: "holds" }).problem();
  const [violation] = explore(problem, { untilViolated: true }).violations;
  return { problem, violation };
};

describe("the proofs that a stopped client leaves behind", () => {
  test.each([
    ["base", 1],
    ["strong", 1],
  ])("are at most one for a value of %s", (row, faulty) => {
    expect(found(row, 0, faulty, 2).violation).not.toBeNull();
    expect(found(row, 1, faulty, 2).violation).toBeNull();
  });

  test("are three of the optimised protocol with a faulty replica, by a run that replays", () => {
    const { problem, violation } = found("opt", 2, 1, 3);

    expect(violation?.actions).toHaveLength(13);
    expect(new Set(violation?.actions.map(({ payload }) => payload.hash)).size).toBeGreaterThan(2);
    if (violation) expectReplays(problem, problem.properties[0] as never, violation);
  }, 120_000);

  test("are more than four of it where a write proof names no hash, and three where it does", () => {
    const told = (rules: Rules, b: number) =>
      explore(toldOf("any", rules, b, THREE_ABOVE_COMPLETED, { expect: "holds" }).problem(), {
        untilViolated: true,
      }).violations[0];

    expect(told(PRINTED_E13, 4)).not.toBeNull();
    expect(told(OPTIMISED, 3)).toBeNull();
  }, 120_000);
});
