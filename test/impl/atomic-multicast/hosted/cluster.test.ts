import { describe, expect, test } from "vitest";
import { type Behaviour, behaviourNamed, byzantine } from "../../../../impl/adversary/index.ts";
import { boundsOf } from "../../../../impl/atomic-multicast/hosted/bounds.ts";
import { faultyReplicas } from "../../../../impl/atomic-multicast/hosted/faulty-replicas.ts";
import { counter } from "../../../../impl/services/counter.ts";
import { keyValue } from "../../../../impl/services/key-value.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { Driven } from "./driven.ts";

const REPLICAS = ["replica#0", "replica#1", "replica#2", "replica#3"];
const index = (name: string) => name as Index;

describe("a replicated service", { timeout: 60_000 }, () => {
  test("answers as one server would", async () => {
    const driven = await Driven.start(counter as Service);

    expect(await driven.invoke("add 2")).toBe("2");
    expect(await driven.invoke("add 3", "client#1")).toBe("5");
    expect(await driven.invoke("read")).toBe("5");
    expect(driven.refused).toEqual([]);
  });

  test("is a service of one's own, told who asks", async () => {
    const guestBook: Service = {
      name: "guest-book",
      start: [],
      apply(state, _operation, client) {
        const after = [...(state as readonly string[]), client];
        return { state: after, result: after.join(", ") };
      },
    };
    const driven = await Driven.start(guestBook);

    await driven.invoke("sign");
    expect(await driven.invoke("sign", "client#1")).toBe("client#0, client#1");
  });

  test("does what a client told one replica alone: the others hear of it with its proposal", async () => {
    const driven = await Driven.start(counter as Service);
    driven.cluster.network.intercept = ({ from, to }) =>
      from.startsWith("client#") && to !== "replica#2";

    expect(await driven.invoke("add 4")).toBe("4");
  });

  test("relays requests that are long undelivered", async () => {
    const driven = await Driven.start(counter as Service);
    const relayed = new Set<string>();
    driven.cluster.network.intercept = ({ from, to, message }) => {
      const isOrder = Object(message).type !== "REQUEST" && from.startsWith("replica#");
      if (!isOrder && from === "replica#2") relayed.add(to);
      return isOrder || to.startsWith("client#");
    };
    driven.cluster.calls(index("client#0"))?.invoke("add 1");

    await driven.until(() => relayed.size === 3);

    expect([...relayed].sort()).toEqual(["replica#0", "replica#1", "replica#3"]);
  });

  test("runs with one replica that may not fail", async () => {
    const driven = await Driven.start(counter as Service, { faults: 0 });

    expect(await driven.invoke("add 1")).toBe("1");
    expect(await driven.invoke("read")).toBe("1");
  });

  test("keeps its state over a crash of all replicas at once", async () => {
    const driven = await Driven.start(keyValue as Service);
    await driven.invoke('["put","a","1"]');

    for (const replica of REPLICAS) driven.cluster.crash(index(replica));
    for (const replica of REPLICAS) await driven.start(replica);

    expect(await driven.invoke('["get","a"]')).toBe('["1"]');
  });

  test("goes on when replicas crash in the middle of an instance, each at another moment", async () => {
    const driven = await Driven.start(counter as Service);
    // Every so many actions another replica dies; one that is down comes back before the next.
    for (let round = 0; round < 12; round += 1) {
      let result: string | null = null;
      driven.cluster
        .calls(index("client#0"))
        ?.invoke("add 1")
        .then((one) => {
          result = one;
        });
      const from = driven.actions.length;
      const victim = REPLICAS[round % 4] as string;
      await driven.until(() => driven.actions.length > from + 6 * round);
      driven.cluster.crash(index(victim));
      await driven.start(victim);
      await driven.until(() => result !== null);
      expect(result).toBe(`${round + 1}`);
    }
    expect(driven.cluster.failures).toEqual([]);
  });

  test("signs after a restart what it has signed before, and nothing else", async () => {
    const driven = await Driven.start(counter as Service);
    const [client] = driven.cluster.clients as [Index];
    // Nobody hears replica#1, the first coordinator, so that the instance is not over when it dies.
    driven.cluster.network.intercept = ({ from }) => from === "replica#1";
    driven.cluster.calls(client)?.invoke("add 1");
    const isSaid = () =>
      driven.actions.some(
        ({ process, name }) => process === "replica#1" && name === "SEND-INITIAL",
      );
    await driven.until(isSaid);
    expect(isSaid()).toBe(true);
    driven.cluster.crash(index("replica#1"));
    const sent: { readonly type: string; readonly text: string }[] = [];
    driven.cluster.network.intercept = ({ from, message }) => {
      const { type } = message as { readonly type: string };
      if (from === "replica#1") sent.push({ type, text: JSON.stringify(message) });
      return from === "replica#1";
    };

    await driven.start("replica#1");
    await driven.until(() => false, 2_000);

    const initials = sent.filter(({ type }) => type === "INITIAL").map(({ text }) => text);
    const values = sent.filter(({ type }) => type === "VALUE").map(({ text }) => text);
    expect(initials.length).toBeGreaterThan(1);
    expect(new Set(initials).size).toBe(1);
    expect(new Set(values).size).toBe(1);
  });
});

describe("a mute coordinator", { timeout: 60_000 }, () => {
  test("is suspected and passed over, at once in later instances", async () => {
    const driven = await Driven.start(counter as Service, {
      disguise: (process) =>
        process.self === "replica#1" ? byzantine(process, behaviourNamed("mute")) : process,
    });
    const { scheduler } = driven.cluster;

    expect(await driven.invoke("add 1")).toBe("1");
    const firstMs = scheduler.nowMs;
    expect(driven.about("replica#0").suspects).toBe("replica#1");
    expect(await driven.invoke("add 1")).toBe("2");

    expect(scheduler.nowMs - firstMs).toBeLessThan(driven.cluster.facts.suspicion.firstMs);
    const rounds = driven.actions.filter(({ name }) => name === "SEND-INITIAL");
    expect(rounds.map(({ process }) => process)).toContain("replica#2");
  });
});

/** Proposes to everybody what another behaviour proposes to some, and then what it should. */
const proposesTwice: Behaviour = {
  name: "proposes-twice",
  begin(again) {
    const twoValued = faultyReplicas()["two-valued"] as () => Behaviour;
    const inner = twoValued().begin(again);
    return {
      ...inner,
      send({ unit, to, message }, host) {
        inner.send?.({ unit, to, message }, host);
        host.send(unit, to, message);
      },
    };
  },
};

describe("a replica that is proved to be faulty", { timeout: 60_000 }, () => {
  const distrusted = (driven: Driven) =>
    new Set(
      driven.actions.flatMap(({ process, name, payload }) =>
        name === "DISTRUST" ? [`${process}: ${Object(payload).of}`] : [],
      ),
    );

  test.each([
    ["by a wrong signature", behaviourNamed("mutate", { signed: true, share: 1 })],
    ["by two values in one instance", proposesTwice],
  ])("is distrusted by the others alone: %s", async (_, behaviour) => {
    const driven = await Driven.start(counter as Service, {
      disguise: (process) =>
        process.self === "replica#3" ? byzantine(process, behaviour) : process,
    });

    for (let count = 1; count <= 6; count += 1) await driven.invoke("add 1");

    expect(distrusted(driven).size).toBeGreaterThan(0);
    for (const one of distrusted(driven)) expect(one).toMatch(/^replica#[012]: replica#3$/);
  });

  test("a correct cluster distrusts nobody, whatever the network repeats", async () => {
    const driven = await Driven.start(counter as Service);
    driven.cluster.network.impair(null, null, { duplicatePercent: 100, reorderPercent: 50 });

    for (let count = 1; count <= 6; count += 1) await driven.invoke("add 1");

    expect(distrusted(driven).size).toBe(0);
  });
});

describe("a replica that was away", { timeout: 60_000 }, () => {
  test("learns from the others what they decided", async () => {
    const driven = await Driven.start(counter as Service);
    driven.cluster.crash(index("replica#3"));
    for (let count = 0; count < 5; count += 1) await driven.invoke("add 1");

    await driven.start("replica#3");
    await driven.until(() => driven.about("replica#3").instance === 5);
    driven.cluster.crash(index("replica#0"));

    // With replica#0 away it takes replica#3 and what it learnt.
    expect(await driven.invoke("read")).toBe("5");
  });

  test("for more instances than the others remember takes over a snapshot of f + 1", async () => {
    const driven = await Driven.start(counter as Service);
    const { window, snapshotEvery } = boundsOf(driven.cluster.facts);
    driven.cluster.crash(index("replica#3"));
    const missed = window + snapshotEvery + 1;
    for (let count = 0; count < missed; count += 1) await driven.invoke("add 1");

    await driven.start("replica#3");
    await driven.until(() => driven.about("replica#3").instance === missed);

    const installed = driven.actions.filter(({ name }) => name === "INSTALL");
    expect(installed.map(({ process }) => process)).toEqual(["replica#3"]);
    driven.cluster.crash(index("replica#0"));
    expect(await driven.invoke("read")).toBe(`${missed}`);
  });

  test("takes over nothing that one replica alone vouches for", async () => {
    const driven = await Driven.start(counter as Service, {
      disguise: (process) =>
        process.self === "replica#0"
          ? byzantine(process, {
              name: "forges snapshots",
              begin: () => ({
                send({ unit, to, message }, host) {
                  const forged = { type: "OFFER", k: 1_000, digest: "0".repeat(64), chars: 10 };
                  host.send(unit, to, message.type === "HAVE" ? forged : message);
                },
              }),
            })
          : process,
    });
    driven.cluster.crash(index("replica#3"));
    await driven.invoke("add 1");

    await driven.start("replica#3");
    await driven.until(() => driven.about("replica#3").instance === 1);

    expect(driven.about("replica#3").instance).toBe(1);
    expect(driven.actions.filter(({ name }) => name === "INSTALL")).toEqual([]);
  });
});
