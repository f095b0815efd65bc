import { describe, expect, test, vi } from "vitest";
import { nextTurnMs, Recovering, type WallClock } from "../../../../impl/host/real/recovery.ts";

describe("turns of a recovery", () => {
  const turns = { everyMs: 1_000, count: 4 };

  test("come once in the period, an nth apart, the last process first", () => {
    const first = [0, 1, 2, 3].map((position) => nextTurnMs({ ...turns, position }, 10_000));

    expect(first).toEqual([10_750, 10_500, 10_250, 11_000]);
    for (const position of [0, 1, 2, 3]) {
      const at = nextTurnMs({ ...turns, position }, 10_000);
      expect(nextTurnMs({ ...turns, position }, at)).toBe(at + 1_000);
      expect(nextTurnMs({ ...turns, position }, at - 1)).toBe(at);
    }
  });

  test("are apart whatever moment each replica starts at", () => {
    const at = [3, 123_456, 7_890, 99].map((now, position) =>
      nextTurnMs({ ...turns, position }, now),
    );

    expect(new Set(at.map((ms) => ms % 1_000)).size).toBe(4);
  });
});

/** A clock that vitest moves. */
const clock: WallClock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

describe("a process that recovers", () => {
  const setup = (failing: (life: number) => boolean = () => false) => {
    vi.useFakeTimers({ now: 0 });
    let lives = 0;
    const events: string[] = [];
    const failed = vi.fn();
    const recovering = Recovering.start({
      turns: { everyMs: 1_000, position: 2, count: 4 },
      clock,
      failed,
      start: async () => {
        lives += 1;
        if (failing(lives)) throw new Error(`no life ${lives}`);
        events.push(`${Date.now()} starts ${lives}`);
        return lives;
      },
      stop: async (life) => {
        events.push(`${Date.now()} stops ${life}`);
      },
    });
    return { recovering, events, failed };
  };

  test("is stopped and started at its turns, and not after its close", async () => {
    const { recovering, events } = setup();
    const one = await recovering;
    await vi.advanceTimersByTimeAsync(1_500);
    await one.close();
    await vi.advanceTimersByTimeAsync(5_000);

    expect(events).toEqual([
      "0 starts 1",
      "250 stops 1",
      "250 starts 2",
      "1250 stops 2",
      "1250 starts 3",
      "1500 stops 3",
    ]);
    expect([one.recoveries, one.running]).toEqual([2, 3]);
  });

  test("tries again when it does not come back at once", async () => {
    const { recovering, events, failed } = setup((life) => life === 2 || life === 3);
    const one = await recovering;
    await vi.advanceTimersByTimeAsync(900);

    expect(events.at(-1)).toBe("650 starts 4");
    expect(failed).not.toHaveBeenCalled();
    expect(one.running).toBe(4);
  });

  test("tells that it does not come back, and tries at its next turn", async () => {
    const { recovering, events, failed } = setup((life) => life > 1 && life < 20);
    const one = await recovering;
    await vi.advanceTimersByTimeAsync(2_400);
    expect(failed).toHaveBeenCalledOnce();

    await vi.advanceTimersByTimeAsync(4_000);
    expect(one.recoveries).toBeGreaterThan(0);
    expect(events.filter((event) => event.endsWith("stops 1"))).toHaveLength(1);
  });
});
