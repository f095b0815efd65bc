import { connect, type TLSSocket } from "node:tls";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TransportLimits } from "../../../../impl/host/tls/options.ts";
import { encodeWire } from "../../../../impl/host/wire/codec.ts";
import { frameOf } from "../../../../impl/host/wire/frames.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import {
  closeAll,
  loopback,
  newIdentity,
  open,
  pause,
  replica,
  type TlsIdentity,
  until,
  type Watched,
} from "./cluster.ts";

let ids: TlsIdentity[];
const id = (at: number) => ids[at] as TlsIdentity;
beforeAll(async () => {
  ids = await Promise.all([newIdentity(), newIdentity(), newIdentity()]);
});
const raw: TLSSocket[] = [];
afterEach(async () => {
  for (const socket of raw.splice(0)) socket.destroy();
  await closeAll();
});

/** Replica 0, whom replicas 1 and 2 may connect to. */
const listening = (
  limits: Partial<TransportLimits>,
  options: Partial<Parameters<typeof open>[0]> = {},
) =>
  open({
    identity: id(0),
    peers: new Map([1, 2].map((at) => [replica(at), { key: id(at).pinned }])),
    listen: loopback,
    limits,
    ...options,
  });

const dialling = async (at: number, zero: Watched, limits: Partial<TransportLimits> = {}) => {
  const one = await open({
    identity: id(at),
    peers: new Map([
      [replica(0), { key: id(0).pinned, address: zero.transport.address ?? loopback }],
    ]),
    dial: [replica(0)],
    limits,
  });
  await until(() => one.ups.length > 0, "connected");
  return one;
};

/** Replica 1 without a transport: it says whatever a test likes. */
async function faulty(zero: Watched, at = 1): Promise<TLSSocket> {
  const { key, certificate: cert } = id(at);
  const port = zero.transport.address?.port ?? 0;
  const socket = connect({ host: "127.0.0.1", port, key, cert, rejectUnauthorized: false });
  raw.push(socket);
  socket.on("error", () => undefined);
  socket.resume();
  const before = zero.ups.filter((up) => up === `+${replica(at)}`).length;
  await until(
    () => zero.ups.filter((up) => up === `+${replica(at)}`).length > before || socket.closed,
    "connected",
  );
  return socket;
}

const framed = (message: unknown) => frameOf(encodeWire(message as never));
const malformedEvents = (one: Watched) => one.events.filter(({ type }) => type === "malformed");

describe("a peer that breaks the rules of frames", () => {
  test.each([
    ["announces too large a frame", Uint8Array.of(0, 1, 0, 1), "frame-too-large"],
    ["sends what is no CBOR", frameOf(Uint8Array.of(0xff)), "frame-malformed"],
    ["sends CBOR that is not deterministic", frameOf(Uint8Array.of(0x18, 0)), "frame-malformed"],
    ["nests too deep", frameOf(new Uint8Array(5000).fill(0x81)), "frame-malformed"],
  ])("is disconnected when it %s, and shunned for a while", async (_, bytes, code) => {
    const wire = { bytesMax: 65_536, depthMax: 64, itemsMax: 1000 };
    const random = () => Uint8Array.of(255);
    const zero = await listening({ wire, retryMsMin: 1500 }, { random });
    const socket = await faulty(zero);
    socket.write(Buffer.concat([framed("good"), bytes, framed("after")]));
    await until(() => socket.closed, "disconnected");
    expect(malformedEvents(zero)).toEqual([
      expect.objectContaining({ type: "malformed", peer: replica(1), code }),
    ]);
    expect(zero.transport.traffic.get(replica(1))?.malformed).toBe(1);
    expect(zero.received.map(({ message }) => message)).not.toContain("after");
    expect(zero.ups).toEqual(["+replica#1", "-replica#1"]);
    const early = await faulty(zero);
    await until(() => early.closed, "refused");
    expect(zero.events.at(-1)).toMatchObject({ type: "refused", code: "frame-malformed" });
    await pause(1600);
    const late = await faulty(zero);
    late.write(framed("better"));
    await until(() => zero.received.at(-1)?.message === "better", "taken back");
  });

  test("does not disturb others", async () => {
    const zero = await listening({});
    const two = await dialling(2, zero);
    const socket = await faulty(zero);
    socket.write(frameOf(Uint8Array.of(0xff)));
    await until(() => socket.closed, "disconnected");
    two.transport.send(replica(0), "hi");
    await until(() => zero.received.length === 1, "heard");
    expect(two.ups).toEqual(["+replica#0"]);
  });
});

describe("a peer that floods", () => {
  /** Counts what the host got of each, and how much of the flood came before another's message. */
  async function flooded(limits: Partial<TransportLimits>, chunk: Uint8Array) {
    const got = new Map<Index, number>();
    const zero = await listening(limits, {
      events: {
        receive: (from) => {
          got.set(from, (got.get(from) ?? 0) + 1);
          // A host that has some work with each message.
          const busyUntilMs = performance.now() + 0.2;
          while (performance.now() < busyUntilMs);
        },
        connected: (peer) => zeroUps.push(`+${peer}`),
        disconnected: () => undefined,
      },
    });
    const zeroUps = zero.ups;
    const two = await dialling(2, zero);
    const socket = await faulty(zero);
    const pump = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on("drain", pump);
    pump();
    await until(() => (got.get(replica(1)) ?? 0) > 200, "the flood");
    return { zero, two, socket, got };
  }
  const flood = Buffer.concat(Array.from({ length: 2000 }, (_, at) => framed({ type: "f", at })));

  test("delays another's messages by its share only", async () => {
    const { two, got } = await flooded({}, flood);
    const [before = 0] = [got.get(replica(1))];
    for (let at = 0; at < 200; at++) two.transport.send(replica(0), { type: "m", at });
    await until(() => got.get(replica(2)) === 200, "all messages of the other");
    const meanwhile = (got.get(replica(1)) ?? 0) - before;
    // One for one while both wait, and what the flood got before the other's bytes arrived.
    expect(meanwhile).toBeLessThan(200 + 600);
  });

  test("is not read when the host is behind, so memory is bounded", async () => {
    const { zero, socket, got } = await flooded({ incomingFramesMax: 100 }, flood);
    const handled = () => got.get(replica(1)) ?? 0;
    const [handledBefore, frames] = [
      handled(),
      zero.transport.traffic.get(replica(1))?.framesIn ?? 0,
    ];
    // At most the cap, and the frames of one read (64 KiB) that exceeded it.
    expect(frames - handledBefore).toBeLessThan(100 + 65_536 / 16);
    expect(socket.writableNeedDrain).toBe(true);
    await until(() => handled() > handledBefore + 1000, "it goes on");
  });

  test("gets no more frames in than its rate, empty ones included", async () => {
    const empty = Buffer.alloc(4 * 500);
    const zero = await listening({ framesPerSecondMax: 2000 });
    const socket = await faulty(zero);
    const started = performance.now();
    const pump = () => {
      while (!socket.destroyed && socket.write(empty));
    };
    socket.on("drain", pump);
    pump();
    await pause(2000);
    const seconds = (performance.now() - started) / 1000;
    const frames = zero.transport.traffic.get(replica(1))?.framesIn ?? 0;
    // One second's worth at once, the rate, and one read that goes into debt.
    expect(frames).toBeLessThan(2000 * (1 + seconds) + 16_384);
    expect(frames).toBeGreaterThan(2000);
    expect(zero.ups).toEqual(["+replica#1"]);
  });

  test("gets no more bytes in than its rate, and loses none", async () => {
    const zero = await listening({ bytesPerSecondMax: 200_000 });
    const one = await dialling(1, zero);
    const started = performance.now();
    const big = "x".repeat(50_000);
    for (let at = 0; at < 12; at++) one.transport.send(replica(0), { type: "m", at, big });
    await until(() => zero.received.length === 12, "all messages");
    // 600 kB at 200 kB a second, the first second's at once.
    expect(performance.now() - started).toBeGreaterThan(1300);
    expect(zero.ups).toEqual(["+replica#1"]);
  });
});

describe("a peer that does not take what it is sent", () => {
  test("fills its queue, and then messages to it are dropped and counted", async () => {
    const zero = await listening({ incomingFramesMax: 1, framesPerTurnMax: 0 });
    const one = await dialling(1, zero, { outgoingBytesMax: 3_000_000 });
    const big = "x".repeat(100_000);
    for (let at = 0; at < 29; at++) one.transport.send(replica(0), { type: "m", at, big });
    expect(one.transport.traffic.get(replica(0))?.dropped).toBe(0);
    for (let at = 0; at < 10; at++) one.transport.send(replica(0), { type: "m", at, big });
    expect(one.transport.traffic.get(replica(0))?.dropped).toBe(10);
    expect(one.events.filter(({ type }) => type === "dropped")).toHaveLength(10);
    expect(one.events.at(-1)).toEqual({ type: "dropped", peer: replica(0), reason: "queue-full" });
  });

  test("is told apart from messages that cannot be sent at all", async () => {
    const zero = await listening({});
    const one = await dialling(1, zero);
    one.transport.send(replica(0), "x".repeat(1_100_000));
    one.transport.send(replica(0), { type: 0.5 });
    one.transport.send(replica(7), "hi");
    expect(one.events.slice(-3)).toEqual([
      { type: "dropped", peer: replica(0), reason: "too-large" },
      { type: "dropped", peer: replica(0), reason: "invalid" },
      { type: "dropped", peer: replica(7), reason: "no-connection" },
    ]);
  });
});

describe("a peer that is dead", () => {
  test("is noticed though its connection stays open", async () => {
    const zero = await listening({ keepaliveMs: 50, silenceMsMax: 250 });
    const socket = await faulty(zero);
    await until(() => zero.ups.at(-1) === "-replica#1", "noticed");
    const [up = 0, down = 0] = zero.upsAtMs;
    expect(down - up).toBeGreaterThan(200);
    expect(zero.events.at(-1)).toMatchObject({ reason: "Nothing was heard for 250 ms." });
    await until(() => socket.closed, "closed");
  });

  test("is not mistaken for one that this process did not listen to", async () => {
    const limits = { keepaliveMs: 50, silenceMsMax: 250 };
    const zero = await listening(limits);
    const two = await dialling(2, zero, limits);
    const busyUntilMs = performance.now() + 600;
    while (performance.now() < busyUntilMs);
    await pause(300);
    expect([zero.ups, two.ups]).toEqual([["+replica#2"], ["+replica#0"]]);
  });
});
