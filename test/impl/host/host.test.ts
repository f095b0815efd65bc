import { expect, test } from "vitest";
import type { HostError } from "../../../impl/host/errors.ts";
import { createHost, type HostOptions } from "../../../impl/host/host.ts";
import type { TransportEvents } from "../../../impl/host/world.ts";
import type { HostedProcess, Message } from "../../../impl/network/process.ts";
import {
  automaton,
  durable,
  type Input,
  index,
  type Output,
} from "../../../spec/automaton/index.ts";
import { FakeStore } from "./fakes.ts";

const SELF = index("replica", 0);
const PEER = index("client", 0);

interface CounterActions {
  ADD: Input<{ by: number }>;
  TOTAL: Output<{ total: number }>;
}

/** Counts; 13 is bad luck. */
const counter = automaton<{ readonly total: number }, CounterActions>("counter", {
  fields: { total: durable("the sum") },
  start: { total: 0 },
  transitions: {
    ADD: {
      kind: "input",
      effect(s, { by }, send) {
        s.total += by;
        if (by === 13) throw new Error("bad luck");
        if (by !== 0) send("TOTAL", { total: s.total });
      },
    },
    TOTAL: { kind: "sent" },
  },
});

const process: HostedProcess = {
  self: SELF,
  unit: () => ({ counter }),
  decode: (_, message) => ({ message: message as Message, signatures: [] }),
  deliver(_, { message }, host) {
    const { unit, by } = message as unknown as { unit: string; by: number };
    if (by > 100 && !host.hasRoom(unit)) return;
    host.input(unit, { name: "ADD", payload: { by } });
    if (by === 7) host.input("other", { name: "ADD", payload: { by: 13 } });
  },
  emit: (unit, action, host) =>
    host.send(unit, PEER, { type: "TOTAL", unit, total: Number(action.payload.total) }),
};

async function start(
  options: Partial<HostOptions> & { readonly store?: never } = {},
  eager = true,
) {
  const store = new FakeStore(eager);
  const sent: unknown[] = [];
  const failed: HostError[] = [];
  let events: TransportEvents | null = null;
  let isClosed = false;
  const host = await createHost({
    process,
    clock: { now: () => 0, after: () => ({ cancel: () => undefined }) },
    random: (count) => new Uint8Array(count),
    verifier: { verify: (_, done) => done(true) },
    sign: () => new Uint8Array(64),
    connect(given) {
      events = given;
      return {
        send: (_, message) => sent.push((message as { total: number }).total),
        close: () => {
          isClosed = true;
          return Promise.resolve();
        },
      };
    },
    observer: { failed: (error) => failed.push(error) },
    ...options,
    store: store.asStore(),
  });
  const add = (by: number, unit = "a") =>
    events?.receive(PEER, { type: "ADD", unit, by } as Message);
  return { host, store, sent, failed, add, isClosed: () => isClosed };
}

test("a step that fails is neither stored nor sent, and the host stops", async () => {
  const { host, store, sent, failed, add } = await start();
  add(1);
  // The first input of this turn is right, the second one fails: nothing of the turn remains.
  add(7);
  add(1);

  expect(sent).toEqual([1]);
  expect([...store.fields.keys()]).toEqual(["a"]);
  expect(failed.map(({ code }) => code)).toEqual(["replica-stopped"]);
  expect(host.failure?.message).toMatch(/bad luck/);
  expect(host.status().held).toBe(0);
});

test("what a unit sends waits for its own commits, and not for other units'", async () => {
  const { store, sent, add } = await start({}, false);
  add(1, "a");
  expect(sent).toEqual([]);
  store.sync();
  expect(sent).toEqual([1]);

  add(2, "b");
  expect(sent).toEqual([1]);
  store.sync();
  expect(sent).toEqual([1, 2]);
});

test("units beyond the limit in memory are dropped and loaded again as they were", async () => {
  const { host, sent, add } = await start({ unitsMax: 2 });
  for (const unit of ["a", "b", "c", "d", "e"]) add(1, unit);
  expect(host.status().unitsLoaded).toBe(2);

  for (const unit of ["a", "b", "c", "d", "e"]) add(1, unit);

  expect(sent).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
});

test("a unit whose commit is under way stays in memory", async () => {
  const { host, store, add } = await start({ unitsMax: 1 }, false);
  for (const unit of ["a", "b", "c"]) add(1, unit);
  expect(host.status().unitsLoaded).toBe(3);

  store.sync();
  add(1, "a");
  expect(host.status().unitsLoaded).toBe(1);
});

test("what peers can make a host store is bounded", async () => {
  const { store, sent, add } = await start({ unitsStoredMax: 2 });
  for (const unit of ["a", "b", "c"]) add(101, unit);
  add(102, "a");

  expect([...store.fields.keys()]).toEqual(["a", "b"]);
  expect(sent).toEqual([101, 101, 203]);
});

test("closing waits until what is held has left", async () => {
  const { host, store, sent, add, isClosed } = await start({}, false);
  add(1);
  const closed = host.close();
  await Promise.resolve();
  expect(isClosed()).toBe(false);

  store.sync();
  await closed;

  expect(sent).toEqual([1]);
  expect(isClosed()).toBe(true);
  add(1);
  expect(sent).toEqual([1]);
});

test("closing a host whose store has failed does not wait", async () => {
  const { host, add, isClosed } = await start({}, false);
  add(1);
  const { HostError } = await import("../../../impl/host/errors.ts");
  host.fail(new HostError("store-unwritable", "No room."));

  await host.close();

  expect(isClosed()).toBe(true);
});
