import { expect, test } from "vitest";
import { type ProtocolName, protocols } from "../../../impl/bft-bc/protocol.ts";
import { digestWith } from "../../../impl/crypto/scheme.ts";
import { nodeScheme } from "../../../impl/host/crypto/node.ts";
import { type Codec, jsonCodec } from "../../../impl/host/key-value.ts";
import { startClient, startReplica } from "../../../impl/host/members.ts";
import type { TransportEvents } from "../../../impl/host/world.ts";
import type { Wire } from "../../../impl/network/process.ts";
import type { HostFacts } from "../../../impl/network/protocol.ts";
import { type Index, indices, type Value } from "../../../spec/automaton/index.ts";
import { FakeStore } from "../host/fakes.ts";

const replicas = indices("replica", 4);
const clients = indices("client", 2);
const facts: HostFacts = {
  cluster: "test",
  faults: 1,
  replicas,
  clients,
  keyBytes: 100,
  valueBytes: 1000,
  messageBytes: 100_000,
  suspicion: { firstMs: 10, mostMs: 100 },
  retransmission: { firstMs: 1e6, factor: 2, mostMs: 1e6 },
  digest: digestWith(nodeScheme),
  authorise: () => true,
};
const limits = { keyBytes: 100, valueBytes: 1000, pendingOperations: 10, operationMs: 1e6 };

/** What an operation costs: signatures made and checked, those of a proof each time it is shown. */
interface Costs {
  signed: number;
  checked: number;
  messages: number;
  phases: string;
}

/** A cluster in one place that counts; messages wait in one queue, timers run when all is quiet. */
async function start(name: ProtocolName) {
  const events = new Map<Index, TransportEvents>();
  const queue: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const costs: Costs = { signed: 0, checked: 0, messages: 0, phases: "" };
  /** what happens to statements of phase 3, in order */
  const history: string[] = [];
  /** replicas that no WRITE reaches */
  const lost = new Set<Index>();
  const statements: string[] = [];
  const world = (self: Index) => {
    return {
      clock: {
        now: () => 0,
        after(delayMs: number, run: () => void) {
          if (delayMs === 0) timers.push(run);
          return { cancel: () => undefined };
        },
      },
      random: (count: number) => new Uint8Array(count),
      verifier: {
        verify(signed: readonly unknown[], done: (valid: boolean) => void) {
          costs.checked += signed.length;
          done(true);
        },
      },
      sign(statement: Value) {
        costs.signed += 1;
        const { says } = statement as { readonly says: string };
        if (says === "WRITE-ACK") history.push(`${self} signs`);
        statements.push(says);
        return new Uint8Array(64).fill(statements.length);
      },
      store: new FakeStore().asStore(),
      observer: {
        phases: (operation: string, count: number) => {
          costs.phases = `${operation} ${count}`;
        },
      },
      connect: (own: TransportEvents) => {
        events.set(self, own);
        return {
          send(to: Index, message: Wire) {
            costs.messages += 1;
            const { signature, type } = message as { signature?: Uint8Array; type: string };
            const says = statements[(signature?.[0] ?? 0) - 1];
            if (says === "WRITE-ACK") history.push(`${self} sends`);
            queue.push(() => {
              if (type === "WRITE") {
                if (lost.has(to)) return;
                history.push(`${to} takes`);
              }
              events.get(to)?.receive(self, message);
            });
          },
          close: () => Promise.resolve(),
        };
      },
    };
  };
  for (const self of replicas) await startReplica(protocols[name], self, facts, world(self));
  const codec = jsonCodec as Codec<number>;
  const users = await Promise.all(
    clients.map((self) => startClient(protocols[name], self, facts, world(self), codec, limits)),
  );
  const settle = async () => {
    for (;;) {
      const next = timers.shift() ?? queue.shift();
      if (next === undefined) break;
      next();
    }
    await Promise.resolve();
  };
  return {
    history,
    lost,
    async cost(client: 0 | 1, value: number | null): Promise<Costs> {
      Object.assign(costs, { signed: 0, checked: 0, messages: 0, phases: "" });
      const { store } = users[client] as (typeof users)[number];
      const operation = value === null ? store.get("key") : store.put("key", value);
      await settle();
      await operation;
      return { ...costs };
    },
  };
}

test.each<[ProtocolName, Costs, Costs, Costs]>([
  [
    "bft-bc",
    { phases: "write 3", signed: 8, checked: 51, messages: 24 },
    { phases: "write 3", signed: 8, checked: 39, messages: 24 },
    { phases: "read 1", signed: 0, checked: 9, messages: 8 },
  ],
  [
    "bft-bc-optimised",
    { phases: "write 2", signed: 9, checked: 46, messages: 16 },
    { phases: "write 2", signed: 9, checked: 34, messages: 16 },
    { phases: "read 1", signed: 0, checked: 12, messages: 8 },
  ],
  [
    "bft-bc-strong",
    { phases: "write 3", signed: 8, checked: 66, messages: 24 },
    { phases: "write 3", signed: 8, checked: 54, messages: 24 },
    { phases: "read 1", signed: 0, checked: 9, messages: 8 },
  ],
  [
    "bft-bc-strong-optimised",
    { phases: "write 2", signed: 9, checked: 49, messages: 16 },
    { phases: "write 3", signed: 9, checked: 65, messages: 24 },
    { phases: "read 1", signed: 0, checked: 12, messages: 8 },
  ],
])(
  "L.AUTH what %s signs, checks and sends for a write, another's write and a read",
  async (name, again, others, read) => {
    const cluster = await start(name);
    await cluster.cost(0, 1);

    expect(await cluster.cost(0, 2)).toEqual(again);
    expect(await cluster.cost(1, 3)).toEqual(others);
    expect(await cluster.cost(0, null)).toEqual(read);
  },
);

test.each<ProtocolName>(["bft-bc", "bft-bc-optimised", "bft-bc-strong"])(
  "L.BACKGROUND %s signs a write before it comes, and shows the signature only after it came",
  async (name) => {
    const cluster = await start(name);
    const [last] = replicas.slice(-1) as [Index];
    cluster.lost.add(last);

    await cluster.cost(0, 1);

    for (const replica of replicas.slice(0, 3)) {
      const own = cluster.history.filter((event) => event.startsWith(replica));
      expect(own).toEqual([`${replica} signs`, `${replica} takes`, `${replica} sends`]);
    }
    // The WRITE never came: the signature was made for nothing, and stays where it is.
    expect(cluster.history.filter((event) => event.startsWith(last))).toEqual([`${last} signs`]);
  },
);
