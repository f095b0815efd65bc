import fc from "fast-check";
import { produce } from "immer";
import { describe, expect, test } from "vitest";
import {
  Bytes,
  canonical,
  compare,
  detach,
  difference,
  drop,
  entries,
  equal,
  freeze,
  get,
  has,
  index,
  indices,
  insert,
  isIndex,
  keys,
  mapOf,
  positionOf,
  put,
  QuorateError,
  remove,
  setOf,
  size,
  sortOf,
  union,
  type Value,
  values,
} from "../../../spec/automaton/index.ts";

const key = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.constantFrom("__proto__", "constructor", "toString", "replica#2", "replica#10", "client#1"),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    key,
    fc.uint8Array({ maxLength: 3 }).map((bytes) => Bytes.from(bytes)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((pairs) => mapOf(pairs)),
  ),
}));

describe("the order of values", () => {
  test("is antisymmetric, and equal exactly where the canonical texts are", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(Math.sign(compare(a, b))).toBe(0 - Math.sign(compare(b, a)));
        expect(equal(a, b)).toBe(canonical(a) === canonical(b));
      }),
      { numRuns: 2_000 },
    );
  });

  test("is transitive", () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort(compare);

        expect(compare(low, middle)).toBeLessThanOrEqual(0);
        expect(compare(middle, high)).toBeLessThanOrEqual(0);
        expect(compare(low, high)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("puts null, booleans, numbers, strings, bytes, arrays and records in this order", () => {
    const ordered = [null, false, true, -1, 7, "", "z", Bytes.from([0]), [], [1], {}, { a: 1 }];

    const sorted = [...ordered].reverse().sort(compare);

    expect(sorted).toEqual(ordered);
  });

  test("puts indices before other strings, by sort and then by number", () => {
    const sorted = ["a", "replica#10", "client#11", "replica#9", ""].sort(compare);

    expect(sorted).toEqual(["client#11", "replica#9", "replica#10", "", "a"]);
  });
});

describe("the canonical form", () => {
  test("does not depend on the order of keys", () => {
    expect(canonical({ b: [1, null], a: "x" })).toBe(canonical({ a: "x", b: [1, null] }));
  });

  test("tells bytes from the string that spells them", () => {
    expect(canonical(Bytes.fromHex("00ff"))).not.toBe(canonical("h'00ff'"));
  });

  test.each([
    ["undefined", undefined],
    ["NaN", Number.NaN],
    ["an unsafe integer", 2 ** 53],
    ["a Map", new Map()],
    ["a Date", new Date(0)],
    ["a symbol", Symbol("s")],
  ])("refuses %s", (_, odd) => {
    const run = () => canonical({ inner: [odd] });

    expect(run).toThrow(QuorateError);
    expect(run).toThrow(/\[value-not-plain\]/);
  });
});

describe("bytes", () => {
  test("are equal by content and come back as they went in", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (source) => {
        const bytes = Bytes.from(source);

        expect(bytes.toUint8Array()).toEqual(source);
        expect(equal(Bytes.fromHex(bytes.toHex()), bytes)).toBe(true);
        expect(bytes.length).toBe(source.length);
      }),
    );
  });

  test("do not change with their source or with a copy", () => {
    const source = Uint8Array.of(1, 2);
    const bytes = Bytes.from(source);

    source[0] = 9;
    bytes.toUint8Array()[1] = 9;

    expect(bytes.toHex()).toBe("0102");
  });

  test.each(["0", "0g", "0x00"])("refuse %j for hexadecimal", (hex) => {
    expect(() => Bytes.fromHex(hex)).toThrow(/not a hexadecimal string/);
  });
});

describe("an index", () => {
  test("knows its sort and its position", () => {
    const all = indices("replica", 3);

    expect(all.map(sortOf)).toEqual(["replica", "replica", "replica"]);
    expect(all.map(positionOf)).toEqual([0, 1, 2]);
    expect(all.every(isIndex)).toBe(true);
  });

  test.each([
    ["Replica", 0],
    ["", 0],
    ["a b", 0],
    ["r", -1],
    ["r", 0.5],
    ["r", 1e9],
  ])("of sort %j at %d is refused", (sort, at) => {
    expect(() => index(sort, at)).toThrow(/\[index-malformed\]/);
  });

  test.each(["replica#01", "replica", "#1", "replica#1 ", 1, null])("is not %j", (odd) => {
    expect(isIndex(odd)).toBe(false);
  });
});

describe("collections", () => {
  type State = { set: Value[]; map: Record<string, Value> };
  type Operation = (state: State) => unknown;
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    value.map(
      (one): Operation =>
        ({ set }) =>
          insert(set, one as never),
    ),
    value.map(
      (one): Operation =>
        ({ set }) =>
          remove(set, one as never),
    ),
    value.map(
      (one): Operation =>
        ({ set }) =>
          has(set, one as never),
    ),
    fc.tuple(key, value).map(
      ([at, one]): Operation =>
        ({ map }) =>
          put(map, at, one as never),
    ),
    key.map(
      (at): Operation =>
        ({ map }) =>
          drop(map, at),
    ),
    key.map(
      (at): Operation =>
        ({ map }) =>
          canonical(get(map, at) ?? null),
    ),
    fc.constant<Operation>(({ map }) =>
      canonical([keys(map), values(map), entries(map), size(map)]),
    ),
  );

  test("give the same answers and states on a draft and on the live thing", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 12 }), (operations) => {
        const live: State = { set: [], map: mapOf() };
        const onLive = operations.map((run) => run(live));
        let onDraft: unknown[] = [];

        const made = produce<object>({ set: [], map: mapOf() }, (draft) => {
          onDraft = operations.map((run) => run(draft as State));
        });

        expect(onDraft).toEqual(onLive);
        expect(canonical(made)).toBe(canonical(live));
      }),
      { numRuns: 500 },
    );
  });

  test("a set is sorted, without duplicates, whatever the order of insertion", () => {
    fc.assert(
      fc.property(fc.array(value), (all) => {
        const set = setOf(...all);

        expect(new Set(set.map(canonical)).size).toBe(set.length);
        expect(canonical(set)).toBe(canonical([...set].sort(compare)));
        expect(all.every((one) => has(set, one as never))).toBe(true);
      }),
    );
  });

  test("union and difference are those of mathematics", () => {
    const [a, b] = [setOf(1, 2, 3), setOf(3, 4)];

    expect(union(a, b)).toEqual([1, 2, 3, 4]);
    expect(difference(a, b)).toEqual([1, 2]);
  });

  test("insert and remove say whether they changed something", () => {
    const set = setOf(2);

    expect([insert(set, 1), insert(set, 1), remove(set, 2), remove(set, 2)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test("a map made by mapOf holds __proto__ and does not see inherited names", () => {
    const map = mapOf<string, number>([["__proto__", 1]]);
    put(map, "constructor", 2);

    expect(entries(map)).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
    expect([get(map, "toString"), get({}, "toString")]).toEqual([undefined, undefined]);
    expect(drop(map, "__proto__")).toBe(true);
    expect(Object.keys(map)).toEqual(["constructor"]);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("an ordinary record holds __proto__ as well", () => {
    const map: Record<string, number> = {};

    put(map, "__proto__", 1);

    expect(keys(detach(map))).toEqual(["__proto__"]);
  });

  test("what is put in is detached from its source", () => {
    const source = { n: [1] };
    const map = mapOf<string, { n: number[] }>();
    const set: { n: number[] }[] = [];

    put(map, "a", source);
    insert(set, source);
    source.n.push(2);

    expect(map).toEqual(mapOf([["a", { n: [1] }]]));
    expect(set).toEqual([{ n: [1] }]);
  });
});

describe("detach and freeze", () => {
  test("detach copies all the way down, and shares only bytes", () => {
    fc.assert(
      fc.property(value, (original) => {
        const frozen = freeze(original);

        const copy = detach(frozen);

        expect(canonical(copy)).toBe(canonical(frozen));
        if (typeof copy === "object" && copy !== null && !Bytes.is(copy)) {
          expect(copy).not.toBe(frozen);
          expect(Object.isFrozen(copy)).toBe(false);
        }
      }),
    );
  });

  test("freeze reaches every part", () => {
    const state = freeze({ list: [{ n: 1 }] });

    expect([state, state.list, state.list[0]].every(Object.isFrozen)).toBe(true);
  });
});
