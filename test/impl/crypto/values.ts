import fc from "fast-check";
import { Bytes, type Value } from "../../../spec/automaton/index.ts";
import { setOwn } from "../../../spec/automaton/values.ts";

const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, "", "null", "replica#0", "replica#10", "[]", "\ud800"),
  fc.maxSafeInteger(),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.uint8Array({ maxLength: 4 }).map(Bytes.from),
);

/** Arbitrary plain values: all kinds of leaves, nested twice. */
export const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .array(
        fc.tuple(fc.oneof(fc.constant("__proto__"), fc.string({ maxLength: 3 })), tie("value")),
        {
          maxLength: 3,
        },
      )
      .map((entries) => {
        const record: Record<string, Value> = {};
        for (const [key, value] of entries) setOwn(record, key, value);
        return record;
      }),
  ),
})).value;
