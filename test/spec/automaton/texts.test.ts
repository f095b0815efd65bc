import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bytes, canonical, freeze } from "../../../spec/automaton/index.ts";
import { textOf } from "../../../spec/automaton/texts.ts";

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>(null, true, -3, "a", "replica#10", Bytes.fromHex("00ff")),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("b", "a", "replica#2", "replica#10"), tie("value")),
  ),
}));

describe("the text of a value", () => {
  test("is its canonical form, the first time and again, frozen or not", () => {
    fc.assert(
      fc.property(value, (one) => {
        const text = canonical(one);
        expect([textOf(one), textOf(one)]).toEqual([text, text]);

        freeze(one);

        expect([textOf(one), textOf(one), textOf([one])]).toEqual([text, text, `[${text}]`]);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test("follows a change inside a record that is frozen at the top alone", () => {
    const inner = { count: 0 };
    const outer = Object.freeze({ first: Object.freeze({ at: 1 }), inner });
    expect(textOf(outer)).toBe('{"first":{"at":1},"inner":{"count":0}}');

    inner.count = 1;

    expect(textOf(outer)).toBe('{"first":{"at":1},"inner":{"count":1}}');
  });

  test("follows a change that a frozen sibling comes after", () => {
    const list: unknown[] = [1];
    const outer = Object.freeze([list, Object.freeze([2])]);
    expect(textOf(outer)).toBe("[[1],[2]]");

    list.push(3);

    expect(textOf(outer)).toBe("[[1,3],[2]]");
  });

  test("is refused where the value is not plain data, also once it is frozen", () => {
    const holding = Object.freeze({ at: 1.5 });

    expect(() => textOf(holding)).toThrow("1.5 is not plain data");
    expect(() => textOf(holding)).toThrow("1.5 is not plain data");
  });
});
