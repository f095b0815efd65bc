import { expect, test } from "vitest";
import { checkCase } from "../../../checker/run.ts";
import { twoPhaseCommit } from "../../../refinement/oracle/two-phase-commit.ts";
import { type Case, claim, indices, interchangeable } from "../../../spec/automaton/index.ts";

const reduced: Case = {
  variant: "repaired",
  instance: "2 resource managers",
  tier: "ci",
  expect: "holds",
  pinned: { states: 34, depth: 8 },
  problem: () => ({
    ...twoPhaseCommit(2),
    reductions: ["symmetry"],
    symmetries: [interchangeable(indices("rm", 2))],
  }),
};
const { cases, ...body } = { id: "symmetric", says: "…", source: "…", cases: [reduced] };

test("a record tells that symmetry was used, and counts orbits", () => {
  const record = checkCase(claim({ ...body, cases }), reduced);

  expect([record.verdict, record.states, record.unexpected]).toEqual(["holds", 34, null]);
  expect(record.reductions).toEqual(["symmetry"]);
});

test("without reductions a case is explored whole, and its pins are not compared", () => {
  const record = checkCase(claim({ ...body, cases }), reduced, { reductions: false });

  expect([record.verdict, record.states, record.unexpected]).toEqual(["holds", 56, null]);
  expect(record.reductions).toEqual([]);
});

test("a refused symmetry is an error that says what is not alike", () => {
  const problem = () => ({
    ...reduced.problem(),
    symmetries: [interchangeable(indices("rm", 3))],
  });

  const record = checkCase(claim({ ...body, cases }), { ...reduced, problem });

  expect(record.verdict).toBe("error");
  expect(record.error?.message).toContain("no leaf is to rm#");
});
