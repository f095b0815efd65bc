import { expect, test } from "vitest";
import { smallestBound } from "../../docs/generator/bounds-page.ts";

const of = (...verdicts: readonly (readonly [number, string])[]) =>
  smallestBound(verdicts.map(([bound, verdict]) => ({ bound, verdict })));

test("a bound is given where it holds and the next smaller one is violated", () => {
  expect(of([1, "violated"], [2, "holds"])).toBe("2");
  expect(of([0, "holds"])).toBe("0");
});

test("where nothing holds the bound is more than what is violated", () => {
  expect(of([1, "violated"], [2, "violated"])).toBe("more than 2");
});

test("a gap between what is violated and what holds is told", () => {
  expect(of([1, "violated"], [3, "holds"])).toBe("at most 3, more than 1");
});

test("an undecided case says nothing", () => {
  expect(of([1, "bounded"])).toBeNull();
});
