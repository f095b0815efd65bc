import { describe, expect, test } from "vitest";
import { protocol } from "../../../../impl/bft-bc/protocol.ts";
import { SimulatedCluster } from "../../../../impl/host/simulated/cluster.ts";
import { hostSchedule } from "../../../../impl/host/simulated/host-schedule.ts";
import { runHosts } from "../../../../impl/host/simulated/run-hosts.ts";
import { readSchedule, writeSchedule } from "../../../../impl/host/simulated/schedule-file.ts";
import type { Index } from "../../../../spec/automaton/index.ts";

const small = (seed: number, intensity: "calm" | "rough" | "wild", behaviours: string[] = []) =>
  hostSchedule(seed, {
    system: { protocol: "bft-bc", variant: "repaired", faults: 1 },
    replicas: 4,
    clients: 3,
    operations: 20,
    intensity,
    disturbances: null,
    behaviours,
    clientBehaviours: [],
  });

describe("a schedule run by real hosts", () => {
  test("is the same bit for bit, also when it was written to a file and read", async () => {
    const schedule = small(1, "wild", ["twin"]);

    const first = await runHosts(schedule, protocol);
    const second = await runHosts(readSchedule(writeSchedule(schedule)), protocol);

    expect(second).toEqual(first);
    expect(first.failures).toEqual([]);
    expect((await runHosts(small(2, "wild"), protocol)).digest).not.toBe(first.digest);
  });

  test("ends with every operation of a client that lived on answered", async () => {
    const { history, failures, messages } = await runHosts(small(3, "calm"), protocol);

    expect(failures).toEqual([]);
    expect(history.map(({ returned }) => returned)).not.toContain(null);
    // A read takes one round at least: four requests and three replies.
    expect(messages.delivered).toBeGreaterThan(20 * 7);
  });

  test("has every kind of fault that hosts can meet", () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 100; seed += 1) {
      for (const { kind } of small(seed, "wild", ["mute"]).items) kinds.add(kind);
    }

    expect([...kinds].sort()).toEqual(
      "byzantine corrupt crash delay disk-full duplicate invoke loss partition pause reorder skew slow-disk tear".split(
        " ",
      ),
    );
  });
});

describe("a cluster that is driven by calls", () => {
  const [client] = ["client#0"] as [Index];

  test("keeps what was put over a crash of all its replicas at once", async () => {
    const cluster = new SimulatedCluster({ protocol, seed: 1, faults: 1, clients: 1 });
    await cluster.startAll();
    const { scheduler } = cluster;
    const isDone = async (work: Promise<unknown> | undefined) => {
      let isOver = false;
      work?.finally(() => {
        isOver = true;
      });
      await scheduler.run({ untilMs: scheduler.nowMs + 10_000, until: () => isOver });
      expect(isOver).toBe(true);
      return work;
    };

    await isDone(cluster.store(client)?.put("k", "v"));
    for (const replica of cluster.replicas) cluster.crash(replica);
    expect(cluster.replicas.map((one) => cluster.isUp(one))).not.toContain(true);
    expect(cluster.host(cluster.replicas[0] as Index)).toBeNull();
    await isDone(Promise.all(cluster.replicas.map((one) => cluster.start(one))));

    expect(await isDone(cluster.store(client)?.get("k"))).toBe("v");
    expect(cluster.failures).toEqual([]);
  });

  test("lets whoever intercepts its messages decide which arrive", async () => {
    const cluster = new SimulatedCluster({ protocol, seed: 1, faults: 1, clients: 1 });
    await cluster.startAll();
    const { scheduler, network } = cluster;
    const caught: { readonly to: Index; readonly deliver: () => void }[] = [];
    network.intercept = ({ to }, deliver) => caught.push({ to, deliver }) > 0;
    let read: string | undefined | null = null;
    cluster
      .store(client)
      ?.get("k")
      .then((value) => {
        read = value;
      });

    await scheduler.run({ untilMs: scheduler.nowMs + 5_000 });
    expect(read).toBeNull();
    const asked = new Set(caught.map(({ to }) => to));
    expect([...asked].sort()).toEqual(cluster.replicas);

    for (let at = 0; at < caught.length; at += 1) caught[at]?.deliver();
    await scheduler.run({ untilMs: scheduler.nowMs + 1 });
    for (let at = 0; at < caught.length; at += 1) caught[at]?.deliver();
    await scheduler.run({ untilMs: scheduler.nowMs + 1 });
    expect(read).toBeUndefined();
  });
});
