import { expect, test } from "vitest";
import { type Codec, jsonCodec, KeyValueStore } from "../../../impl/host/key-value.ts";
import type { Clock } from "../../../impl/host/world.ts";

/** A clock that is set by hand. */
class HandClock implements Clock {
  #nowMs = 0;
  #timers: { readonly atMs: number; readonly run: () => void; isOff: boolean }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void) {
    const timer = { atMs: this.#nowMs + delayMs, run, isOff: false };
    this.#timers.push(timer);
    return {
      cancel: () => {
        timer.isOff = true;
      },
    };
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    for (const timer of this.#timers) {
      if (!timer.isOff && timer.atMs <= this.#nowMs) {
        timer.isOff = true;
        timer.run();
      }
    }
  }

  get open(): number {
    return this.#timers.filter(({ isOff }) => !isOff).length;
  }
}

function newStore(limits: { readonly pendingOperations?: number } = {}) {
  const begun: [string, string | null][] = [];
  const busy = new Set<string>();
  const clock = new HandClock();
  const store = new KeyValueStore<number>(
    {
      isIdle: (key) => !busy.has(key),
      begin(key, value) {
        begun.push([key, value]);
        busy.add(key);
      },
    },
    jsonCodec as Codec<number>,
    { keyBytes: 8, valueBytes: 8, pendingOperations: 100, operationMs: 1000, ...limits },
    clock,
  );
  const end = (key: string, value: string | null) => {
    busy.delete(key);
    store.ended(key, value);
  };
  return { store, begun, busy, clock, end };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error) => error.code,
  );

test("operations on one key follow each other; those on different keys do not wait", async () => {
  const { store, begun, end } = newStore();
  const put = store.put("a", 1);
  const get = store.get("a");
  const other = store.put("b", 2);
  expect(begun).toEqual([
    ["a", "1"],
    ["b", "2"],
  ]);

  end("a", null);
  expect(begun[2]).toEqual(["a", null]);
  end("a", "1");
  end("b", null);

  expect(await Promise.all([put, get, other])).toEqual([undefined, 1, undefined]);
  expect(store.pending).toBe(0);
});

test("an operation from before a restart goes first", async () => {
  const { store, begun, busy, end } = newStore();
  busy.add("a");
  const put = store.put("a", 1);
  expect(begun).toEqual([]);

  end("a", null);
  expect(begun).toEqual([["a", "1"]]);
  end("a", null);
  await put;
});

test("reads that wait for their turn are one read; a read under way is not joined", async () => {
  const { store, begun, end } = newStore();
  const first = store.get("a");
  const [second, third] = [store.get("a"), store.get("a")];
  expect(begun).toHaveLength(1);

  end("a", "1");
  expect(begun).toHaveLength(2);
  end("a", "2");

  expect(await Promise.all([first, second, third])).toEqual([1, 2, 2]);
});

test("a put that timed out goes on, and its repetition joins it", async () => {
  const { store, begun, clock, end } = newStore();
  const put = codeOf(store.put("a", 1, { timeoutMs: 10 }));
  clock.pass(10);
  expect(await put).toBe("operation-timed-out");

  const again = codeOf(store.put("a", 1));
  const different = codeOf(store.put("a", 2));
  expect(begun).toEqual([["a", "1"]]);
  end("a", null);
  expect(await again).toBe("done");
  expect(begun[1]).toEqual(["a", "2"]);
  end("a", null);
  expect(await different).toBe("done");
});

test("an operation that had not begun is forgotten when its caller gives up", async () => {
  const { store, begun, clock, end } = newStore();
  const first = codeOf(store.put("a", 1));
  const second = codeOf(store.put("a", 2, { timeoutMs: 10 }));
  clock.pass(10);
  expect(await second).toBe("operation-timed-out");

  end("a", null);
  expect(await first).toBe("done");
  expect(begun).toEqual([["a", "1"]]);
  expect(store.pending).toBe(0);
  expect(clock.open).toBe(0);
});

test("a signal cancels the wait, before and during", async () => {
  const { store, end } = newStore();
  const control = new AbortController();
  const put = codeOf(store.put("a", 1, { signal: control.signal }));
  control.abort();
  expect(await put).toBe("operation-cancelled");
  expect(await codeOf(store.get("a", { signal: control.signal }))).toBe("operation-cancelled");

  end("a", null);
  expect(store.pending).toBe(0);
});

test("keys, values and the number of operations are bounded", async () => {
  const { store } = newStore({ pendingOperations: 2 });
  expect(await codeOf(store.put("123456789", 1))).toBe("value-invalid");
  expect(await codeOf(store.put("ééééé", 1))).toBe("value-invalid");
  expect(await codeOf(store.put("\ud800", 1))).toBe("value-invalid");
  expect(await codeOf(store.put("a", 123456789))).toBe("value-invalid");
  expect(await codeOf(store.put("a", undefined as unknown as number))).toBe("value-invalid");
});

test("more operations than may be pending are refused at once", async () => {
  const { store, end } = newStore({ pendingOperations: 2 });
  const [a, b] = [codeOf(store.put("a", 1)), codeOf(store.put("b", 1))];
  expect(await codeOf(store.put("c", 1))).toBe("too-many-operations");

  end("a", null);
  end("b", null);
  expect(await Promise.all([a, b])).toEqual(["done", "done"]);
});

test("closing refuses what waits and what comes", async () => {
  const { store, clock } = newStore();
  const put = codeOf(store.put("a", 1));
  const get = codeOf(store.get("a"));

  store.close();

  expect(await Promise.all([put, get])).toEqual(["client-closed", "client-closed"]);
  expect(await codeOf(store.get("a"))).toBe("client-closed");
  expect(clock.open).toBe(0);
});

test("a deleted key and one that nobody wrote have no value", async () => {
  const { store, begun, end } = newStore();
  const removed = store.delete("a");
  expect(begun).toEqual([["a", ""]]);
  end("a", null);
  await removed;
  const got = store.get("a");
  end("a", "");
  expect(await got).toBeUndefined();
});
