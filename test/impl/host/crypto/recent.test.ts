import fc from "fast-check";
import { expect, test } from "vitest";
import { Recent } from "../../../../impl/host/crypto/recent.ts";

test("a full cache forgets what was neither set nor found for the longest", () => {
  const cache = new Recent<number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  expect(cache.get("a")).toBe(1);
  cache.set("c", 3);
  expect(cache.get("b")).toBeUndefined();
  expect([cache.get("a"), cache.get("c")]).toEqual([1, 3]);
});

test("a cache never holds more than its limit, and always what was last asked for", () => {
  const step = fc.record({ key: fc.constantFrom("a", "b", "c", "d"), set: fc.boolean() });
  fc.assert(
    fc.property(fc.nat({ max: 3 }), fc.array(step), (limit, steps) => {
      const cache = new Recent<string>(limit);
      // The naive cache: keys by age, the youngest last.
      let naive: string[] = [];
      for (const { key, set } of steps) {
        const known = naive.includes(key);
        if (set) cache.set(key, `at ${key}`);
        else expect(cache.get(key)).toBe(known ? `at ${key}` : undefined);
        if (set || known) naive = [...naive.filter((one) => one !== key), key];
        naive = naive.slice(Math.max(0, naive.length - limit));
        expect(cache.size).toBe(naive.length);
      }
    }),
  );
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("a limit of %d is refused", (limit) => {
  expect(() => new Recent(limit)).toThrow(RangeError);
});
