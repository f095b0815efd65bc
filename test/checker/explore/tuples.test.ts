import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Tuples } from "../../../checker/explore/tuples.ts";

describe("a map from tuples", () => {
  test("holds what a map from their texts holds", () => {
    const tuple = fc.tuple(fc.integer(), fc.nat({ max: 3 }), fc.constantFrom(0, -1, 7));
    const entries = fc.array(fc.tuple(tuple, fc.nat({ max: 2 ** 31 - 2 })), { maxLength: 300 });
    fc.assert(
      fc.property(entries, fc.array(tuple), (all, others) => {
        const tuples = new Tuples(3);
        const map = new Map<string, number>();
        for (const [key, value] of all) {
          tuples.set(key, value);
          map.set(key.join(), value);
        }

        for (const key of [...all.map(([one]) => one), ...others]) {
          expect(tuples.get(key)).toBe(map.get(key.join()) ?? -1);
        }
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  test("holds the empty tuple", () => {
    const tuples = new Tuples(0);

    expect(tuples.get([])).toBe(-1);
    tuples.set([], 4);
    expect(tuples.get([])).toBe(4);
  });

  test("reads typed arrays", () => {
    const tuples = new Tuples(2);
    tuples.set(Int32Array.of(1, 2), 0);

    expect([tuples.get([1, 2]), tuples.get([2, 1])]).toEqual([0, -1]);
  });
});
