import { describe, expect, test } from "vitest";
import { ServiceCalls } from "../../../impl/host/service-calls.ts";
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

function started() {
  const begun: string[] = [];
  let idle = true;
  const clock = new Timers();
  const user = {
    isIdle: () => idle,
    begin(operation: string) {
      idle = false;
      begun.push(operation);
    },
  };
  const limits = { valueBytes: 8, pendingOperations: 3, operationMs: 1000 };
  const calls = new ServiceCalls(user, limits, clock);
  const end = (result: string) => {
    idle = true;
    calls.ended(result);
  };
  return { begun, clock, calls, end };
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
    end("of nobody");
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

  test("are bounded, and refused once the client is closed", async () => {
    const { calls } = started();
    const all = ["a", "b", "c"].map((one) => calls.invoke(one).catch(({ code }) => code));
    await expect(calls.invoke("d")).rejects.toMatchObject({ code: "too-many-operations" });

    calls.close();

    expect(await Promise.all(all)).toEqual(new Array(3).fill("client-closed"));
    await expect(calls.invoke("e")).rejects.toMatchObject({ code: "client-closed" });
  });
});
