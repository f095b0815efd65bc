import { describe, expect, test } from "vitest";
import {
  byzantine,
  crash,
  doubleVote,
  sometimes,
  stale,
  twin,
} from "../../../impl/adversary/index.ts";
import type { HostedProcess } from "../../../impl/network/process.ts";
import { type Index, indices } from "../../../spec/automaton/index.ts";
import { TinyNet } from "./harness.ts";
import { answersTo, ask, byAsker, FAULTY } from "./worlds.ts";

const PEERS = indices("client", 4);
const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);

/** What copies of a gossip did, by the number of the copy. */
interface Diary {
  readonly told: number[];
  readonly woken: number[];
  readonly decoded: (readonly [copy: number, from: Index])[];
  readonly reconnected: (readonly [copy: number, peer: Index])[];
}

/** Makes copies of a process that does all that a host allows: it sends, waits, answers users. */
function gossips() {
  const diary: Diary = { told: [], woken: [], decoded: [], reconnected: [] };
  let copies = 0;
  const again = (): HostedProcess => {
    const copy = copies;
    copies += 1;
    return {
      self: FAULTY,
      unit: () => ({}),
      decode(from, message) {
        diary.decoded.push([copy, from]);
        return { message: message as { type: string }, signatures: [] };
      },
      deliver(_from, _decoded, host) {
        for (const peer of PEERS) host.send("u", peer, { type: "NEWS", copy });
        host.after(10, () => {
          diary.woken.push(copy);
          for (const peer of PEERS) host.send("u", peer, { type: "LATE", copy });
          host.release("u", () => diary.told.push(copy));
        });
      },
      emit: () => undefined,
      connected(peer) {
        diary.reconnected.push([copy, peer]);
      },
    };
  };
  const net = new TinyNet(1);
  const hear = (...from: readonly Index[]) => {
    for (const one of from) net.inject(one, FAULTY, { type: "HELLO" });
    net.settle();
    return net.sent.map(({ message, to }) => `${message.type} ${message.copy} ${to}`);
  };
  return { diary, again, net, hear };
}

const [P0, P1] = PEERS as [Index, Index];

describe("inside a faulty process", () => {
  test("the throw-away copies of a double voter leave no timers behind", () => {
    const { again, diary, net, hear } = gossips();
    net.add(byzantine(again(), doubleVote(), again));
    expect(hear(P0).filter((one) => one.startsWith("LATE"))).toEqual(
      PEERS.map((peer) => `LATE 0 ${peer}`),
    );
    expect(diary.woken).toEqual([0]);
  });

  test("the two copies of a twin keep to their own peers, at once and in timers", () => {
    for (const seed of SEEDS) {
      const { again, hear, diary } = gossips();
      const net = new TinyNet(seed);
      net.add(byzantine(again(), twin(), again));
      for (const peer of PEERS) net.inject(peer, FAULTY, { type: "HELLO" });
      net.settle();
      const talkers = PEERS.map(
        (peer) =>
          new Set(net.sent.filter(({ to }) => to === peer).map(({ message }) => message.copy)),
      );
      expect(talkers.map(({ size }) => size)).toEqual([1, 1, 1, 1]);
      expect(talkers.flatMap((of) => [...of]).sort()).toEqual([0, 0, 1, 1]);
      expect(new Set(diary.told)).toEqual(new Set([0]));
      expect(hear()).toEqual([]);
    }
  });

  test("a copy decodes and reconnects for its own peers", () => {
    const { again, diary, net, hear } = gossips();
    net.add(byzantine(again(), twin(), again));
    hear(P0, P1);
    const second = net.sent.find(({ message }) => message.copy === 1)?.to as Index;
    const first = net.sent.find(({ message }) => message.copy === 0)?.to as Index;
    diary.decoded.length = 0;
    hear(second, first);
    expect(diary.decoded).toEqual([
      [1, second],
      [0, first],
    ]);
    for (const peer of [second, first]) net.connected(FAULTY, peer);
    expect(diary.reconnected).toEqual([
      [1, second],
      [0, first],
    ]);
  });

  test("only the first copy answers local users", () => {
    const { again, diary, net, hear } = gossips();
    net.add(byzantine(again(), twin({ split: false }), again));
    expect(hear(P0)).toHaveLength(16);
    expect(diary.told).toEqual([0]);
  });

  test("the past of a stale process is silent while it catches up", () => {
    const { again, net, hear } = gossips();
    net.add(byzantine(again(), stale({ lag: 1 }), again));
    const said = hear(P0, P0, P0, P0);
    const ofFirst = said.filter((one) => one.startsWith("NEWS 0")).length;
    expect(said.filter((one) => one.startsWith("LATE 1"))).toEqual([]);
    const ofPast = said.filter((one) => one.startsWith("NEWS 1")).length;
    expect([ofFirst, ofPast]).toSatisfy(
      ([first, past]) => (first === 16 && past === 0) || (first === 8 && past === 16),
    );
  });

  test("after a crash timers send nothing, users are told nothing, and no peer is greeted", () => {
    const { again, diary, net, hear } = gossips();
    net.add(byzantine(again(), crash({ deliveries: 1 })));
    expect(hear(P0, P1)).toEqual(PEERS.map((peer) => `NEWS 0 ${peer}`));
    net.connected(FAULTY, P0);
    expect([diary.told, diary.reconnected]).toEqual([[], []]);
  });

  test("one that votes twice sometimes does so for some slots", () => {
    const slots = Array.from({ length: 60 }, (_, at) => `s${at}`);
    const requests = byAsker(...slots.flatMap((slot) => [ask("a", slot), ask("b", slot)]));
    const { answers } = answersTo(sometimes(0.5, doubleVote()), requests);
    const twice = answers.filter(({ message }) => message.value === "b").length;
    expect(twice).toBeGreaterThan(10);
    expect(twice).toBeLessThan(50);
    expect(answers.length - twice).toBe(60);
  });
});
