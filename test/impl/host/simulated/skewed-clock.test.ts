import { describe, expect, test } from "vitest";
import { stream } from "../../../../impl/host/simulated/random.ts";
import { Scheduler } from "../../../../impl/host/simulated/scheduler.ts";
import { SkewedClock } from "../../../../impl/host/simulated/skewed-clock.ts";

describe("a skewed clock", () => {
  test("fires timers earlier when it is fast and later when it is slow", async () => {
    const scheduler = new Scheduler();
    const [fast, slow] = [new SkewedClock(scheduler), new SkewedClock(scheduler)];
    fast.setRate(2);
    slow.setRate(0.5);
    const seen: [string, number][] = [];

    fast.after(100, () => seen.push(["fast", scheduler.nowMs]));
    slow.after(100, () => seen.push(["slow", scheduler.nowMs]));
    await scheduler.run();

    expect(seen).toEqual([
      ["fast", 50],
      ["slow", 200],
    ]);
    expect([fast.now(), slow.now()]).toEqual([400, 100]);
  });

  test("moves the timers that are set when it jumps or changes its rate", async () => {
    const scheduler = new Scheduler();
    const clock = new SkewedClock(scheduler, 1000);
    const seen: [number, number][] = [];
    clock.after(100, () => seen.push([scheduler.nowMs, clock.now()]));
    clock.after(300, () => seen.push([scheduler.nowMs, clock.now()]));

    scheduler.at(10, () => clock.jump(150));
    scheduler.at(20, () => clock.setRate(10));
    await scheduler.run();

    // 1010 jumps to 1160, is 1170 when it gets fast, and 1300 13 ms later.
    expect(seen).toEqual([
      [10, 1160],
      [33, 1300],
    ]);
  });

  test("never goes back nor fires early, whatever is done to it", async () => {
    const scheduler = new Scheduler();
    const clock = new SkewedClock(scheduler, 123.4);
    const dice = stream(3);
    let lastMs = clock.now();
    let early = 0;
    for (let nth = 0; nth < 2000; nth++) {
      scheduler.at(dice.fraction() * 1000, () => {
        if (clock.now() < lastMs) throw new Error(`${clock.now()} after ${lastMs}`);
        lastMs = clock.now();
        if (dice.percent(30)) clock.setRate(0.01 + dice.fraction() * 5);
        if (dice.percent(10)) clock.jump(dice.fraction() * 10);
        const due = clock.now() + dice.fraction() * 50;
        clock.after(due - clock.now(), () => {
          if (clock.now() < due - 1e-9) early += 1;
        });
      });
    }

    await scheduler.run();

    expect(early).toBe(0);
    expect(() => clock.jump(-1)).toThrow(RangeError);
    expect(() => clock.setRate(0)).toThrow(RangeError);
  });

  test("does not fire cancelled timers", async () => {
    const scheduler = new Scheduler();
    const clock = new SkewedClock(scheduler);
    const fired: string[] = [];
    const timer = clock.after(10, () => fired.push("cancelled"));
    clock.after(10, () => fired.push("kept"));

    clock.setRate(2);
    timer.cancel();
    await scheduler.run();

    expect(fired).toEqual(["kept"]);
  });
});
