import fc from "fast-check";
import { expect, test } from "vitest";
import { statementBytes } from "../../../impl/crypto/scheme.ts";
import { Bytes, equal, type Value } from "../../../spec/automaton/index.ts";
import { toHex } from "./bytes.ts";
import { values } from "./values.ts";

const SCOPE = "cluster";
const spelled = (scope: string, statement: Value) => toHex(statementBytes(scope, statement));

test("statements share bytes exactly if they are equal", () => {
  fc.assert(
    fc.property(values, values, (one, other) => {
      expect(spelled(SCOPE, one) === spelled(SCOPE, other)).toBe(equal(one, other));
    }),
    { numRuns: 1000 },
  );
});

test("statements that look alike have bytes of their own", () => {
  const alike: Value[] = [
    ...[1, "1", [1], ["1"], [[1]], { 1: 1 }, -1, 0, false, null, "null", "false"],
    ...[[], {}, "", "[]", "{}", [null], [""], { "": "" }, { "": null }, { a: 1, b: 2 }, ["a", 1]],
    ...["h''", Bytes.fromHex(""), "h'00'", Bytes.fromHex("00"), "00", Bytes.fromHex("0000")],
    // UTF-8 has no half characters: an encoder that replaced them would make these equal.
    ...["\ud800", "\udfff", "\ufffd", "\\ud800"],
    ...["é", "e\u0301", "a\nb", "a\\nb", "1,2", [1, 2], ["1,2"], [[1], 2], [1, [2]]],
  ];
  expect(new Set(alike.map((one) => spelled(SCOPE, one))).size).toBe(alike.length);
});

test("the order of a record's keys and the sign of zero do not matter", () => {
  expect(spelled(SCOPE, { a: 1, b: 2 })).toBe(spelled(SCOPE, { b: 2, a: 1 }));
  expect(spelled(SCOPE, -0)).toBe(spelled(SCOPE, 0));
});

test("no scope and statement can be read as another scope and statement", () => {
  const pairs: [string, Value][] = [
    ["a", "b"],
    ["a\n", "b"],
    ['a"\n"b', ""],
    ['a"\n"b', "b"],
    ["a", '"b"'],
    ["", 'a"\n"b'],
    ["", "b"],
    ["b", ""],
  ];
  expect(new Set(pairs.map(([scope, one]) => spelled(scope, one))).size).toBe(pairs.length);
  fc.assert(
    fc.property(fc.string(), fc.string(), values, values, (scope, another, one, other) => {
      fc.pre(scope !== another);
      expect(spelled(scope, one)).not.toBe(spelled(another, other));
    }),
  );
});

test("the bytes of a statement are fixed: signatures outlive the version that made them", () => {
  const text = new TextDecoder().decode(statementBytes("c1", { ts: 3, to: ["x"] }));
  expect(text).toBe('quorate statement 1\n"c1"\n{"to":["x"],"ts":3}');
});
