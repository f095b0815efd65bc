import { describe, expect, test } from "vitest";
import { stream } from "../../../../impl/host/simulated/random.ts";
import { Scheduler } from "../../../../impl/host/simulated/scheduler.ts";

describe("the scheduler", () => {
  test("runs events by time, and those of one time in order of insertion", async () => {
    const scheduler = new Scheduler();
    const dice = stream(1);
    const times = Array.from({ length: 500 }, () => dice.integer(0, 50) / 4);
    const seen: { at: number; nth: number }[] = [];
    for (const [nth, at] of times.entries()) {
      scheduler.at(at, () => seen.push({ at: scheduler.nowMs, nth }));
    }

    const ended = await scheduler.run();

    const expected = times.map((at, nth) => ({ at, nth })).sort((a, b) => a.at - b.at);
    expect(seen).toEqual(expected);
    expect(ended).toBe("idle");
    expect(scheduler.events).toBe(500);
  });

  test("does not run or count what was cancelled, and is idle without it", async () => {
    const scheduler = new Scheduler();
    scheduler.at(1, () => undefined);
    scheduler
      .at(1000, () => {
        throw new Error("cancelled");
      })
      .cancel();

    expect(await scheduler.run()).toBe("idle");
    expect([scheduler.nowMs, scheduler.events]).toEqual([1, 1]);
  });

  test("lets what an event has settled reach who waits for it before time goes on", async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    const answer = async () => scheduler.nowMs;
    scheduler.at(1, () => {
      const later = answer().then(async (atMs) => atMs);
      later.then((atMs) => seen.push(`asked at ${atMs}, told at ${scheduler.nowMs}`));
    });
    scheduler.at(5, () => seen.push("later"));

    await scheduler.run();

    expect(seen).toEqual(["asked at 1, told at 1", "later"]);
  });

  test("lets all promise reactions of an event run while something is starting", async () => {
    const scheduler = new Scheduler();
    const started = scheduler.starting();
    const seen: string[] = [];
    scheduler.at(1, async () => {
      for (let nth = 0; nth < 100; nth++) await null;
      seen.push(`chain ended at ${scheduler.nowMs}`);
      started();
      scheduler.after(1, () => seen.push(`timer of the chain at ${scheduler.nowMs}`));
    });
    scheduler.at(5, () => seen.push(`later at ${scheduler.nowMs}`));

    await scheduler.run();

    expect(seen).toEqual(["chain ended at 1", "timer of the chain at 2", "later at 5"]);
  });

  test("stops at a time, and lets it pass", async () => {
    const scheduler = new Scheduler();
    const seen: number[] = [];
    for (const at of [1, 2, 3]) scheduler.at(at, () => seen.push(at));

    expect(await scheduler.run({ untilMs: 2.5 })).toBe("time");
    expect([seen, scheduler.nowMs]).toEqual([[1, 2], 2.5]);
    expect(await scheduler.run()).toBe("idle");
    expect(seen).toEqual([1, 2, 3]);
  });

  test("stops an endless run at the most events", async () => {
    const scheduler = new Scheduler();
    const again = () => {
      scheduler.after(0, again);
    };
    again();

    expect(await scheduler.run({ eventsMax: 100 })).toBe("events");
    expect(scheduler.events).toBe(100);
  });

  test("passes on what an event throws", async () => {
    const scheduler = new Scheduler();
    scheduler.at(1, () => {
      throw new Error("broken");
    });

    await expect(scheduler.run()).rejects.toThrow("broken");
  });

  test("refuses what is no time", () => {
    expect(() => new Scheduler().after(Number.NaN, () => undefined)).toThrow(RangeError);
  });
});
