import { describe, expect, test } from "vitest";
import { type Asked, ServiceCalls } from "../../../impl/host/service-calls.ts";
import type { Clock } from "../../../impl/host/world.ts";

/** Timers that run when a test says so. */
class Timers implements Clock {
  readonly #timers = new Map<number, { readonly atMs: number; readonly run: () => void }>();
  #next = 0;
  nowMs = 0;

  now(): number {
    return this.nowMs;
  }

  after(delayMs: number, run: () => void) {
    const id = this.#next;
    this.#next += 1;
    this.#timers.set(id, { atMs: this.nowMs + delayMs, run });
    return { cancel: () => this.#timers.delete(id) };
  }

  pass(ms: number): void {
    this.nowMs += ms;
    for (const [id, { atMs, run }] of this.#timers) {
      if (atMs <= this.nowMs && this.#timers.delete(id)) run();
    }
  }

  get waiting(): number {
    return this.#timers.size;
  }
}

/** A service that has so many operations under way at a time, and some already from before a restart. */
function started({ room = 1, before = 0 } = {}) {
  const begun: string[] = [];
  const reads: string[] = [];
  let underway = before;
  const clock = new Timers();
  const user = {
    begin({ operation, isRead }: Asked) {
      if (underway >= room) return null;
      underway += 1;
      if (isRead) reads.push(operation);
      return begun.push(operation);
    },
  };
  const limits = { valueBytes: 8, pendingOperations: 3, operationMs: 1000 };
  const calls = new ServiceCalls(user, limits, clock);
  /** @param ticket of the operation that ends: the last one that was begun unless told */
  const end = (result: string, ticket = begun.length) => {
    underway = Math.max(0, underway - 1);
    calls.ended(ticket, result);
  };
  return { begun, reads, clock, calls, end };
}

describe("operations on a service", () => {
  test("follow each other in the order of the calls", async () => {
    const { begun, calls, end, clock } = started();
    const all = ["a", "b"].map((one) => calls.invoke(one));
    expect(begun).toEqual(["a"]);

    end("1");
    expect(begun).toEqual(["a", "b"]);
    end("2");

    expect(await Promise.all(all)).toEqual(["1", "2"]);
    expect([calls.pending, clock.waiting]).toEqual([0, 0]);
  });

  test("wait for one from before a restart, which nobody here asked for", async () => {
    const { begun, calls, end } = started();
    const first = calls.invoke("a");
    end("of a");
    end("of nobody", 17);
    const second = calls.invoke("b");
    end("of b");

    expect([await first, await second]).toEqual(["of a", "of b"]);
    expect(begun).toEqual(["a", "b"]);
  });

  test("go on when their caller gives up; the same one again joins it", async () => {
    const { begun, calls, end, clock } = started();
    const late = calls.invoke("a");
    clock.pass(1000);
    await expect(late).rejects.toMatchObject({ code: "operation-timed-out" });

    const again = calls.invoke("a");
    const other = calls.invoke("a");
    end("1");
    end("2");

    expect([await again, await other]).toEqual(["1", "2"]);
    expect(begun).toEqual(["a", "a"]);
  });

  test("that were not begun are dropped when their caller gives up", async () => {
    const { begun, calls, end } = started();
    const controller = new AbortController();
    const first = calls.invoke("a");
    const second = calls.invoke("b", { signal: controller.signal });
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: "operation-cancelled" });
    end("1");

    expect(await first).toBe("1");
    expect(begun).toEqual(["a"]);
  });

  test.each([
    ["too long", "123456789"],
    ["half a character", "\ud800"],
  ])("are refused if they are %s", async (_, operation) => {
    const { calls } = started();
    await expect(calls.invoke(operation)).rejects.toMatchObject({ code: "value-invalid" });
  });

  test("overlap as far as there is room, and end in any order", async () => {
    const { begun, calls, end } = started({ room: 2 });
    const all = ["a", "b", "c"].map((one) => calls.invoke(one));
    expect(begun).toEqual(["a", "b"]);

    end("of b", 2);
    expect(begun).toEqual(["a", "b", "c"]);
    end("of c", 3);
    end("of a", 1);

    expect(await Promise.all(all)).toEqual(["of a", "of b", "of c"]);
    expect(calls.pending).toBe(0);
  });

  test("are two when two callers want the same at one time", async () => {
    const { begun, calls, end } = started({ room: 2 });
    const all = [calls.invoke("a"), calls.invoke("a")];
    end("1", 1);
    end("2", 2);

    expect(await Promise.all(all)).toEqual(["1", "2"]);
    expect(begun).toEqual(["a", "a"]);
  });

  test("from before a restart take room until they end", async () => {
    const { begun, calls, end } = started({ room: 2, before: 2 });
    const [first, second] = ["a", "b"].map((one) => calls.invoke(one));
    expect(begun).toEqual([]);

    end("of before", 18);
    expect(begun).toEqual(["a"]);
    end("of before, too", 17);
    expect(begun).toEqual(["a", "b"]);
    end("of b", 2);
    end("of a", 1);

    expect([await first, await second]).toEqual(["of a", "of b"]);
  });

  test("that only read begin in their turn, and never join one that was given up", async () => {
    const { begun, reads, calls, end, clock } = started({ room: 2 });
    const late = calls.read("r");
    clock.pass(1000);
    await expect(late).rejects.toMatchObject({ code: "operation-timed-out" });

    const again = calls.read("r");
    const write = calls.invoke("r");
    end("of before", 1);
    end("of now", 2);
    end("written", 3);

    expect([await again, await write]).toEqual(["of now", "written"]);
    expect([begun, reads]).toEqual([
      ["r", "r", "r"],
      ["r", "r"],
    ]);
  });

  test("are bounded, and refused once the client is closed", async () => {
    const { calls } = started();
    const all = ["a", "b", "c"].map((one) => calls.invoke(one).catch(({ code }) => code));
    await expect(calls.invoke("d")).rejects.toMatchObject({ code: "too-many-operations" });

    calls.close();

    expect(await Promise.all(all)).toEqual(new Array(3).fill("client-closed"));
    await expect(calls.invoke("e")).rejects.toMatchObject({ code: "client-closed" });
  });
});
