import { expect, test } from "vitest";
import { protocol } from "../../../impl/bft-bc/protocol.ts";
import { digestWith } from "../../../impl/crypto/scheme.ts";
import { nodeScheme } from "../../../impl/host/crypto/node.ts";
import { createSigner, createVerifier } from "../../../impl/host/crypto/verifier.ts";
import { type Codec, jsonCodec } from "../../../impl/host/key-value.ts";
import { startClient, startReplica } from "../../../impl/host/members.ts";
import type { Clock, TransportEvents } from "../../../impl/host/world.ts";
import type { Wire } from "../../../impl/network/process.ts";
import type { ClusterFacts } from "../../../impl/network/protocol.ts";
import { type Index, indices } from "../../../spec/automaton/index.ts";
import { FakeStore } from "../host/fakes.ts";

const SCOPE = "test";
const replicas = indices("replica", 4);
const clients = indices("client", 2);
const secrets = new Map(
  [...replicas, ...clients].map((one, at) => [one as Index, new Uint8Array(32).fill(at + 1)]),
);
const verifier = createVerifier({
  scheme: nodeScheme,
  scope: SCOPE,
  keys: new Map(replicas.map((one) => [one, nodeScheme.publicKey(secrets.get(one) as Uint8Array)])),
  off: "this thread",
});
const clock: Clock = { now: () => 0, after: () => ({ cancel: () => undefined }) };
const facts: ClusterFacts = {
  cluster: SCOPE,
  faults: 1,
  replicas,
  clients,
  keyBytes: 100,
  valueBytes: 1000,
  retransmission: { firstMs: 10, factor: 2, mostMs: 100 },
  digest: digestWith(nodeScheme),
  authorise: () => true,
};

/** All processes in one place: messages wait in one queue and are delivered in order. */
class Cluster {
  readonly #events = new Map<Index, TransportEvents>();
  readonly #queue: (() => void)[] = [];
  readonly down = new Set<Index>();
  readonly stores = new Map<Index, FakeStore>();
  delivered = 0;

  world(self: Index, store = new FakeStore()) {
    this.stores.set(self, store);
    return {
      clock,
      random: (count: number) => new Uint8Array(count),
      verifier,
      sign: createSigner(nodeScheme, SCOPE, secrets.get(self) as Uint8Array),
      store: store.asStore(),
      connect: (events: TransportEvents) => {
        this.#events.set(self, events);
        return {
          send: (to: Index, message: Wire) => {
            this.#queue.push(() => {
              if (this.down.has(to) || this.down.has(self)) return;
              this.delivered += 1;
              this.#events.get(to)?.receive(self, message);
            });
          },
          close: () => Promise.resolve(),
        };
      },
    };
  }

  async settle(): Promise<void> {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) next();
    await Promise.resolve();
  }
}

const limits = { keyBytes: 100, valueBytes: 1000, pendingOperations: 10, operationMs: 1000 };
const codec = jsonCodec as Codec<number>;

async function start() {
  const cluster = new Cluster();
  const hosts = await Promise.all(
    replicas.map((self) => startReplica(protocol, self, facts, cluster.world(self))),
  );
  const [d, e] = await Promise.all(
    clients.map((self) => startClient(protocol, self, facts, cluster.world(self), codec, limits)),
  );
  if (d === undefined || e === undefined) throw new Error("two clients");
  return { cluster, hosts, d, e };
}

test("what one client puts another gets, at any three of four replicas", async () => {
  const { cluster, d, e } = await start();
  for (const down of [null, ...replicas]) {
    cluster.down.clear();
    if (down !== null) cluster.down.add(down);
    const value = Math.random();

    const put = d.store.put("price", value);
    await cluster.settle();
    await put;
    const got = e.store.get("price");
    await cluster.settle();

    expect(await got).toBe(value);
  }
});

test("a key that nobody wrote has no value; a deleted one has none any more", async () => {
  const { cluster, d, e } = await start();
  const first = e.store.get("a'b (c)/%é");
  await cluster.settle();
  expect(await first).toBeUndefined();

  const put = d.store.put("a'b (c)/%é", 1);
  await cluster.settle();
  await put;
  const removed = d.store.delete("a'b (c)/%é");
  await cluster.settle();
  await removed;

  const second = e.store.get("a'b (c)/%é");
  await cluster.settle();
  expect(await second).toBeUndefined();
});

test("nothing leaves a replica before what it signed is durable", async () => {
  const cluster = new Cluster();
  const stores = replicas.map(() => new FakeStore(false));
  await Promise.all(
    replicas.map((self, at) =>
      startReplica(protocol, self, facts, cluster.world(self, stores[at] as FakeStore)),
    ),
  );
  const self = clients[0] as Index<"client">;
  const client = await startClient(protocol, self, facts, cluster.world(self), codec, limits);
  let isDone = false;

  const put = client.store.put("k", 1).then(() => {
    isDone = true;
  });
  await cluster.settle();
  const before = cluster.delivered;
  await cluster.settle();
  expect(cluster.delivered).toBe(before);
  expect(isDone).toBe(false);
  // READ-TS and its replies, four PREPARE: the replicas hold their signed answers.
  expect(before).toBe(12);

  for (let rounds = 0; rounds < 2; rounds += 1) {
    for (const store of stores) store.sync();
    await cluster.settle();
  }
  await put;
  expect(isDone).toBe(true);
});
