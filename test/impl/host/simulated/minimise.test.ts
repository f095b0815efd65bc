import { describe, expect, test } from "vitest";
import { DEFAULT_NORM, makeSchedule } from "../../../../impl/host/simulated/make-schedule.ts";
import { minimise } from "../../../../impl/host/simulated/minimise.ts";
import type { Item, Schedule } from "../../../../impl/host/simulated/schedule.ts";
import { runSchedule, type Watcher } from "../../../../impl/host/simulated/schedule-run.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import { clients, replicas, toyCluster } from "./toy.ts";

const [C0] = clients as readonly Index[] as [Index];

function scheduleOf(items: readonly Item[], durationMs = 30_000): Schedule {
  const processes = [...replicas, ...clients];
  return { version: 1, seed: 1, processes, durationMs, network: DEFAULT_NORM, items };
}

const many = Array.from(
  { length: 200 },
  (_, nth): Item => ({
    kind: "pause",
    process: C0,
    atMs: 100 * nth,
    forMs: 50 + nth,
  }),
);

/** A replica must not forget, over a crash, what it has answered. */
const remembers = (): Watcher => {
  const answered = new Map<Index, Set<string>>();
  return {
    see(event) {
      if (event.kind === "process" && event.detail === "recovered") {
        const ids = event.subject as string[];
        const lost = [...(answered.get(event.process) ?? [])].filter((id) => !ids.includes(id));
        return lost.length > 0 ? `${event.process} forgot ${lost[0]}.` : null;
      }
      if (event.kind !== "process" || event.detail !== "answered") return null;
      const ids = answered.get(event.process) ?? new Set();
      answered.set(event.process, ids.add(event.subject as string));
      return null;
    },
  };
};

const forgets = async (schedule: Schedule) =>
  (await runSchedule(schedule, toyCluster({ answers: "early" }), [remembers])).failures.some(
    ({ kind }) => kind === "watcher",
  );

describe("the minimiser", () => {
  test("finds two given items wherever they are, in far fewer runs than there are pairs", async () => {
    for (const [one, other] of [
      [0, 199],
      [3, 4],
      [57, 131],
    ] as const) {
      const has = (from: Schedule, nth: number) =>
        from.items.some((item) => "forMs" in item && item.forMs === 50 + nth);
      const fails = async (from: Schedule) => has(from, one) && has(from, other);

      const minimised = await minimise(scheduleOf(many), fails);

      expect(minimised?.schedule.items.map((item) => "forMs" in item && item.forMs - 50)).toEqual([
        one,
        other,
      ]);
      // Items that are kept as they are still come as early as they can.
      expect(minimised?.schedule.items.map(({ atMs }) => atMs)).toEqual([0, 0]);
      expect(minimised?.runs).toBeLessThan(150);
    }
  });

  test("keeps the calm at the end", async () => {
    const calmMs = 30_000 - (100 * 199 + 50 + 199);

    const minimised = await minimise(scheduleOf(many), async ({ items }) => items.length > 0);

    expect(minimised?.schedule.durationMs).toBe(calmMs);
    expect(minimised?.schedule.items).toEqual([{ kind: "pause", process: C0, atMs: 0, forMs: 0 }]);
  });

  test("stops at the most runs with what it has, which still fails", async () => {
    const fails = async ({ items }: Schedule) => items.length >= 30;

    const minimised = await minimise(scheduleOf(many), fails, { runsMax: 10 });

    expect(minimised).toMatchObject({ runs: 10, isComplete: false });
    expect(minimised?.schedule.items.length).toBeGreaterThanOrEqual(30);
    expect(minimised?.schedule.items.length).toBeLessThan(200);
  });

  test("says null of a schedule that does not fail", async () => {
    expect(await minimise(scheduleOf(many), async () => false)).toBeNull();
  });

  test("reduces a bug of the toy (an answer before the write is durable) to one crash and few operations", async () => {
    const options = { replicas, clients, faults: 1, operations: 150, calmMs: 5_000 };
    let failing: Schedule | null = null;
    for (let seed = 0; failing === null && seed < 200; seed++) {
      const schedule = makeSchedule(seed, {
        ...options,
        intensity: { crash: 60, pause: 10, loss: 5 },
      });
      if (await forgets(schedule)) failing = schedule;
    }
    if (failing === null) throw new Error("No seed shows the bug.");

    const first = await minimise(failing, forgets);
    const second = await minimise(failing, forgets);

    expect(failing.items.length).toBeGreaterThan(150);
    const kinds = first?.schedule.items.map(({ kind }) => kind) ?? [];
    expect(kinds.filter((kind) => kind !== "invoke")).toEqual(["crash"]);
    // Not always one: how much of a write a crash keeps depends on how many are under way.
    expect(kinds.length).toBeLessThanOrEqual(4);
    expect(await forgets(first?.schedule as Schedule)).toBe(true);
    expect(second).toEqual(first);
  });
});
