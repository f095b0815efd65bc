import { describe, expect, test } from "vitest";
import type { LinkNorm } from "../../../../impl/host/simulated/link.ts";
import { DEFAULT_NORM } from "../../../../impl/host/simulated/make-schedule.ts";
import type { MessageEvent } from "../../../../impl/host/simulated/messages.ts";
import { SimulatedNetwork } from "../../../../impl/host/simulated/network.ts";
import { stream } from "../../../../impl/host/simulated/random.ts";
import { Scheduler } from "../../../../impl/host/simulated/scheduler.ts";
import { encodeWire } from "../../../../impl/host/wire/codec.ts";
import type { Transport } from "../../../../impl/host/world.ts";
import { type Index, indices } from "../../../../spec/automaton/index.ts";

const [A, B, C] = indices("replica", 3) as [Index, Index, Index];
const PERFECT: LinkNorm = {
  delayMsMin: 1,
  delayMsMax: 10,
  lossPercent: 0,
  duplicatePercent: 0,
  reorderPercent: 0,
};

/** Three attached processes that write down what they are told, connected. */
async function world({ norm = PERFECT, manual = false, seed = 1 } = {}) {
  const scheduler = new Scheduler();
  const seen: string[] = [];
  const messages: MessageEvent[] = [];
  const network = new SimulatedNetwork({
    scheduler,
    random: stream(seed),
    processes: [A, B, C],
    norm,
    manual,
    limits: { bytesMax: 1000, depthMax: 8, itemsMax: 100 },
    onMessage: (event) => messages.push(event),
  });
  const attach = (process: Index): Transport =>
    network.attach(process, {
      receive: (from, message) => seen.push(`${process} < ${from} ${JSON.stringify(message)}`),
      connected: (peer) => seen.push(`${process} + ${peer}`),
      disconnected: (peer) => seen.push(`${process} - ${peer}`),
    });
  const [a, b, c] = [attach(A), attach(B), attach(C)];
  await scheduler.run();
  const connected = seen.splice(0);
  const burst = (transport: Transport, to: Index, count: number) => {
    for (let nth = 0; nth < count; nth++) transport.send(to, nth);
  };
  const received = () => seen.filter((line) => line.includes("<")).map((line) => line.slice(22));
  return { scheduler, network, seen, messages, attach, a, b, c, connected, burst, received };
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => String(at));

describe("the simulated network", () => {
  test("connects everyone to everyone, once", async () => {
    const { connected } = await world();

    expect(connected.sort()).toEqual(
      [A, B, C].flatMap((one) => [A, B, C].filter((o) => o !== one).map((o) => `${one} + ${o}`)),
    );
  });

  test("delivers everything in order when nothing is wrong", async () => {
    const { scheduler, network, a, burst, received } = await world();

    burst(a, B, 50);
    await scheduler.run();

    expect(received()).toEqual(numbers(50));
    expect(network.counters(A, B)).toMatchObject({ sent: 50, delivered: 50, bytes: 50 + 26 });
    expect(network.counters(B, A).sent).toBe(0);
  });

  test("delays differ from message to message, within the bounds", async () => {
    const { scheduler, a } = await world();
    const delays: number[] = [];
    for (let nth = 0; nth < 50; nth++) {
      const sentMs = scheduler.nowMs;
      a.send(B, nth);
      await scheduler.run();
      delays.push(scheduler.nowMs - sentMs);
    }

    expect(new Set(delays).size).toBeGreaterThan(40);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1 - 1e-9);
    expect(Math.max(...delays)).toBeLessThanOrEqual(10);
  });

  test("does not deliver within the call that sends", async () => {
    const { scheduler, a, seen } = await world();

    a.send(B, 1);

    expect(seen).toEqual([]);
    await scheduler.run();
    expect(seen).toEqual([`${B} < ${A} 1`]);
  });

  test("loses, duplicates and reorders as links do", async () => {
    const { scheduler, network, a, burst } = await world({ norm: DEFAULT_NORM });
    const undo = network.impair(A, B, {
      lossPercent: 30,
      duplicatePercent: 30,
      reorderPercent: 50,
    });

    burst(a, B, 1000);
    await scheduler.run();

    const worse = { ...network.counters(A, B) };
    expect(worse.lost).toBeGreaterThan(250);
    expect(worse.lost).toBeLessThan(350);
    expect(worse.duplicated).toBeGreaterThan(150);
    expect(worse.overtaking).toBeGreaterThan(100);
    expect(worse.delivered).toBe(1000 - worse.lost + worse.duplicated);

    undo();
    burst(a, B, 1000);
    await scheduler.run();
    expect(network.counters(A, B).lost).toBe(worse.lost);
  });

  test("an impairment of one link leaves the others alone", async () => {
    const { scheduler, network, a, burst } = await world();
    network.impair(A, B, { lossPercent: 100 });

    burst(a, B, 10);
    burst(a, C, 10);
    await scheduler.run();

    expect(network.counters(A, B).delivered).toBe(0);
    expect(network.counters(A, C).delivered).toBe(10);
  });

  test("the fate of a message does not depend on other links", async () => {
    const arrivals = async (withOthers: boolean) => {
      const { scheduler, messages, a, c, burst } = await world({ norm: DEFAULT_NORM });
      if (withOthers) {
        burst(c, B, 30);
        burst(a, C, 30);
      }
      burst(a, B, 100);
      const startMs = scheduler.nowMs;
      const times: [string, number][] = [];
      messages.length = 0;
      const push = messages.push.bind(messages);
      messages.push = (event) => {
        if (event.from === A && event.to === B) times.push([event.step, scheduler.nowMs - startMs]);
        return push(event);
      };
      await scheduler.run();
      return times;
    };

    const alone = await arrivals(false);
    expect(alone.length).toBeGreaterThanOrEqual(100);
    expect(await arrivals(true)).toEqual(alone);
  });

  test("an extra delay delays", async () => {
    const { scheduler, network, a } = await world();
    const startMs = scheduler.nowMs;
    network.impair(null, null, { delayMs: 1000 });

    a.send(B, 1);
    await scheduler.run();

    expect(scheduler.nowMs - startMs).toBeGreaterThan(500);
    expect(scheduler.nowMs - startMs).toBeLessThan(1011);
  });

  test("a partition loses what is on the wire, is noticed, and heals", async () => {
    const { scheduler, network, a, seen, burst, received } = await world();
    burst(a, B, 3);
    burst(a, C, 3);
    const mends = [network.cut(A, B), network.cut(B, A)];
    await scheduler.run();

    expect(received()).toEqual(numbers(3));
    expect(seen.filter((line) => line.includes("-")).sort()).toEqual([
      `${A} - ${B}`,
      `${B} - ${A}`,
    ]);
    expect(network.counters(A, B).cut).toBe(3);
    a.send(B, "dropped");
    expect(network.counters(A, B).unsent).toBe(1);

    for (const mend of mends) mend();
    seen.length = 0;
    await scheduler.run();
    expect(seen.sort()).toEqual([`${A} + ${B}`, `${B} + ${A}`]);
    a.send(B, "healed");
    await scheduler.run();
    expect(seen).toContain(`${B} < ${A} "healed"`);
  });

  test("a one-way cut loses one direction unseen, and both ends start anew when it is mended", async () => {
    const { scheduler, network, a, b, seen } = await world();
    const mend = network.cut(A, B);

    a.send(B, "there");
    b.send(A, "back");
    await scheduler.run();
    expect(seen).toEqual([`${A} < ${B} "back"`]);

    mend();
    await scheduler.run();
    expect(seen.slice(1).sort()).toEqual(
      [`${A} + ${B}`, `${A} - ${B}`, `${B} + ${A}`, `${B} - ${A}`].sort(),
    );
  });

  test("cuts that overlap mend with the last", async () => {
    const { scheduler, network, a, seen } = await world();
    const mends = [network.cut(A, B), network.cut(A, B)];
    mends[0]?.();
    a.send(B, 1);
    await scheduler.run();
    expect(seen).toEqual([]);

    mends[1]?.();
    await scheduler.run();
    a.send(B, 2);
    await scheduler.run();
    expect(seen.at(-1)).toBe(`${B} < ${A} 2`);
  });

  test("a torn connection loses what is on it and is made again", async () => {
    const { scheduler, network, a, seen, burst } = await world();
    burst(a, B, 3);

    network.tear(A, B);
    await scheduler.run();

    expect(seen.sort()).toEqual(
      [`${A} + ${B}`, `${A} - ${B}`, `${B} + ${A}`, `${B} - ${A}`].sort(),
    );
  });

  test("what a process sent before it crashed arrives, and then its peer sees it go", async () => {
    const { scheduler, network, a, seen, burst } = await world();
    burst(a, B, 3);

    network.detach(A);
    burst(a, B, 3);
    await scheduler.run();

    const atB = seen.filter((line) => line.startsWith(B));
    expect(atB).toEqual([`${B} < ${A} 0`, `${B} < ${A} 1`, `${B} < ${A} 2`, `${B} - ${A}`]);
    expect(network.counters(A, B).sent).toBe(3);
  });

  test("what was sent to a process before it crashed does not reach its next life", async () => {
    const { scheduler, network, attach, a, seen, burst } = await world();
    burst(a, B, 3);

    network.detach(B);
    attach(B);
    await scheduler.run();

    expect(seen.filter((line) => line.includes("<"))).toEqual([]);
    expect(network.counters(A, B).cut).toBe(3);
    expect(seen.filter((line) => line.startsWith(A))).toEqual([`${A} - ${B}`, `${A} + ${B}`]);
    a.send(B, "new");
    await scheduler.run();
    expect(seen.at(-1)).toBe(`${B} < ${A} "new"`);
  });

  test("the transport of an earlier life sends nothing", async () => {
    const { scheduler, network, attach, b, seen } = await world();
    network.detach(B);
    attach(B);
    await scheduler.run();
    seen.length = 0;

    b.send(A, "ghost");
    await b.close();
    await scheduler.run();

    expect(seen).toEqual([]);
  });

  test.each([
    ["is not deterministic CBOR", Uint8Array.of(0x18, 0x01)],
    ["nests too deep", encodeWire([[[[[[[[[1]]]]]]]]])],
    ["is too large", encodeWire("x".repeat(1000))],
  ])("a frame that %s is refused and ends the connection", async (_, bytes) => {
    const { scheduler, network, seen } = await world();

    network.inject(A, B, bytes);
    await scheduler.run();

    expect(network.counters(A, B)).toMatchObject({ malformed: 1, delivered: 0 });
    expect(seen).toContain(`${B} - ${A}`);
    expect(seen.at(-1)).toContain("+");
  });

  test("what has no encoding is not sent and does not throw", async () => {
    const { scheduler, messages, a, seen } = await world();

    a.send(B, 0.5);
    await scheduler.run();

    expect(messages.map(({ step }) => step)).toEqual(["unsendable"]);
    expect(seen).toEqual([]);
  });

  test("in manual mode nothing is delivered until told, in the order told", async () => {
    const { scheduler, network, a, seen } = await world({ manual: true });
    a.send(B, { type: "one" });
    a.send(B, { type: "two" });
    a.send(C, { type: "three" });
    await scheduler.run();
    expect(seen).toEqual([]);

    const ids = network.pending().map(({ id }) => id) as [number, number, number];
    expect(network.pending()[2]).toEqual({
      id: ids[2],
      from: A,
      to: C,
      message: { type: "three" },
    });
    network.deliver(ids[1]);
    network.drop(ids[2]);
    network.deliver(ids[0]);
    await scheduler.run();

    expect(seen).toEqual([`${B} < ${A} {"type":"two"}`, `${B} < ${A} {"type":"one"}`]);
    expect(network.pending()).toEqual([]);
    expect(() => network.deliver(ids[0])).toThrow(RangeError);
  });
});
