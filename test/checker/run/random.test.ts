import fc from "fast-check";
import { expect, test } from "vitest";
import { checkCase } from "../../../checker/run.ts";
import { claim, type Problem, type Reduction } from "../../../spec/automaton/index.ts";
import { randomProblem } from "../../fixtures/random/compositions.ts";

/** Checks a problem as a claim; a run that does not violate would be a `checker-defect`. */
function check(problem: Problem, order: "breadth-first" | "depth-first", reductions: Reduction[]) {
  const one = {
    variant: "random",
    instance: "one",
    tier: "ci",
    expect: "holds",
    problem: () => ({ ...problem, reductions }),
  } as const;
  return checkCase(claim({ id: "random", says: "", source: "", cases: [one] }), one, { order });
}

test("the reference semantics confirms every counterexample of random compositions", () => {
  let confirmed = 0;
  fc.assert(
    fc.property(randomProblem, (problem) => {
      for (const order of ["breadth-first", "depth-first"] as const) {
        for (const reductions of [[], ["sends-at-once"]] as Reduction[][]) {
          const record = check(problem, order, reductions);
          expect([undefined, "reduction-refused", "witness-initial"]).toContain(
            record.error?.code ?? undefined,
          );
          if (record.counterexample !== null) confirmed++;
        }
      }
    }),
    { numRuns: 50 },
  );
  expect(confirmed).toBeGreaterThan(0);
});
