import { describe, expect, test } from "vitest";
import {
  checkRegisters,
  lurkingWrites,
  type RegisterHistory,
  type RegisterOptions,
} from "../../../checker/history/register.ts";
import { type ObjectModel, searchOrder } from "../../../checker/history/search.ts";

const faulty = { c: (_key: string, value: string | null) => value?.startsWith("c") ?? false };

/** Operations one after the other: "put d1", "get c1", "stop", and "y:" before those at key y. */
function history(...steps: readonly string[]): RegisterHistory {
  return steps.map((step, at): RegisterHistory[number] => {
    const [what, key] = step.startsWith("y:") ? [step.slice(2), "y"] : [step, "x"];
    const [op, value = ""] = what.split(" ");
    const common = { client: "d", invoked: 2 * at, returned: 2 * at + 1 };
    if (op === "stop") {
      const operation = { op, client: "c" } as const;
      return { ...common, returned: 2 * at, operation, result: null };
    }
    if (op === "put") return { ...common, operation: { op, key, value }, result: null };
    return { ...common, operation: { op: "get", key }, result: value === "" ? null : value };
  });
}

const verdict = (options: RegisterOptions, ...steps: readonly string[]) =>
  checkRegisters(history(...steps), { faulty, ...options }).verdict;

describe("what a faulty client leaves behind", () => {
  test("is counted by the smallest bound that holds", () => {
    const counted = (...steps: readonly string[]) => lurkingWrites(history(...steps), { faulty });

    expect(counted("stop", "get c1")).toBe(0);
    expect(counted("get", "stop", "put d1", "get d1", "get c1", "get c1")).toBe(1);
    expect(counted("get", "stop", "put d1", "get d1", "get c1", "get c2")).toBe(2);
    expect(counted("get x9")).toBeNull();
  });

  test("is counted over all keys, or for each where it is asked to", () => {
    const oneAtEach = ["get", "y:get", "stop", "get", "y:get", "get c1", "y:get c1"];

    expect(verdict({ maxLurking: 1 }, ...oneAtEach)).toBe("violated");
    expect(verdict({ maxLurking: 2 }, ...oneAtEach)).toBe("linearizable");
    expect(verdict({ maxLurking: 1, counts: "each-object" }, ...oneAtEach)).toBe("linearizable");
  });

  test("is not seen after the k-th put on its key", () => {
    const twice = ["stop", "put d1", "put d2", "get d2", "get c1"];

    expect(verdict({ maxOverwrites: 2 }, ...twice)).toBe("violated");
    expect(verdict({ maxOverwrites: 3 }, ...twice)).toBe("linearizable");
    expect(verdict({ maxOverwrites: 1 }, "put d1", "stop", "y:put d2", "get d1", "get c1")).toBe(
      "linearizable",
    );
  });

  test("is decided key by key, so that the violated key is named", () => {
    const found = checkRegisters(history("stop", "put d1", "y:get", "get d1", "get c1"), {
      faulty,
      maxLurking: 0,
      counts: "each-object",
    });

    expect(found).toMatchObject({ verdict: "violated", partition: "x" });
  });
});

describe("the search", () => {
  /** n operations at once that count, and one that can never return what it did. */
  function counting(n: number): Parameters<typeof searchOrder<number, "add" | "get", number>> {
    const model: ObjectModel<number, "add" | "get", number> = {
      initial: 0,
      after: (count, operation, result) =>
        operation === "add" ? [count + 1] : result === undefined || result === count ? [count] : [],
      key: String,
    };
    const adds = Array.from({ length: n }, (_, at) => ({
      client: `d${at}`,
      invoked: 0,
      returned: 10,
      operation: "add" as const,
      result: 0,
    }));
    return [model, [...adds, { ...adds[0]!, invoked: 0, operation: "get" as const, result: -1 }]];
  }

  test("does not search a configuration twice: 12 concurrent operations have 12! orders", () => {
    const { end, work } = searchOrder(...counting(12));

    expect(end).toBe("stuck");
    // Each of 2^12 sets of operations is entered from at most 12 others, and looks at 13 outcomes.
    expect(work).toBeLessThan(2 ** 12 * 12 * 13);
  });

  test("is the product of the keys' work where they are not independent, else the sum", () => {
    const concurrent = (key: string): RegisterHistory =>
      Array.from({ length: 7 }, (_, at) => ({
        client: `${key}${at}`,
        invoked: 0,
        returned: 10,
        operation: { op: "put", key, value: `${at % 2}` } as const,
        result: null,
      }));
    const wrong: RegisterHistory[number] = {
      client: "e",
      invoked: 11,
      returned: 12,
      operation: { op: "get", key: "x" },
      result: "9",
    };
    const both = [...concurrent("x"), ...concurrent("y"), wrong];
    const options = { faulty, maxLurking: 1, maxConfigurations: 1_000 };

    expect(checkRegisters(both, options).verdict).toBe("undecided");
    expect(checkRegisters(both, { ...options, counts: "each-object" }).verdict).toBe("violated");
  });
});
