import fc from "fast-check";
import { type Draft, produce } from "immer";
import { describe, expect, test } from "vitest";
import { tracked } from "../../../impl/host/execution/tracked.ts";
import { OPERATIONS, SERVICES } from "../../../impl/services/built-in.ts";
import { counter } from "../../../impl/services/counter.ts";
import { keyValue } from "../../../impl/services/key-value.ts";
import { canonical, detach, type Index, type Value } from "../../../spec/automaton/index.ts";
import { parseCanonical } from "../../../spec/automaton/parse.ts";
import { applyTo } from "../../../spec/service/apply-to.ts";
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
    const live = detach(keyValue.start) as Draft<typeof keyValue.start>;
    const does = (...operation: string[]) =>
      keyValue.applyInPlace(live, JSON.stringify(operation), CLIENT);
    for (let at = 0; at < 99_999; at += 1) does("put", `${at}`, "");

    expect(does("put", "last", "")).toBe('["done"]');
    expect(does("put", "one more", "")).toBe('["full"]');
    expect(does("put", "17", "x")).toBe('["done"]');
    expect(does("delete", "one more")).toBe('["done"]');
    expect(does("put", "one more", "")).toBe('["full"]');
    expect(does("delete", "17")).toBe('["done"]');
    expect(does("put", "one more", "")).toBe('["done"]');
    expect(live.keys).toBe(Object.keys(live.texts).length);
  });

  test("looks at no other key than the one that it is asked about", () => {
    const seen = new Set<string | symbol>();
    const live = detach(keyValue.start) as Draft<typeof keyValue.start>;
    for (let at = 0; at < 100; at += 1) keyValue.applyInPlace(live, `["put","${at}","x"]`, CLIENT);
    live.texts = new Proxy(live.texts, {
      get(of, key) {
        seen.add(key);
        return Reflect.get(of, key);
      },
      getOwnPropertyDescriptor(of, key) {
        seen.add(key);
        return Reflect.getOwnPropertyDescriptor(of, key);
      },
      ownKeys() {
        throw new Error("all keys were asked for");
      },
    });
    for (const operation of ['["put","17","y"]', '["get","17"]', '["delete","17"]']) {
      keyValue.query?.(live, operation, CLIENT);
      keyValue.applyInPlace(live, operation, CLIENT);
    }
    expect([...seen]).toEqual(["17"]);
  });
});

describe.each(Object.values(SERVICES))("$name", (service) => {
  const known = OPERATIONS[service.name] ?? [];
  const often = { weight: 4, arbitrary: fc.constantFrom(...known) };
  const operations = fc.array(fc.oneof(often, fc.json()), { minLength: 5, maxLength: 30 });

  test("takes any text, and every state of it can be stored", () => {
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

  test("does in place what it does on a copy", () => {
    fc.assert(
      fc.property(operations, (asked) => {
        const plain = { service: detach(service.start) };
        const live = tracked({ service: detach(service.start) }, new Set(), () => undefined);
        let drafted: { readonly service: Value } = { service: service.start };
        let { start: state } = service;
        for (const one of asked) {
          const applied = service.apply(state, one, CLIENT);
          state = applied.state;
          const said = [plain, live].map((holder) =>
            applyTo(service, holder, "service", one, CLIENT),
          );
          drafted = produce(drafted, (draft) => {
            said.push(applyTo(service, draft, "service", one, CLIENT));
          });
          expect(said).toEqual(new Array(3).fill(applied.result));
          for (const holder of [plain, live, drafted]) {
            expect(canonical(holder.service)).toBe(canonical(state));
          }
        }
      }),
    );
  });

  test("answers as a query only what changes nothing", () => {
    let queries = 0;
    fc.assert(
      fc.property(operations, (asked) => {
        let { start: state } = service;
        for (const one of asked) {
          const before = canonical(state);
          const answer = service.query?.(state, one, CLIENT) ?? null;
          expect(canonical(state)).toBe(before);
          const applied = service.apply(state, one, CLIENT);
          if (answer !== null) {
            queries += 1;
            expect([answer, before]).toEqual([applied.result, canonical(applied.state)]);
          }
          state = applied.state;
        }
      }),
      { numRuns: 300 },
    );
    expect(queries).toBeGreaterThan(100);
  });

  test("has operations for simulations, all of which mean something", () => {
    const said = results(service, OPERATIONS[service.name] ?? []);
    expect(said.length).toBeGreaterThan(3);
    expect(said.filter((one) => one.includes("malformed"))).toEqual([]);
  });
});
