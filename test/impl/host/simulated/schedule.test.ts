import { describe, expect, test } from "vitest";
import { HostError } from "../../../../impl/host/errors.ts";
import { INTENSITIES, makeSchedule } from "../../../../impl/host/simulated/make-schedule.ts";
import { endMsOf, type Item } from "../../../../impl/host/simulated/schedule.ts";
import { readSchedule, writeSchedule } from "../../../../impl/host/simulated/schedule-file.ts";
import { type Index, indices } from "../../../../spec/automaton/index.ts";

const replicas: readonly Index[] = indices("replica", 7);
const clients: readonly Index[] = indices("client", 2);
const options = {
  replicas,
  clients,
  faults: 2,
  behaviours: ["mute", "twin"],
  intensity: INTENSITIES.wild,
};
const seeds = Array.from({ length: 100 }, (_, seed) => seed);

describe("a schedule that is made", () => {
  test("is a function of the seed", () => {
    expect(makeSchedule(1, options)).toEqual(makeSchedule(1, options));
    expect(makeSchedule(1, options)).not.toEqual(makeSchedule(2, options));
  });

  test("has every kind of fault in some seed, and comes sorted", () => {
    const kinds = new Set<string>();
    for (const seed of seeds) {
      const { items } = makeSchedule(seed, options);
      for (const { kind } of items) kinds.add(kind);
      expect(items.map(({ atMs }) => atMs)).toEqual(
        items.map(({ atMs }) => atMs).sort((a, b) => a - b),
      );
    }

    expect([...kinds].sort()).toEqual([...Object.keys(INTENSITIES.wild), "invoke"].sort());
  });

  test("has never more than f replicas faulty at once, and sometimes f", () => {
    let most = 0;
    for (const seed of seeds) {
      const { items } = makeSchedule(seed, options);
      const forGood = items.filter(({ kind }) => kind === "byzantine" || kind === "corrupt");
      for (const { atMs } of items) {
        const now = items.filter(
          (item) =>
            (item.kind === "crash" || item.kind === "disk-full") &&
            item.atMs <= atMs &&
            endMsOf(item) >= atMs,
        );
        const faulty = [...forGood, ...now].flatMap((item) =>
          "process" in item ? item.process : [],
        );
        most = Math.max(most, new Set(faulty.filter((one) => replicas.includes(one))).size);
      }
    }

    expect(most).toBe(2);
  });

  test("is calm at the end", () => {
    for (const seed of seeds) {
      const { items, durationMs } = makeSchedule(seed, { ...options, busyMs: 500, calmMs: 300 });
      expect(Math.max(...items.map(endMsOf))).toBeLessThanOrEqual(500);
      expect(durationMs).toBe(800);
    }
  });

  test("has no Byzantine replica without a behaviour, and no fault where calm is asked for", () => {
    for (const seed of seeds) {
      const { items } = makeSchedule(seed, { ...options, behaviours: [] });
      expect(items.some(({ kind }) => kind === "byzantine")).toBe(false);
      const calm = makeSchedule(seed, { ...options, intensity: INTENSITIES.calm, operations: 5 });
      expect(calm.items.map(({ kind }) => kind)).toEqual(new Array(5).fill("invoke"));
    }
  });
});

describe("a schedule as a file", () => {
  test("comes back as it was", () => {
    for (const seed of seeds) {
      const schedule = makeSchedule(seed, options);
      expect(readSchedule(writeSchedule(schedule))).toEqual(schedule);
    }
    const empty = { ...makeSchedule(1, options), items: [] };
    expect(readSchedule(writeSchedule(empty))).toEqual(empty);
  });

  const good = makeSchedule(1, options);
  const crash: Item = { kind: "crash", process: replicas[0] as Index, atMs: 1, forMs: 1 };
  const bad: [string, unknown, string][] = [
    ["no object", [], "schedule is no object"],
    ["a later version", { ...good, version: 2 }, "schedule.version"],
    ["a fraction as a seed", { ...good, seed: 0.5 }, "schedule.seed"],
    ["a missing field", { ...good, network: undefined }, "schedule.network"],
    ["an unknown field", { ...good, extra: 1 }, "schedule.extra"],
    ["an unknown kind", { ...good, items: [{ ...crash, kind: "toString" }] }, "items[0].kind"],
    ["a negative time", { ...good, items: [{ ...crash, atMs: -1 }] }, "items[0].atMs"],
    ["a foreign field", { ...good, items: [{ ...crash, percent: 1 }] }, "items[0].percent"],
    ["no process", { ...good, items: [{ ...crash, process: "r0" }] }, "items[0].process"],
    ["a stranger", { ...good, items: [{ ...crash, process: "replica#9" }] }, "replica#9"],
    ["a process twice", { ...good, processes: [...replicas, ...replicas] }, "twice"],
  ];
  test.each(bad)("with %s is refused, and the field is named", (_, value, named) => {
    const read = () => readSchedule(JSON.stringify(value));

    expect(read).toThrow(HostError);
    expect(read).toThrow(named);
    expect(read).toThrow("schedule-unreadable");
  });

  test("that is no JSON is refused", () => {
    expect(() => readSchedule("{")).toThrow("schedule-unreadable");
  });
});
