import { describe, expect, test } from "vitest";
import type { Operation } from "../../../checker/history/history.ts";
import {
  checkLinearizable,
  type SequentialObject,
} from "../../../checker/history/linearizability.ts";
import { checkRegisters, type RegisterHistory } from "../../../checker/history/register.ts";
import { QuorateError } from "../../../spec/automaton/index.ts";

type QueueOp = { readonly op: "enqueue"; readonly item: number } | { readonly op: "dequeue" };

const queue: SequentialObject<readonly number[], QueueOp, number | null> = {
  initial: [],
  apply: (state, operation) =>
    operation.op === "enqueue"
      ? { state: [...state, operation.item], result: null }
      : { state: state.slice(1), result: state[0] ?? null },
};

const enqueue = (client: string, invoked: number, returned: number | null, item: number) =>
  ({ client, invoked, returned, operation: { op: "enqueue", item }, result: null }) as const;
const dequeue = (client: string, invoked: number, returned: number, result: number | null) =>
  ({ client, invoked, returned, operation: { op: "dequeue" }, result }) as const;

describe("a queue", () => {
  test("is linearizable where concurrent enqueues may have been either way", () => {
    const history = [
      enqueue("a", 0, 3, 1),
      enqueue("b", 1, 2, 2),
      dequeue("c", 4, 5, 2),
      dequeue("c", 6, 7, 1),
    ];

    const verdict = checkLinearizable(queue, history);

    const order = [history[1], history[0], history[2], history[3]];
    expect(verdict).toEqual({ verdict: "linearizable", orders: [order] });
  });

  test("is not where they were one after the other, and the core is what contradicts", () => {
    const history: Operation<QueueOp, number | null>[] = [
      enqueue("a", 0, 1, 1),
      enqueue("b", 2, 3, 2),
      dequeue("c", 4, 5, 2),
      dequeue("d", 4, 7, null),
      enqueue("a", 8, 9, 3),
    ];

    const verdict = checkLinearizable(queue, history);

    expect(verdict).toMatchObject({ verdict: "violated", stuckAt: history[2] });
    if (verdict.verdict !== "violated") return;
    expect(verdict.prefix).toHaveLength(4);
    expect(verdict.core).toEqual([history[0], history[1], history[2]].slice(-verdict.core.length));
  });

  test("a pending enqueue may take effect at any later time, or never", () => {
    const pending = enqueue("a", 0, null, 1);

    for (const result of [1, null]) {
      const history = [pending, dequeue("b", 9, 10, result)];
      expect(checkLinearizable(queue, history).verdict).toBe("linearizable");
    }
    const twice = [pending, dequeue("b", 9, 10, 1), dequeue("b", 11, 12, 1)];
    expect(checkLinearizable(queue, twice).verdict).toBe("violated");
  });

  test("operations that touch at one instant are concurrent", () => {
    const history = [enqueue("a", 0, 5, 1), dequeue("b", 5, 5, null)];

    expect(checkLinearizable(queue, history).verdict).toBe("linearizable");
  });

  test("is decided part by part where operations are about independent queues", () => {
    const history = [dequeue("a", 0, 1, null), dequeue("b", 0, 1, 7), dequeue("c", 2, 3, null)];
    const partition = () => "only";

    expect(checkLinearizable(queue, history, { partition })).toMatchObject({
      verdict: "violated",
      partition: "only",
    });
  });

  test("an operation that returns before it is invoked is refused", () => {
    const check = () => checkLinearizable(queue, [enqueue("a", 5, 4, 1)]);

    expect(check).toThrow(QuorateError);
    expect(check).toThrow("invoked at 5 and returns at 4");
  });
});

describe("a budget", () => {
  /** All concurrent, and one dequeue that no order explains: every order must be tried. */
  const hard = [
    ...Array.from({ length: 9 }, (_, at) => enqueue(`c${at}`, 0, 100, at)),
    dequeue("d", 101, 102, 99),
  ];

  test.each([
    [{ maxWork: 1000 }, "more than 1000 applications"],
    [{ maxConfigurations: 100 }, "more than 100 configurations"],
  ])("of %j ends the search undecided", (budget, why) => {
    const verdict = checkLinearizable(queue, hard, budget);

    expect(verdict.verdict).toBe("undecided");
    expect(Object(verdict).why).toContain(why);
  });

  test("does not hide a violation of another part", () => {
    const partition = (operation: QueueOp) => (Object(operation).item === 8 ? "easy" : "hard");
    const history = [...hard, { ...enqueue("x", 0, 1, 8), result: 1 }];

    const verdict = checkLinearizable(queue, history, { partition, maxWork: 1000 });

    expect(verdict).toMatchObject({ verdict: "violated", partition: "easy" });
  });
});

/** A run of one register with 64 clients, each with one operation at a time. */
function longHistory(operations: number, values: number): RegisterHistory {
  let seed = 12345;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const history: RegisterHistory[number][] = [];
  const open: { at: number; result: string | null; done: boolean }[] = [];
  let value: string | null = null;
  for (let time = 0; history.length < operations || open.length > 0; time += 1) {
    const client = random(64);
    const mine = open.findIndex(({ at }) => history[at]?.client === `c${client}`);
    const one = open[mine];
    if (one === undefined) {
      if (history.length >= operations) continue;
      const write = `v${values === 0 ? history.length : random(values)}`;
      const operation =
        random(2) === 0 ? { op: "put", key: "x", value: write } : { op: "get", key: "x" };
      const asked = { client: `c${client}`, invoked: time, returned: null, operation };
      open.push({
        at: history.push(asked as RegisterHistory[number]) - 1,
        result: null,
        done: false,
      });
    } else if (!one.done) {
      const { operation } = history[one.at] as RegisterHistory[number];
      if (operation.op === "put") value = operation.value;
      else one.result = value;
      one.done = true;
    } else {
      history[one.at] = {
        ...(history[one.at] as RegisterHistory[number]),
        returned: time,
        result: one.result,
      };
      open.splice(mine, 1);
    }
  }
  return history;
}

describe("5,000 operations of 64 clients on one register", () => {
  const distinct = longHistory(5000, 0);
  const reads = distinct.flatMap(({ operation }, at) => (operation.op === "get" ? [at] : []));
  const stale = distinct.map((one, at) =>
    at === reads[1500] ? { ...one, result: distinct[reads[700] as number]?.result ?? null } : one,
  );

  test.each(["search", "fastest"] as const)("are decided by %s", (by) => {
    expect(checkRegisters(distinct, { by }).verdict).toBe("linearizable");
  });

  test.each([1000, 3])("are decided by search where only %i values are written", (values) => {
    expect(checkRegisters(longHistory(5000, values)).verdict).toBe("linearizable");
  });

  test("may stay undecided where a few values are written often, and are never called wrong", () => {
    const verdict = checkRegisters(longHistory(5000, 50), { maxWork: 100_000 });

    expect(verdict.verdict).not.toBe("violated");
  });

  test("show a stale read, with the six operations at most that contradict", () => {
    const verdict = checkRegisters(stale);

    expect(verdict).toMatchObject({ verdict: "violated", stuckAt: stale[reads[1500] as number] });
    expect(Object(verdict).core.length).toBeLessThanOrEqual(6);
    expect(checkRegisters(Object(verdict).core).verdict).toBe("violated");
  });
});
