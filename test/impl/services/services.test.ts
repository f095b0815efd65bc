import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OPERATIONS, SERVICES } from "../../../impl/services/built-in.ts";
import { counter } from "../../../impl/services/counter.ts";
import { keyValue } from "../../../impl/services/key-value.ts";
import { canonical, type Index, type Value } from "../../../spec/automaton/index.ts";
import { parseCanonical } from "../../../spec/automaton/parse.ts";
import type { Service } from "../../../spec/service/service.ts";

const CLIENT = "client#0" as Index<"client">;

function results<S extends Value>(service: Service<S>, operations: readonly string[]): string[] {
  let state = service.start;
  return operations.map((operation) => {
    const applied = service.apply(state, operation, CLIENT);
    state = applied.state;
    return applied.result;
  });
}

describe("the counter", () => {
  test("adds and reads", () => {
    expect(results(counter, ["read", "add 5", "add -2", "read"])).toEqual(["0", "5", "3", "3"]);
  });

  test("refuses what is no operation, and a sum that is no safe integer", () => {
    const most = `add ${"9".repeat(15)}`;
    const ten = new Array<string>(10).fill(most);
    expect(results(counter, ["add", "add 1.5", "subtract 1"])).toEqual([
      "malformed",
      "malformed",
      "malformed",
    ]);
    expect(results(counter, [...ten, "read"]).slice(-2)).toEqual(["overflow", `${9 * (1e15 - 1)}`]);
  });
});

describe("the key-value service", () => {
  test("puts, gets, deletes and swaps", () => {
    const operations = [
      '["get","a"]',
      '["put","a","1"]',
      '["get","a"]',
      '["swap","a","2","3"]',
      '["swap","a","1","3"]',
      '["delete","a"]',
      '["swap","a",null,"4"]',
      '["get","a"]',
    ];
    expect(results(keyValue, operations)).toEqual([
      "[null]",
      '["done"]',
      '["1"]',
      '["kept","1"]',
      '["done"]',
      '["done"]',
      '["done"]',
      '["4"]',
    ]);
  });

  test("holds keys that objects have by birth", () => {
    const key = "__proto__";
    const operations = [
      ["put", key, "1"],
      ["get", key],
      ["get", "constructor"],
    ];
    const said = results(
      keyValue,
      operations.map((one) => JSON.stringify(one)),
    );
    expect(said).toEqual(['["done"]', '["1"]', "[null]"]);
  });

  test("refuses a key or a value with half a character, which no state can hold", () => {
    const operations = ['["put","\\ud800","1"]', '["put","a","\\ud800"]', '["put","a"]', "{}", ""];
    expect(new Set(results(keyValue, operations))).toEqual(new Set(['["malformed"]']));
  });

  test("holds so many keys and no more", () => {
    const operations = Array.from({ length: 10_001 }, (_, at) => `["put","${at}",""]`);
    expect(results(keyValue, operations).slice(-2)).toEqual(['["done"]', '["full"]']);
    expect(results(keyValue, [...operations, '["put","1","x"]']).at(-1)).toBe('["done"]');
  });
});

describe.each(Object.values(SERVICES))("$name", (service) => {
  test("takes any text, and every state of it can be stored", () => {
    const known = OPERATIONS[service.name] ?? [];
    const operation = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...known), fc.json());
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 20 }), (operations) => {
        let state = service.start;
        for (const one of operations) {
          const before = canonical(state);
          const { state: after, result } = service.apply(state, one, CLIENT);
          expect(canonical(state)).toBe(before);
          expect(canonical(parseCanonical(canonical(after)))).toBe(canonical(after));
          expect(result.isWellFormed()).toBe(true);
          state = after;
        }
      }),
    );
  });

  test("has operations for simulations, all of which mean something", () => {
    const said = results(service, OPERATIONS[service.name] ?? []);
    expect(said.length).toBeGreaterThan(3);
    expect(said.filter((one) => one.includes("malformed"))).toEqual([]);
  });
});
