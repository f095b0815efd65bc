import { expect, test } from "vitest";
import { SimulatedDisk } from "../../../../impl/host/store/simulated-disk.ts";
import { bytes, newDisk, seeded } from "./world.ts";

const record = (key: string, ...values: number[]) => [
  { type: "put" as const, key, value: bytes(...values) },
];

test("batches are synced one after another, and a full disk keeps nothing of one", () => {
  const { clock, disk } = newDisk();
  const done: (string | null)[] = [];
  for (const at of [1, 2, 3]) {
    disk.write(record("k", at, at), (error) => done.push(error?.message ?? null));
  }
  expect([disk.get("k"), disk.unsynced]).toEqual([undefined, 3]);
  clock.step();
  disk.full = true;
  clock.step();
  expect(disk.get("k")).toEqual(bytes(1, 1));
  disk.full = false;
  clock.step();
  expect(disk.get("k")).toEqual(bytes(3, 3));
  expect(done).toEqual([null, expect.stringContaining("ENOSPC"), null]);
  expect([disk.writes, disk.bytes, disk.unsynced]).toEqual([2, 4, 0]);
});

test("a crash keeps what is synced and a first part of the rest, and may tear the last", () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 400; seed++) {
    const { clock, disk } = newDisk();
    let calls = 0;
    disk.write(record("k1", 7, 7), () => {
      calls += 1;
    });
    clock.step();
    for (const at of [2, 3]) {
      disk.write(record(`k${at}`, 7, 7), () => {
        calls += 1;
      });
    }
    const next = disk.crash(seeded(seed));
    disk.write(record("k4", 7), () => {
      calls += 1;
    });
    while (clock.step());
    expect(calls).toBe(1);
    expect(disk.get("k4")).toBe(undefined);
    const shown = ["k1", "k2", "k3"].map((key) => next.get(key)?.join("") ?? "-");
    outcomes.add(shown.join(" "));
  }
  expect([...outcomes].sort()).toEqual(
    ["-", "", "00", "7", "70", "77"]
      .flatMap((last) => (last === "-" ? ["77 - -"] : [`77 ${last} -`, `77 77 ${last}`]))
      .sort(),
  );
});

test("the same seed crashes the same way, and disks share no bytes", () => {
  const shown = [1, 1].map((seed) => {
    const { disk } = newDisk();
    for (const at of [1, 2, 3]) disk.write(record(`k${at}`, at, at), () => undefined);
    return JSON.stringify([...disk.crash(seeded(seed), "batches").content]);
  });
  expect(shown[0]).toBe(shown[1]);
  const { clock, disk } = newDisk();
  disk.write(record("k", 1, 2), () => undefined);
  clock.step();
  const twin = new SimulatedDisk({ after: clock.after }, disk.content);
  twin.corrupt("k", 1, 0x04);
  expect([disk.get("k"), twin.get("k")]).toEqual([bytes(1, 2), bytes(1, 6)]);
  expect(() => twin.corrupt("k", 2)).toThrow(RangeError);
});
