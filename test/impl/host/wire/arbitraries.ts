import fc from "fast-check";
import type { Wire } from "../../../../impl/network/process.ts";
import { Bytes, type Value } from "../../../../spec/automaton/index.ts";

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("__proto__", "constructor", "toString", "replica#1", "\uFEFF", ""),
);
const leaf = fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.nat(30), text);

function record<T>(parts: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc.array(fc.tuple(text, parts), { maxLength: 5 }).map((entries) => {
    // Not an object literal: that would take __proto__ for the prototype.
    return Object.fromEntries(entries);
  });
}

/** Anything that the wire carries. */
export const wires: fc.Arbitrary<Wire> = fc.letrec<{ wire: Wire }>((tie) => ({
  wire: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.uint8Array(),
    fc.array(tie("wire"), { maxLength: 5 }),
    record(tie("wire")),
  ),
})).wire;

/** Anything that a state holds. */
export const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.uint8Array({ maxLength: 3 }).map((bytes) => Bytes.from(bytes)),
    fc.array(tie("value"), { maxLength: 5 }),
    record(tie("value")),
  ),
})).value;
