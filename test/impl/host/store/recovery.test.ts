import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { SimulatedDisk } from "../../../../impl/host/store/simulated-disk.ts";
import { bytes, fields, ManualClock, newDisk, open, stateOf } from "./world.ts";

type Content = ReadonlyMap<string, Uint8Array>;

const log = (seq: number) => `log/000000000000000${seq}`;
const [FIRST, LAST] = [log(3), log(5)];

/** Two units in records of their own, and three log records since: the last one sets k1.a to 5. */
async function smallStore(): Promise<{ content: Map<string, Uint8Array>; state: unknown }> {
  const { clock, disk } = newDisk();
  const store = await open(clock, disk, { logRecordsMax: 1 });
  for (const at of [1, 2]) {
    store.stage(`k${at % 2}`, fields({ a: bytes(at), b: bytes(0, at, 0, 0) }));
    await clock.drain();
  }
  const again = new SimulatedDisk({ after: clock.after }, disk.content);
  const longer = await open(clock, again);
  for (const at of [3, 4, 5]) {
    longer.stage(`k${at % 2}`, fields({ a: bytes(at) }));
    await clock.drain();
  }
  const content = new Map(again.content);
  expect([...content.keys()].sort()).toEqual([FIRST, log(4), LAST, "meta", "unit/k0", "unit/k1"]);
  return { content, state: await stateOf(longer) };
}

/** What a start on this content comes to: its refusal, or the state. */
async function start(content: Content) {
  const clock = new ManualClock();
  const disk = new SimulatedDisk({ after: clock.after }, content);
  try {
    const store = await open(clock, disk);
    const state = await clock.settle(stateOf(store));
    return { state, recovered: store.recovered, content: disk.content };
  } catch (error) {
    return { refused: Object(error).code as unknown, message: (error as Error).message };
  }
}

async function startChanged(change: (content: Map<string, Uint8Array>) => void) {
  const { content } = await smallStore();
  change(content);
  return start(content);
}

const refusedFor = (key: string) => ({
  refused: "store-corrupt",
  message: expect.stringContaining(key),
});

test("a start replays the log over the units", async () => {
  const { content, state } = await smallStore();
  expect(state).toEqual({ k0: { a: [4], b: [0, 2, 0, 0] }, k1: { a: [5], b: [0, 1, 0, 0] } });
  expect(await start(content)).toMatchObject({
    state,
    recovered: { records: 3, tornRecord: false },
  });
});

test("every changed byte is refused, but for a last zero that hides no content", async () => {
  const { content, state } = await smallStore();
  let flips = 0;
  for (const [key, value] of content) {
    for (let at = 0; at < value.length; at++) {
      // Every bit of the header and of the checksum's end would do; these are the telling ones.
      const flipped = [0x01, 0x80, 0xff, value[at] as number].filter((mask) => mask !== 0);
      for (const mask of flipped) {
        const changed = value.slice();
        changed[at] = (value[at] as number) ^ mask;
        const outcome = await start(new Map(content).set(key, changed));
        const isZeroAtEnd = at === value.length - 1 && changed[at] === 0;
        const expected = isZeroAtEnd ? { state } : refusedFor(key);
        expect(outcome, `${key} byte ${at} mask ${mask}`).toMatchObject(expected);
        flips += 1;
      }
    }
  }
  expect(flips).toBeGreaterThan(1500);
}, 120_000);

test("a last record that is cut short is dropped, wherever it is cut", async () => {
  const { content } = await smallStore();
  const value = content.get(LAST) as Uint8Array;
  for (let length = 0; length < value.length; length++) {
    const outcome = await start(new Map(content).set(LAST, value.slice(0, length)));
    expect(outcome).toMatchObject({
      state: { k1: { a: [3] } },
      recovered: { records: 2, tornRecord: true },
    });
    // It is gone from the disk too, so that the next start finds nothing torn.
    const next = await start(outcome.content as Content);
    expect(next).toMatchObject({ state: outcome.state, recovered: { tornRecord: false } });
  }
});

test("a last record that ends in zeros is dropped, or is whole in all but its checksum", async () => {
  const { content, state } = await smallStore();
  const value = content.get(LAST) as Uint8Array;
  for (let written = 0; written < value.length; written++) {
    const zeroed = value.slice().fill(0, written);
    const outcome = await start(new Map(content).set(LAST, zeroed));
    if (outcome.recovered?.tornRecord) expect(outcome.state).toMatchObject({ k1: { a: [3] } });
    else expect(outcome).toMatchObject({ state, recovered: { records: 3 } });
    expect(outcome.recovered?.tornRecord, `${written}`).toBe(written < value.length - 24);
  }
});

test.each([FIRST, log(4), "meta", "unit/k0"])(
  "%s cut short is refused: it was not the last to be written",
  async (key) => {
    const outcome = await startChanged((content) => {
      content.set(key, (content.get(key) as Uint8Array).slice(0, -1));
    });
    expect(outcome).toMatchObject(refusedFor(key));
  },
);

test("a record that is longer than it says is refused", async () => {
  const outcome = await startChanged((content) => {
    content.set(LAST, Uint8Array.from([...(content.get(LAST) as Uint8Array), 0]));
  });
  expect(outcome).toMatchObject(refusedFor(LAST));
});

test("a gap in the log is refused, even before a torn record", async () => {
  expect(await startChanged((content) => content.delete(FIRST))).toMatchObject(refusedFor(FIRST));
  const outcome = await startChanged((content) => {
    content.delete(log(4));
    content.set(LAST, bytes());
  });
  expect(outcome).toMatchObject(refusedFor(log(4)));
});

test("records that changed places are refused", async () => {
  const swap = (a: string, b: string) => (content: Map<string, Uint8Array>) => {
    const [first, second] = [content.get(a) as Uint8Array, content.get(b) as Uint8Array];
    content.set(a, second).set(b, first);
  };
  expect(await startChanged(swap(FIRST, LAST))).toMatchObject(refusedFor(FIRST));
  expect(await startChanged(swap("unit/k0", "unit/k1"))).toMatchObject({
    refused: "store-corrupt",
    message: expect.stringContaining("record of k"),
  });
});

test("a record of another history is refused, although it is whole", async () => {
  const { clock, disk } = newDisk();
  const other = await open(clock, disk);
  for (const at of [1, 2, 3, 4, 5]) {
    other.stage("k1", fields({ a: bytes(at) }));
    await clock.drain();
  }
  const outcome = await startChanged((content) => {
    content.set(LAST, disk.content.get(LAST) as Uint8Array);
  });
  expect(outcome).toMatchObject(refusedFor("does not continue"));
});

test("what is left of the log before the checkpoint is refused", async () => {
  const outcome = await startChanged((content) => {
    content.set(log(2), content.get(FIRST) as Uint8Array);
  });
  expect(outcome).toMatchObject(refusedFor(log(2)));
});

test("missing records of the store and of its units are noticed", async () => {
  expect(await startChanged((content) => content.delete("meta"))).toMatchObject(refusedFor("meta"));
  expect(await startChanged((content) => content.delete("unit/k0"))).toMatchObject(
    refusedFor("counts 2 units"),
  );
});

test("a store that was being made at the crash is made again", async () => {
  const { clock, disk } = newDisk();
  await open(clock, disk);
  const meta = disk.content.get("meta") as Uint8Array;
  expect(await start(new Map([["meta", meta.slice(0, 20)]]))).toMatchObject({
    state: {},
    recovered: { records: 0, tornRecord: true },
  });
});

test("a record of a newer layout is told from a damaged one", async () => {
  const outcome = await startChanged((content) => {
    const newer = (content.get(LAST) as Uint8Array).slice();
    newer[0] = 2;
    newer.set(createHash("sha256").update(newer.subarray(0, 5)).digest().subarray(0, 8), 5);
    content.set(LAST, newer);
  });
  expect(outcome).toMatchObject({ refused: "store-newer" });
});
