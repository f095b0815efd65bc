import { describe, expect, test } from "vitest";
import {
  MUTANTS,
  PRINTED_DECIDES,
  PRINTED_E09,
  PRINTED_READS,
  quorumSizes,
  REPAIRED,
  replySizes,
} from "../../../impl/clbft/rules.ts";

describe("the sizes", () => {
  test.each([1, 2, 5])("with f = %i two quorums meet in a correct replica", (faults) => {
    const n = 3 * faults + 1;
    const { joins, ...quorums } = quorumSizes(faults, REPAIRED);

    for (const size of Object.values(quorums)) {
      expect(2 * size - n).toBeGreaterThan(faults);
      expect(size).toBeLessThanOrEqual(n - faults);
    }
    expect(joins).toBeGreaterThan(faults);
    expect(joins).toBeLessThanOrEqual(n - faults);
  });

  test.each([1, 2, 5])(
    "with f = %i replies come of some correct replica, or meet reads in one",
    (faults) => {
      const n = 3 * faults + 1;
      expect(replySizes(faults, false, REPAIRED).replies).toBe(faults + 1);
      const { replies, reads } = replySizes(faults, true, REPAIRED);
      expect(replies + reads - n).toBeGreaterThan(faults);
      expect(Math.max(replies, reads)).toBeLessThanOrEqual(n - faults);
    },
  );

  test("one less than each is not enough", () => {
    const smaller = Object.values(MUTANTS).flatMap(({ shifts }) => Object.entries(shifts));
    expect(smaller.map(([name]) => name).sort()).toEqual(
      ["checkpoints", "commits", "joins", "prepares", "reads", "replies", "viewChanges"].sort(),
    );
    const [faults, n] = [1, 4];
    for (const [name, by] of smaller) {
      const sizes = { ...quorumSizes(faults, REPAIRED), ...replySizes(faults, true, REPAIRED) };
      const size = sizes[name as keyof typeof sizes] + by;
      expect(2 * size - n <= faults || size <= faults, name).toBe(true);
    }
  });
});

describe("the mutants and the printed readings", () => {
  const changed = (rules: typeof REPAIRED) =>
    Object.entries(rules).filter(
      ([field, value]) =>
        JSON.stringify(value) !== JSON.stringify(REPAIRED[field as keyof typeof REPAIRED]),
    );

  test("each changes one rule", () => {
    for (const [name, rules] of Object.entries(MUTANTS)) {
      expect(changed(rules), name).toHaveLength(1);
    }
    for (const rules of [PRINTED_E09, PRINTED_DECIDES, PRINTED_READS]) {
      expect(changed(rules)).toHaveLength(1);
    }
  });

  test("no two are the same, and every rule has one", () => {
    const all = Object.values(MUTANTS).map((rules) => JSON.stringify(changed(rules)));
    expect(new Set(all).size).toBe(all.length);

    const rules = [...Object.values(MUTANTS), PRINTED_E09].flatMap(changed);
    expect([...new Set(rules.map(([field]) => field))].sort()).toEqual(
      Object.keys(REPAIRED).sort(),
    );
  });
});
