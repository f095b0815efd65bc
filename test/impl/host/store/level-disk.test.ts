import { chmod, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryLevel } from "memory-level";
import { afterEach, beforeEach, expect, test } from "vitest";
import { levelDisk, openLevelDisk } from "../../../../impl/host/store/level-disk.ts";
import { memoryDisk } from "../../../../impl/host/store/memory-disk.ts";
import { Store } from "../../../../impl/host/store/store.ts";
import type { Disk, Write } from "../../../../impl/host/world.ts";
import { bytes, codeOf, fields, identity, stateOf } from "./world.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-level-disk-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function openMemoryLevel(): Promise<Disk> {
  const level = new MemoryLevel<string, Uint8Array>();
  await level.open();
  return levelDisk(level);
}

const disks: [string, () => Promise<Disk>][] = [
  ["classic-level", () => openLevelDisk(directory)],
  ["memory-level", openMemoryLevel],
  ["the memory disk", async () => memoryDisk()],
];

function write(disk: Disk, ...batch: Write[]): Promise<Error | null> {
  return new Promise((resolve) => {
    let isInside = true;
    disk.write(batch, (error) => {
      expect(isInside).toBe(false);
      resolve(error);
    });
    isInside = false;
  });
}

async function commit(store: Store, unit: string, value: number): Promise<void> {
  const ticket = store.stage(unit, fields({ a: bytes(value), gone: null }));
  await new Promise<void>((resolve) => store.whenDurable(ticket, resolve));
}

test.each(disks)("%s keeps the contract of a disk", async (_, open) => {
  const disk = await open();
  const put = (key: string, ...value: number[]): Write => ({
    type: "put",
    key,
    value: bytes(...value),
  });
  expect(await write(disk, put("b", 2), put("a", 1), put("c"), put("~"))).toBe(null);
  // Many at once, of which the last must win.
  const written = [3, 4, 5, 6, 7].map((value) => write(disk, put("b", value)));
  await Promise.all([...written, write(disk, { type: "del", key: "a" })]);
  expect(disk.get("a")).toBe(undefined);
  expect(disk.get("b")).toEqual(bytes(7));
  expect(await disk.entries("a", "~")).toEqual([
    ["b", bytes(7)],
    ["c", bytes()],
  ]);
  await disk.close();
});

test.each(disks)("a store on %s keeps its units", async (_, open) => {
  const disk = await open();
  const store = await Store.open(disk, identity, { logRecordsMax: 2 });
  for (let at = 0; at < 10; at++) await commit(store, `k${at % 3}`, at);
  expect(await stateOf(store)).toEqual({ k0: { a: [9] }, k1: { a: [7] }, k2: { a: [8] } });
  await store.close();
});

test("a store in a folder is there again after it was closed", async () => {
  for (let at = 0; at < 6; at++) {
    const store = await Store.open(await openLevelDisk(directory), identity, { logRecordsMax: 1 });
    expect(store.load("k")).toEqual(at === 0 ? null : new Map([["a", bytes(at)]]));
    await commit(store, "k", at + 1);
    await store.close();
  }
});

test("a folder that is open already is refused", async () => {
  const disk = await openLevelDisk(directory);
  expect(await codeOf(openLevelDisk(directory))).toBe("store-in-use");
  await disk.close();
  await (await openLevelDisk(directory)).close();
});

test("files that LevelDB cannot have written are refused", async () => {
  const store = await Store.open(await openLevelDisk(directory), identity);
  await commit(store, "k", 1);
  await store.close();
  const manifest = (await readdir(directory)).find((file) => file.startsWith("MANIFEST"));
  await truncate(join(directory, manifest as string), 10);
  expect(await codeOf(openLevelDisk(directory))).toBe("store-corrupt");
  // LevelDB itself would start anew here, and forget everything.
  await rm(join(directory, "CURRENT"));
  expect(await codeOf(openLevelDisk(directory))).toBe("store-corrupt");
});

test("a folder that cannot be made or written is said to be unwritable", async () => {
  const file = join(directory, "file");
  await writeFile(file, "");
  expect(await codeOf(openLevelDisk(file))).toBe("store-unwritable");
  expect(await codeOf(openLevelDisk(join(file, "below")))).toBe("store-unwritable");
  if (process.getuid?.() === 0) return; // who may write everywhere is refused nowhere
  const sealed = join(directory, "sealed");
  await mkdir(sealed);
  await chmod(sealed, 0o500);
  expect(await codeOf(openLevelDisk(sealed))).toBe("store-unwritable");
});

test("after a write that fails every later one fails too", async () => {
  const level = new MemoryLevel<string, Uint8Array>();
  const disk = levelDisk(level);
  await level.open();
  const batch = level.batch.bind(level);
  let calls = 0;
  Object.assign(level, {
    batch: (...args: Parameters<typeof batch>) => {
      calls += 1;
      const failure = new Error("IO error: No space left on device");
      return calls === 1 ? Promise.reject(failure) : batch(...args);
    },
  });
  const put: Write = { type: "put", key: "a", value: bytes(1) };
  expect(await write(disk, put)).toMatchObject({ code: "store-unwritable" });
  expect(await write(disk, put)).toMatchObject({ code: "store-unwritable" });
  expect(disk.get("a")).toBe(undefined);
  await disk.close();
});

test("every batch is synced", async () => {
  const level = new MemoryLevel<string, Uint8Array>();
  const options: unknown[] = [];
  await level.open();
  const batch = level.batch.bind(level);
  Object.assign(level, {
    batch: (operations: Parameters<typeof batch<string, Uint8Array>>[0], given: object) => {
      options.push(given);
      return batch(operations, given);
    },
  });
  const store = await Store.open(levelDisk(level), identity, { logRecordsMax: 0 });
  await commit(store, "k", 1);
  await store.close();
  // The making of the store, the record, the checkpoint.
  expect(options).toEqual(Array(3).fill(expect.objectContaining({ sync: true })));
});
