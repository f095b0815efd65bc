import { expect, test } from "vitest";
import type { HostError } from "../../../../impl/host/errors.ts";
import { SimulatedDisk } from "../../../../impl/host/store/simulated-disk.ts";
import { Store } from "../../../../impl/host/store/store.ts";
import { bytes, codeOf, fields, identity, newDisk, open, stateOf } from "./world.ts";

test("what is staged is loaded at once, and durable only when the disk says so", async () => {
  const { clock, disk } = newDisk();
  const store = await open(clock, disk);
  const ticket = store.stage("k", fields({ a: bytes(1), b: bytes(2) }));
  store.stage("k", fields({ a: null }));
  expect(store.load("k")).toEqual(new Map([["b", bytes(2)]]));
  expect(store.load("other")).toBe(null);
  expect(store.durable).toBeLessThan(ticket);
  await clock.drain();
  expect(store.durable).toBe(ticket + 1);
});

test("what a tick stages is one write, and so is all that comes while one is under way", async () => {
  const { clock, disk } = newDisk();
  const store = await open(clock, disk);
  const before = disk.writes;
  for (let at = 0; at < 50; at++) store.stage(`k${at}`, fields({ a: bytes(at) }));
  await new Promise(setImmediate);
  for (let at = 0; at < 50; at++) {
    store.stage(`k${at}`, fields({ a: bytes(at + 1) }));
    await new Promise(setImmediate);
  }
  await clock.drain();
  expect(store.durable).toBe(100);
  expect(disk.writes - before).toBe(2);
});

test("waiters run in the order of their tickets, those registered on the way in their turn", async () => {
  const { clock, disk } = newDisk();
  const store = await open(clock, disk);
  const order: string[] = [];
  const [first, second, third] = ["a", "b", "c"].map((unit) =>
    store.stage(unit, fields({ x: bytes(1) })),
  ) as [number, number, number];
  store.whenDurable(third, () => order.push("third"));
  store.whenDurable(first, () => {
    order.push("first");
    store.whenDurable(second, () => order.push("second, late"));
    store.whenDurable(first, () => order.push("at once"));
  });
  store.whenDurable(second, () => order.push("second"));
  expect(order).toEqual([]);
  await clock.drain();
  expect(order).toEqual(["first", "at once", "second", "second, late", "third"]);
});

test("a waiter that throws keeps back no other, and its error is seen", async () => {
  const { clock, disk } = newDisk();
  const store = await open(clock, disk);
  const order: string[] = [];
  const [first, second] = [1, 2].map((at) => store.stage("k", fields({ x: bytes(at) })));
  store.whenDurable(first as number, () => {
    throw new Error("seen");
  });
  store.whenDurable(second as number, () => order.push("second"));
  await expect(clock.drain()).rejects.toThrow("seen");
  expect(order).toEqual(["second"]);
});

test("the injected end of the tick decides when a write leaves", async () => {
  const { clock, disk } = newDisk();
  const deferred: (() => void)[] = [];
  const store = await open(clock, disk, { defer: (run) => deferred.push(run) });
  store.stage("a", fields({ x: bytes(1) }));
  store.stage("b", fields({ x: bytes(1) }));
  await clock.drain();
  expect(store.durable).toBe(0);
  expect(deferred).toHaveLength(1);
  deferred[0]?.();
  await clock.drain();
  expect(store.durable).toBe(2);
});

test("a checkpoint moves the log into the units, and staging goes on meanwhile", async () => {
  const { clock, disk } = newDisk();
  const store = await open(clock, disk, { logRecordsMax: 3 });
  for (let at = 0; at < 20; at++) {
    store.stage(`k${at % 5}`, fields({ a: bytes(at), [`only ${at}`]: bytes(1) }));
    await new Promise(setImmediate);
    clock.step();
  }
  store.stage("k0", new Map([...(store.load("k0") ?? new Map()).keys()].map((key) => [key, null])));
  await clock.drain();
  for (let at = 0; at < 5; at++) {
    store.stage("k1", fields({ a: bytes(at) }));
    await clock.drain();
  }
  const keys = [...disk.content.keys()];
  expect(keys.filter((key) => key.startsWith("unit/")).sort()).toEqual([
    "unit/k1",
    "unit/k2",
    "unit/k3",
    "unit/k4",
  ]);
  expect(keys.filter((key) => key.startsWith("log/")).length).toBeLessThanOrEqual(4);
  const state = await stateOf(store);
  expect(Object.keys(state)).toEqual(["k1", "k2", "k3", "k4"]);
  expect(state.k1?.a).toEqual([4]);
  const again = await open(clock, new SimulatedDisk({ after: clock.after }, disk.content));
  expect(await stateOf(again)).toEqual(state);
});

test("the log gets as long as the largest unit, so that a checkpoint is worth its writing", async () => {
  const checkpointsWith = async (unitBytes: number) => {
    const { clock, disk } = newDisk();
    const store = await open(clock, disk, { logBytesMax: 1000, logRecordsMax: 1e6 });
    store.stage("k", fields({ large: new Uint8Array(unitBytes) }));
    await clock.drain();
    store.stage("k", fields({ a: bytes(0) }));
    await clock.drain();
    const before = disk.writes;
    for (let at = 0; at < 300; at++) {
      store.stage("k", fields({ a: bytes(at % 256, ...new Array(20).fill(1)) }));
      await clock.drain();
    }
    expect(store.load("k")?.get("large")?.length).toBe(unitBytes);
    return disk.writes - before - 300;
  };
  // Each change is logged in some 130 bytes.
  expect(await checkpointsWith(10)).toBeGreaterThan(30);
  expect(await checkpointsWith(10_000)).toBeGreaterThan(2);
  expect(await checkpointsWith(10_000)).toBeLessThan(6);
  expect(await checkpointsWith(1_000_000)).toBe(0);
});

test("a unit is loaded whole while a checkpoint moves it", async () => {
  const { clock, disk } = newDisk();
  const store = await open(clock, disk, { logBytesMax: 1 });
  store.stage("k", fields({ a: bytes(1), b: bytes(1) }));
  await new Promise(setImmediate);
  clock.step();
  expect(disk.unsynced).toBe(1);
  store.stage("k", fields({ b: bytes(2) }));
  expect(await stateOf(store)).toEqual({ k: { a: [1], b: [2] } });
  await clock.drain();
  expect(await stateOf(store)).toEqual({ k: { a: [1], b: [2] } });
});

test.each([0, 2, 100])(
  "a start counts the units, moved or in the log: checkpoint after %i records",
  async (logRecordsMax) => {
    const { clock, disk } = newDisk();
    const store = await open(clock, disk, { logRecordsMax });
    expect(store.unitsAtStart).toBe(0);
    for (const unit of ["a", "b", "c", "d"]) {
      store.stage(unit, fields({ f: bytes(1) }));
      await clock.drain();
    }
    store.stage("b", new Map([["f", null]]));
    store.stage("a", fields({ g: bytes(2) }));
    await clock.drain();

    const again = await open(clock, new SimulatedDisk({ after: clock.after }, disk.content));

    expect(again.unitsAtStart).toBe(3);
  },
);

test("names that are no ASCII keep their units apart", async () => {
  const { clock, disk } = newDisk();
  const store = await open(clock, disk, { logRecordsMax: 0 });
  const names = ["", "/", "%2F", "ü", "u", "log/1", "\u0000", "💾", "__proto__"];
  for (const [at, name] of names.entries()) store.stage(name, fields({ [name]: bytes(at) }));
  await clock.drain();
  const again = await open(clock, new SimulatedDisk({ after: clock.after }, disk.content));
  expect((await again.units()).sort()).toEqual([...names].sort());
  for (const [at, name] of names.entries()) {
    expect(again.load(name)).toEqual(new Map([[name, bytes(at)]]));
  }
  expect(() => again.stage("\ud800", new Map())).toThrow(
    expect.objectContaining({ code: "value-invalid" }),
  );
});

test.each(["log", "checkpoint"])(
  "after a failed write of the %s nothing is released",
  async (what) => {
    const { clock, disk } = newDisk();
    const failures: HostError[] = [];
    const store = await open(clock, disk, {
      onFailure: (error) => failures.push(error),
      logRecordsMax: what === "log" ? 100 : 0,
    });
    const released: number[] = [];
    const hold = (ticket: number) => store.whenDurable(ticket, () => released.push(ticket));
    hold(store.stage("k", fields({ a: bytes(1) })));
    await new Promise(setImmediate);
    if (what === "checkpoint") clock.step();
    disk.full = true;
    hold(store.stage("k", fields({ a: bytes(2) })));
    await clock.drain();
    disk.full = false;
    await clock.drain();
    expect(released).toEqual(what === "log" ? [] : [1]);
    expect(store.durable).toBe(released.length);
    expect(failures.map(({ code }) => code)).toEqual(["store-unwritable"]);
    expect(store.failure).toBe(failures[0]);
    expect(() => store.stage("k", fields({ a: bytes(3) }))).toThrow(failures[0]);
    await clock.settle(store.close());
    const again = await open(clock, new SimulatedDisk({ after: clock.after }, disk.content));
    expect(await stateOf(again)).toEqual(what === "log" ? {} : { k: { a: [1] } });
  },
);

test("an empty disk that is full cannot become a store", async () => {
  const { clock, disk } = newDisk();
  disk.full = true;
  expect(await codeOf(open(clock, disk))).toBe("store-unwritable");
});

test("closing waits for what is staged, and takes no more", async () => {
  const { clock, disk } = newDisk();
  const store = await open(clock, disk);
  const ticket = store.stage("k", fields({ a: bytes(1) }));
  await clock.settle(store.close());
  expect(store.durable).toBe(ticket);
  expect(() => store.stage("k", new Map())).toThrow(/closed/);
});

test("the hooks see each moment in order, and an abandoned store releases nothing", async () => {
  const { clock, disk } = newDisk();
  const seen: string[] = [];
  const store: Store = await open(clock, disk, {
    hooks: {
      staged: (ticket) => seen.push(`staged ${ticket}`),
      beforeWrite: (seq) => seen.push(`write ${seq}`),
      durable: (ticket) => {
        seen.push(`durable ${ticket}`);
        if (ticket === 2) store.abandon();
      },
    },
  });
  for (const ticket of [1, 2, 3]) {
    expect(store.stage("k", fields({ a: bytes(ticket) }))).toBe(ticket);
    store.whenDurable(ticket, () => seen.push(`released ${ticket}`));
  }
  await clock.drain();
  expect(seen).toEqual([
    ...["staged 1", "staged 2", "staged 3", "write 1"],
    ...["durable 1", "released 1", "durable 2"],
  ]);
  await store.close();
});

test.each(["protocol", "cluster", "process"])("a store of another %s is refused", async (field) => {
  const { clock, disk } = newDisk();
  await open(clock, disk);
  const opening = clock.settle(Store.open(disk, { ...identity, [field]: "other" }));
  await expect(opening).rejects.toThrow(new RegExp(`${field}.*other.*store-foreign`));
});

test("an older encoding is taken over, and from then on the older version refuses", async () => {
  const { clock, disk } = newDisk();
  await clock.settle(Store.open(disk, { ...identity, format: 2 }));
  expect(await codeOf(open(clock, disk))).toBe("store-newer");
  await clock.settle(Store.open(disk, { ...identity, format: 3 }));
  expect(await codeOf(clock.settle(Store.open(disk, { ...identity, format: 2 })))).toBe(
    "store-newer",
  );
});
