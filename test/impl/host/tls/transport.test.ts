import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { createTlsTransport } from "../../../../impl/host/tls/transport.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import { freePorts } from "../ports.ts";
import {
  closeAll,
  loopback,
  newIdentity,
  open,
  openResources,
  pause,
  replica,
  type TlsIdentity,
  until,
  type Watched,
} from "./cluster.ts";

let ids: TlsIdentity[];
const id = (at: number) => ids[at] as TlsIdentity;
beforeAll(async () => {
  ids = await Promise.all(Array.from({ length: 5 }, newIdentity));
});
afterEach(closeAll);

const refusal = (code: string) => expect.objectContaining({ name: "HostError", code });
const pin = (at: number, address?: { host: string; port: number }) =>
  [replica(at), { key: id(at).pinned, ...(address && { address }) }] as const;
const addressOf = (one: Watched) => one.transport.address ?? loopback;

/** Replica 0 listens and replica 1 dials it. */
async function pair(options: { [at: number]: Partial<Parameters<typeof open>[0]> } = {}) {
  const zero = await open({
    identity: id(0),
    peers: new Map([pin(1)]),
    listen: loopback,
    ...options[0],
  });
  const one = await open({
    identity: id(1),
    peers: new Map([pin(0, addressOf(zero))]),
    dial: [replica(0)],
    ...options[1],
  });
  await until(() => one.ups.length > 0 && zero.ups.length > 0, "connected");
  return { zero, one };
}

describe("processes that know each other", () => {
  test("exchange messages in order in both directions", async () => {
    const { zero, one } = await pair();
    const numbers = Array.from({ length: 500 }, (_, at) => at);
    for (const at of numbers) {
      zero.transport.send(replica(1), { type: "down", at });
      one.transport.send(replica(0), { type: "up", at, bytes: Uint8Array.of(at % 256) });
      if (at % 50 === 0) await pause(1);
    }
    await until(() => zero.received.length + one.received.length === 1000, "all messages");
    expect(one.received.map(({ message }) => message)).toEqual(
      numbers.map((at) => ({ type: "down", at })),
    );
    expect(zero.received).toEqual(
      numbers.map((at) => ({
        from: replica(1),
        message: { type: "up", at, bytes: Uint8Array.of(at % 256) },
      })),
    );
    expect(zero.transport.traffic.get(replica(1))).toMatchObject({ dropped: 0, malformed: 0 });
    expect(zero.ups).toEqual(["+replica#1"]);
    expect(one.ups).toEqual(["+replica#0"]);
  });

  test("are four and all reach all, though each pair may connect both ways", async () => {
    const ports = await freePorts(4);
    const all = await Promise.all(
      ports.map((port, self) => {
        const others = ports.map((_, at) => at).filter((at) => at !== self);
        return open({
          identity: id(self),
          peers: new Map(others.map((at) => pin(at, { host: "127.0.0.1", port: ports[at] ?? 0 }))),
          dial: others.map(replica),
          listen: { host: "127.0.0.1", port },
        });
      }),
    );
    await until(() => all.every((one) => new Set(one.ups).size === 3), "all connected");
    await pause(300);
    for (const [self, { transport, received }] of all.entries()) {
      received.length = 0;
      for (let to = 0; to < 4; to++)
        if (to !== self) transport.send(replica(to), { type: "hi", self });
    }
    await until(() => all.every(({ received }) => received.length === 3), "all greeted");
    for (const [self, { received, ups }] of all.entries()) {
      expect(received.map(({ from }) => from).sort()).toEqual(
        [0, 1, 2, 3].filter((at) => at !== self).map(replica),
      );
      for (const { from, message } of received)
        expect(replica((message as { self: number }).self)).toBe(from);
      // Nobody closes a connection that the other side keeps.
      expect(ups.filter((up) => up.startsWith("-"))).toEqual([]);
    }
  });

  test("write what one turn sends in one go", async () => {
    const { zero, one } = await pair();
    const big = "x".repeat(500);
    for (let at = 0; at < 20; at++) one.transport.send(replica(0), { type: "m", big });
    await until(() => zero.received.length === 20, "all messages");
    const traffic = one.transport.traffic.get(replica(0));
    expect(traffic?.framesOut).toBeGreaterThanOrEqual(21);
    expect(traffic?.bytesOut).toBeGreaterThan(20 * 500);
    expect(zero.transport.traffic.get(replica(1))?.bytesIn).toBe(traffic?.bytesOut);
  });

  test("stay connected while nobody says anything", async () => {
    const limits = { keepaliveMs: 40, silenceMsMax: 200, handshakeMsMax: 200 };
    const { zero, one } = await pair({ 0: { limits }, 1: { limits } });
    await pause(700);
    expect([zero.ups, one.ups]).toEqual([["+replica#1"], ["+replica#0"]]);
  });

  test("find each other again after one restarts", async () => {
    const [port = 0] = await freePorts(1);
    const listen = { host: "127.0.0.1", port };
    const { zero, one } = await pair({ 0: { listen } });
    await zero.transport.close();
    await until(() => one.ups.at(-1) === "-replica#0", "the loss is seen");
    one.transport.send(replica(0), { type: "lost" });
    expect(one.events.at(-1)).toEqual({
      type: "dropped",
      peer: replica(0),
      reason: "no-connection",
    });
    await pause(200);
    const again = await open({ identity: id(0), peers: new Map([pin(1)]), listen });
    await until(() => one.ups.at(-1) === "+replica#0", "connected again");
    one.transport.send(replica(0), { type: "after" });
    await until(() => again.received.length > 0, "the message after");
    expect(again.received).toEqual([{ from: replica(1), message: { type: "after" } }]);
    expect(one.ups).toEqual(["+replica#0", "-replica#0", "+replica#0"]);
  });

  test("replace a connection by the same peer's newer one", async () => {
    const { zero, one } = await pair();
    const copy = await open({
      identity: id(1),
      peers: new Map([pin(0, addressOf(zero))]),
      dial: [replica(0)],
    });
    await until(() => copy.ups.length > 0 && one.ups.includes("-replica#0"), "replaced");
    // Two of one identity throw each other out; the newest is served.
    await one.transport.close();
    await until(() => zero.ups.length > 1 && copy.ups.at(-1) === "+replica#0", "settled");
    zero.transport.send(replica(1), { type: "hi" });
    await until(() => copy.received.length === 1, "the newest is served");
  });
});

describe("close", () => {
  test("delivers what was sent and leaves no socket open", async () => {
    await until(() => openResources().length === 0, "closed what tests before this opened");
    const { zero, one } = await pair();
    const unreachable = await open({
      identity: id(2),
      peers: new Map([pin(3, { host: "127.0.0.1", port: 1 })]),
      dial: [replica(3)],
    });
    const big = "x".repeat(100_000);
    for (let at = 0; at < 20; at++) one.transport.send(replica(0), { type: "m", at, big });
    await one.transport.close();
    await until(() => zero.received.length === 20, "all messages");
    await Promise.all([zero.transport.close(), unreachable.transport.close()]);
    await zero.transport.close();
    // A server is counted until the turn after it has told that it is closed.
    await until(() => openResources().length === 0, "no socket is open");
  });

  test("lets a process end by itself, whatever it was connected or connecting to", async () => {
    const script = fileURLToPath(new URL("./ends-by-itself.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "jiti/register", script]);
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect([code, said]).toEqual([0, "closed\n"]);
  });

  test("does not wait for a peer that does not read", async () => {
    const limits = { incomingFramesMax: 1, framesPerTurnMax: 0, drainMsMax: 200 };
    const { zero, one } = await pair({ 0: { limits }, 1: { limits } });
    const big = "x".repeat(500_000);
    for (let at = 0; at < 30; at++) one.transport.send(replica(0), { type: "m", big });
    await pause(100);
    const started = performance.now();
    await one.transport.close();
    expect(performance.now() - started).toBeGreaterThan(150);
    // It would have waited for ever; how long the rest takes is a matter of the machine.
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(zero.received).toEqual([]);
  });

  test("tells nothing afterwards, and sends are dropped", async () => {
    const { zero, one } = await pair();
    await one.transport.close();
    const told = one.ups.length;
    one.transport.send(replica(0), { type: "late" });
    await until(() => zero.ups.at(-1) === "-replica#1", "the loss is seen");
    expect(one.ups).toHaveLength(told);
    expect(one.events.at(-1)).toMatchObject({ type: "dropped", reason: "no-connection" });
  });
});

describe("what cannot be used is refused at the start", () => {
  const start = (options: Partial<Parameters<typeof createTlsTransport>[0]>) =>
    open({ identity: id(0), ...options });

  test("a port that is taken", async () => {
    const one = await start({ listen: loopback });
    await expect(start({ listen: addressOf(one) })).rejects.toEqual(refusal("port-in-use"));
  });

  test.each([
    ["another machine's", { host: "192.0.2.1", port: 0 }],
    ["one without a host", { host: "", port: 0 }],
    ["one with a port beyond the last", { host: "127.0.0.1", port: 65_536 }],
    ["one with a broken port", { host: "127.0.0.1", port: 1.5 }],
  ])("an address: %s", async (_, listen) => {
    await expect(start({ listen })).rejects.toEqual(refusal("address-unusable"));
  });

  test("a peer to dial that is unknown, or without an address", async () => {
    await expect(start({ dial: [replica(1)] })).rejects.toEqual(refusal("process-unknown"));
    const peers = new Map([pin(1)]);
    await expect(start({ peers, dial: [replica(1)] })).rejects.toEqual(refusal("address-unusable"));
  });

  test("a pin that is no key, and a key of two peers", async () => {
    const none: [Index, { key: string }] = [replica(1), { key: "AAAA" }];
    await expect(start({ peers: new Map([none]) })).rejects.toEqual(refusal("config-invalid"));
    const twice = new Map([pin(1), [replica(2), { key: id(1).pinned }]]);
    await expect(start({ peers: twice })).rejects.toEqual(refusal("config-invalid"));
  });

  test("a certificate of another key", async () => {
    await expect(start({ certificate: id(1).certificate })).rejects.toEqual(
      refusal("key-mismatch"),
    );
  });
});
