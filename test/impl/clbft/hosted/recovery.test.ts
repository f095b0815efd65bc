import { describe, expect, test } from "vitest";
import { byzantine } from "../../../../impl/adversary/index.ts";
import { replicaAutomata } from "../../../../impl/clbft/hosted/automata.ts";
import { boundsOf } from "../../../../impl/clbft/hosted/bounds.ts";
import { faultyReplicas } from "../../../../impl/clbft/hosted/faulty-replicas.ts";
import { protocol } from "../../../../impl/clbft/hosted/protocol.ts";
import { checkpointDigest } from "../../../../impl/clbft/hosted/transfer/texts.ts";
import { chunkCharsOf } from "../../../../impl/clbft/hosted/transfer/tree.ts";
import { REPAIRED } from "../../../../impl/clbft/rules.ts";
import { HostRunner, type HostsOptions } from "../../../../impl/host/simulated/hosts.ts";
import { replicating } from "../../../../impl/network/service-protocol.ts";
import { counter } from "../../../../impl/services/counter.ts";
import { keyValue } from "../../../../impl/services/key-value.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { Driven, typeOf } from "./driven.ts";

const REPLICAS = ["replica#0", "replica#1", "replica#2", "replica#3"];
const RECOVERING = { recovery: { everyMs: 60_000 } } satisfies Partial<HostsOptions>;
const isWhole = (driven: Driven, replica: string, recoveries = 1) =>
  driven.about(replica).recovering === 0 && driven.about(replica).recoveries === recoveries;

/** As many operations as a checkpoint is over, one after the other. */
async function overCheckpoints(driven: Driven, count: number): Promise<void> {
  const { checkpointEvery } = boundsOf(driven.cluster.facts);
  for (let at = 0; at < count * checkpointEvery; at += 1) await driven.invoke("add 1");
}

async function restart(driven: Driven, replica: string): Promise<void> {
  driven.cluster.crash(replica as Index);
  await driven.start(replica);
}

describe("a replica that recovers", { timeout: 120_000 }, () => {
  test("starts from a state that others vouch for, and catches up", async () => {
    const driven = await Driven.start(counter as Service, RECOVERING);
    await overCheckpoints(driven, 1);
    await driven.invoke("add 1");
    for (const [at, replica] of REPLICAS.entries()) {
      await restart(driven, replica);
      await driven.until(() => isWhole(driven, replica));

      expect(driven.about(replica)).toMatchObject({ recovering: 0, recoveries: 1 });
      expect(Number(await driven.invoke("add 1"))).toBe(
        boundsOf(driven.cluster.facts).checkpointEvery + 2 + at,
      );
    }
    const installed = driven.actions.filter(({ name }) => name === "INSTALL");
    expect(installed.map(({ process }) => process)).toEqual(REPLICAS);
    for (const { payload } of installed) {
      expect(payload).toMatchObject({ n: boundsOf(driven.cluster.facts).checkpointEvery });
    }
  });

  test("fetches nothing that it has unchanged in its own store", async () => {
    const driven = await Driven.start(keyValue as Service, RECOVERING);
    for (let at = 0; at < boundsOf(driven.cluster.facts).checkpointEvery; at += 1) {
      await driven.invoke(JSON.stringify(["put", `key ${at}`, "x".repeat(1_000)]));
    }
    await driven.until(() => driven.about("replica#2").stable !== 0);
    driven.cluster.crash("replica#2" as Index);
    const sent = driven.watch();
    await driven.start("replica#2");
    await driven.until(() => isWhole(driven, "replica#2"));

    expect(driven.about("replica#2")).toMatchObject({ recovering: 0, recoveries: 1 });
    expect(sent.filter(({ message }) => typeOf(message) === "CHUNK")).toEqual([]);
  });

  test("in a young cluster starts from the start, and executes again what was decided", async () => {
    const driven = await Driven.start(counter as Service, RECOVERING);
    await driven.invoke("add 3");
    await restart(driven, "replica#1");
    await driven.until(() => isWhole(driven, "replica#1"));
    driven.cluster.crash("replica#3" as Index);

    expect(await driven.invoke("add 4")).toBe("7");
    expect(driven.about("replica#1")).toMatchObject({ recovering: 0, recoveries: 1, executed: 2 });
  });

  test("as the primary hands its view over, so that nobody has to suspect it", async () => {
    const driven = await Driven.start(counter as Service, RECOVERING);
    await driven.invoke("add 1");
    await restart(driven, "replica#0");
    await driven.until(() => driven.about("replica#1").view !== 0);

    expect(driven.actions.filter(({ name }) => name === "SEND-VIEW-CHANGE")[0]?.process).toBe(
      "replica#0",
    );
    expect(await driven.invoke("add 1")).toBe("2");
  });

  test("answers nobody until it has such a state", async () => {
    const driven = await Driven.start(counter as Service, RECOVERING);
    await driven.invoke("add 1");
    driven.cluster.crash("replica#2" as Index);
    const sent = driven.watch(
      ({ to, message }) => to === "replica#2" && ["STATUS", "STABLE"].includes(typeOf(message)),
    );
    await driven.start("replica#2");
    await driven.invoke("add 1");
    await driven.until(() => false, 1_000);

    expect(driven.about("replica#2").recovering).toBe(1);
    const replies = sent.filter(({ from, to }) => from === "replica#2" && to.startsWith("client"));
    expect(replies).toEqual([]);
  });

  test("goes on recovering when it dies in the middle of it", async () => {
    const driven = await Driven.start(counter as Service, RECOVERING);
    await overCheckpoints(driven, 1);
    driven.cluster.crash("replica#2" as Index);
    driven.watch(({ to, message }) => to === "replica#2" && typeOf(message) === "STABLE");
    await driven.start("replica#2");
    await driven.until(() => driven.about("replica#2").recovering === 1);
    driven.watch();
    await restart(driven, "replica#2");
    await driven.until(() => isWhole(driven, "replica#2"));

    expect(driven.about("replica#2")).toMatchObject({ recovering: 0, recoveries: 1 });
  });

  test("one after the other while one of the others lies about its state", async () => {
    const lying = faultyReplicas()["lying-state"] as NonNullable<unknown> as () => never;
    const driven = await Driven.start(counter as Service, {
      ...RECOVERING,
      disguise: (process, again) =>
        process.self === "replica#3" ? byzantine(process, lying(), again) : process,
    });
    await overCheckpoints(driven, 1);
    for (const replica of REPLICAS.slice(0, 3)) {
      await restart(driven, replica);
      await driven.until(() => isWhole(driven, replica));
      expect(driven.about(replica).recovering).toBe(0);
      await driven.invoke("add 1");
    }
  });
});

describe("a replica whose state went wrong", { timeout: 120_000 }, () => {
  test("finds out at the next checkpoint, and takes the state of the others", async () => {
    let isWrong = true;
    const wrong: Service = {
      ...(counter as Service),
      applyInPlace: undefined as never,
      apply: (state, operation, client) =>
        (counter as Service).apply(state, isWrong ? "add 7" : operation, client),
    };
    const served = replicating(protocol, counter as Service);
    const options = { protocol: served, seed: 1, faults: 1, clients: 2 };
    const driven = await Driven.start(counter as Service, {
      disguise(process) {
        if (process.self !== "replica#2") return process;
        const facts = new HostRunner(options).facts;
        const digest = checkpointDigest(facts.digest, chunkCharsOf(facts.messageBytes));
        const unit = () => replicaAutomata("replica#2" as never, facts, wrong, REPAIRED, digest);
        return Object.assign(process, { unit });
      },
    });
    await overCheckpoints(driven, 1);
    await driven.until(() => driven.about("replica#2").divergences === 1);
    isWrong = false;
    await driven.until(() => isWhole(driven, "replica#2", 0));
    expect(driven.about("replica#2")).toMatchObject({ divergences: 1, recovering: 0 });

    await overCheckpoints(driven, 1);
    await driven.until(() => false, 500);
    expect(driven.about("replica#2").divergences).toBe(1);
    expect(REPLICAS.map((replica) => driven.about(replica).stable)).toEqual(
      Array(4).fill(2 * boundsOf(driven.cluster.facts).checkpointEvery),
    );
  });
});
