import { describe, expect, test } from "vitest";
import { boundsOf } from "../../../../impl/clbft/hosted/bounds.ts";
import { encodeWire } from "../../../../impl/host/wire/codec.ts";
import type { Wire } from "../../../../impl/network/process.ts";
import { counter } from "../../../../impl/services/counter.ts";
import { keyValue } from "../../../../impl/services/key-value.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { Driven, typeOf } from "./driven.ts";

const REPLICAS = ["replica#0", "replica#1", "replica#2", "replica#3"];
const PRIMARY = "replica#0";
const index = (name: string) => name as Index;
const isReplica = (name: string) => name.startsWith("replica#");

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

  test("does many operations of one client at a time, each once, and shares batches among them", async () => {
    const driven = await Driven.start(counter as Service);

    const results = await driven.all(Array.from({ length: 100 }, () => "add 1"));

    const sums = results.map(Number).sort((a, b) => a - b);
    expect(sums).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
    const batches = driven.actions.filter(({ name }) => name === "SEND-PRE-PREPARE");
    expect(batches.length).toBeLessThan(50);
  });

  test("runs with one replica that may not fail", async () => {
    const driven = await Driven.start(counter as Service, { faults: 0 });

    expect(await driven.invoke("add 1")).toBe("1");
    expect(await driven.invoke("read")).toBe("1");
  });

  test("does what a client can tell one backup alone: it forwards it to the primary", async () => {
    const driven = await Driven.start(counter as Service);
    driven.watch(({ from, to }) => from.startsWith("client#") && to !== "replica#2");

    expect(await driven.invoke("add 4")).toBe("4");
    expect(driven.about("replica#0").view).toBe(0);
  });

  test("hands a request on again before it suspects the primary, also when its client is gone", async () => {
    const driven = await Driven.start(counter as Service);
    let handedOn = 0;
    driven.watch(({ from, to, message }) => {
      if (from.startsWith("client#")) return to !== "replica#2";
      const isFirst = typeOf(message) === "REQUEST" && handedOn === 0;
      if (isFirst) handedOn += 1;
      return isFirst;
    });
    driven.cluster.calls(index("client#0"))?.invoke("add 4");
    await driven.until(() => handedOn > 0);
    driven.cluster.crash(index("client#0"));

    const executed = () => REPLICAS.map((one) => driven.about(one).executed);
    await driven.until(() => executed().every((n) => n === 1));

    expect(executed()).toEqual([1, 1, 1, 1]);
    expect(driven.actions.filter(({ name }) => name === "SEND-VIEW-CHANGE")).toEqual([]);
  });

  test("goes on over stable checkpoints, and forgets what is below them", async () => {
    const driven = await Driven.start(counter as Service);
    const { checkpointEvery } = boundsOf(driven.cluster.facts);

    for (let count = 0; count < 2 * checkpointEvery + 1; count += 1) await driven.invoke("add 1");
    await driven.until(() => driven.about(PRIMARY).stable === 2 * checkpointEvery);

    expect(await driven.invoke("read")).toBe(`${2 * checkpointEvery + 1}`);
    for (const replica of REPLICAS) expect(driven.about(replica).view).toBe(0);
  });
});

describe("reads", { timeout: 60_000 }, () => {
  const counting: Service = {
    ...(counter as Service),
    query: (sum, operation) => (operation === "read" ? String(sum) : null),
  };
  const ordered = (driven: Driven) =>
    driven.actions.filter(({ name }) => name === "SEND-PRE-PREPARE").length;

  test("are answered without an order where the service can tell", async () => {
    const driven = await Driven.start(counting);
    await driven.invoke("add 7");

    expect(await driven.read("read", "client#1")).toBe("7");
    expect(ordered(driven)).toBe(1);
  });

  test("are ordered where it cannot, or where they change something", async () => {
    const driven = await Driven.start(counting);

    expect(await driven.read("add 2")).toBe("2");
    expect(await driven.read("read")).toBe("2");
    expect(ordered(driven)).toBe(1);
    const { query: _, ...unasked } = counting;
    const other = await Driven.start(unasked);
    expect(await other.read("read")).toBe("0");
    expect(ordered(other)).toBe(1);
  });

  test("are ordered where replicas that lag behind answer otherwise", async () => {
    const driven = await Driven.start(counting);
    const isLost = { yes: false };
    driven.watch(({ to }) => isLost.yes && (to === "replica#2" || to === "replica#3"));
    driven.cluster.network.intercept = ({ from, to, message }) =>
      typeOf(message) === "COMMIT" && from !== to && (to === "replica#2" || to === "replica#3");
    const write = driven.cluster.calls(index("client#0"))?.invoke("add 5");
    await driven.until(() => driven.about("replica#0").executed === 1);
    expect(driven.about("replica#2").executed).toBe(0);
    driven.cluster.network.intercept = () => false;

    expect(await driven.read("read", "client#1")).toBe("5");
    expect(await driven.results([write])).toEqual(["5"]);
  });
});

describe("long results", { timeout: 60_000 }, () => {
  const long = "x".repeat(1000);

  test("travel once, with digests of the other replicas", async () => {
    const driven = await Driven.start(keyValue as Service);
    await driven.invoke(JSON.stringify(["put", "a", long]));
    const sent = driven.watch();

    expect(await driven.invoke('["get","a"]')).toBe(JSON.stringify([long]));

    const replies = sent.filter(({ message }) => typeOf(message) === "REPLY");
    const whole = replies.filter(({ message }) => Object(message).result !== null);
    expect(replies.length).toBeGreaterThanOrEqual(3);
    expect(whole).toHaveLength(1);
  });

  test("come from others if the replica that was to send it whole does not", async () => {
    const driven = await Driven.start(keyValue as Service);
    await driven.invoke(JSON.stringify(["put", "a", long]));
    // The second operation: t mod 4 is 2.
    const sent = driven.watch(({ from, to }) => from === "replica#2" && !isReplica(to));

    expect(await driven.invoke('["get","a"]')).toBe(JSON.stringify([long]));

    const whole = sent.filter(
      ({ from, message }) =>
        typeOf(message) === "REPLY" && from !== "replica#2" && Object(message).result !== null,
    );
    expect(whole.length).toBeGreaterThan(0);
  });
});

describe("restarts", { timeout: 60_000 }, () => {
  test("keep the state over a crash of all replicas at once", async () => {
    const driven = await Driven.start(keyValue as Service);
    await driven.invoke('["put","a","1"]');

    for (const replica of REPLICAS) driven.cluster.crash(index(replica));
    for (const replica of REPLICAS) await driven.start(replica);

    expect(await driven.invoke('["get","a"]')).toBe('["1"]');
  });

  test("in the middle of a batch, each time at another moment, lose nothing and do nothing twice", async () => {
    const driven = await Driven.start(counter as Service);
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
      await driven.until(() => driven.actions.length > from + 3 * round);
      driven.cluster.crash(index(victim));
      await driven.start(victim);
      await driven.until(() => result !== null);
      expect(result).toBe(`${round + 1}`);
    }
    expect(driven.cluster.failures).toEqual([]);
  });

  test.each([
    ["the primary", "replica#0", ["PRE-PREPARE", "COMMIT"]],
    ["a backup", "replica#1", ["PREPARE", "COMMIT"]],
  ])("of %s say again what it signed, byte for byte, and nothing else", async (_, who, types) => {
    const driven = await Driven.start(counter as Service);
    const texts = new Map<string, Set<string>>();
    const isOwn = ({ from, message }: { from: Index; message: unknown }) =>
      from === who && types.includes(typeOf(message));
    // Nobody executes, so that all of it is said again.
    driven.cluster.network.intercept = (carried) => {
      const { message } = carried;
      if (isOwn(carried)) {
        const { type, view, n } = Object(message);
        const slot = `${type} ${view} ${n}`;
        const bytes = Buffer.from(encodeWire(message as Wire)).toString("hex");
        texts.set(slot, (texts.get(slot) ?? new Set()).add(bytes));
      }
      return typeOf(message) === "COMMIT";
    };
    driven.cluster.calls(index("client#0"))?.invoke("add 1");
    await driven.until(() => texts.has("COMMIT 0 1"));
    expect(texts.has("COMMIT 0 1")).toBe(true);
    const before = new Set(texts.keys());
    const counts = { again: 0 };
    driven.cluster.crash(index(who));
    const { intercept } = driven.cluster.network;
    driven.cluster.network.intercept = (carried, deliver) => {
      if (isOwn(carried)) counts.again += 1;
      return intercept(carried, deliver);
    };

    await driven.start(who);
    await driven.until(() => counts.again >= 3, 90);

    expect(counts.again).toBeGreaterThanOrEqual(3);
    expect(new Set(texts.keys())).toEqual(before);
    for (const said of texts.values()) expect(said.size).toBe(1);
  });
});

describe("a primary that dies", { timeout: 60_000 }, () => {
  test("is replaced, and its requests are done", async () => {
    const driven = await Driven.start(counter as Service);
    await driven.invoke("add 1");

    driven.cluster.crash(index(PRIMARY));

    expect(await driven.invoke("add 1")).toBe("2");
    expect(driven.about("replica#1")).toMatchObject({
      view: 1,
      primary: "replica#1",
      active: "yes",
    });
  });

  test("takes part in the next view when it is back", async () => {
    const driven = await Driven.start(counter as Service);
    driven.cluster.crash(index(PRIMARY));
    await driven.invoke("add 1");

    await driven.start(PRIMARY);
    await driven.until(() => driven.about(PRIMARY).executed === 1);
    driven.cluster.crash(index("replica#3"));

    expect(await driven.invoke("add 1")).toBe("2");
    expect(driven.about(PRIMARY)).toMatchObject({ view: 1, active: "yes" });
  });

  test("with a batch that two replicas have prepared leaves it to the next view, once", async () => {
    const driven = await Driven.start(counter as Service);
    driven.watch(
      ({ to, message }) =>
        typeOf(message) === "COMMIT" ||
        (typeOf(message) === "PREPARE" && (to === "replica#0" || to === "replica#3")),
    );
    const result = driven.cluster.calls(index("client#0"))?.invoke("add 5");
    await driven.until(() => driven.actions.some(({ name }) => name === "SEND-COMMIT"));

    driven.cluster.crash(index(PRIMARY));
    driven.cluster.network.intercept = () => false;

    expect(await driven.results([result])).toEqual(["5"]);
    expect(await driven.invoke("read")).toBe("5");
    const reported = driven.actions.filter(
      ({ name, payload }) => name === "SEND-NEW-VIEW" && Object(payload).order.length > 0,
    );
    expect(reported.length).toBeGreaterThan(0);
  });

  test("one after the other: each is passed over", async () => {
    const driven = await Driven.start(counter as Service, { faults: 2 });
    await driven.invoke("add 1");

    driven.cluster.crash(index("replica#0"));
    driven.cluster.crash(index("replica#1"));

    expect(await driven.invoke("add 1")).toBe("2");
    expect(driven.about("replica#2").view).toBe(2);
  });

  test("while operations of two clients are under way loses none of them", async () => {
    const driven = await Driven.start(counter as Service);
    const calls = ["client#0", "client#1"].map((one) => driven.cluster.calls(index(one)));
    const results = Array.from({ length: 40 }, (_, at) => calls[at % 2]?.invoke("add 1"));
    await driven.until(() => Number(driven.about(PRIMARY).executed) > 2);

    driven.cluster.crash(index(PRIMARY));

    const sums = (await driven.results(results)).map(Number).sort((a, b) => a - b);
    expect(sums).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
  });
});

describe("a replica that was away", { timeout: 60_000 }, () => {
  test("learns from the others what they decided", async () => {
    const driven = await Driven.start(counter as Service);
    driven.cluster.crash(index("replica#3"));
    for (let count = 0; count < 40; count += 1) await driven.invoke("add 1");

    await driven.start("replica#3");
    await driven.until(() => driven.about("replica#3").executed === 40);
    driven.cluster.crash(index("replica#1"));

    // With replica#1 away it takes replica#3 and what it learnt.
    expect(await driven.invoke("read")).toBe("40");
    expect(driven.about("replica#0").view).toBe(0);
  });

  test("for longer than the others remember takes over a checkpoint", async () => {
    const driven = await Driven.start(counter as Service);
    const { checkpointEvery } = boundsOf(driven.cluster.facts);
    const missed = 2 * checkpointEvery + 3;
    driven.cluster.crash(index("replica#3"));
    for (let count = 0; count < missed; count += 1) await driven.invoke("add 1");

    await driven.start("replica#3");
    await driven.until(() => driven.about("replica#3").executed === missed);

    const installed = driven.actions.filter(({ name }) => name === "INSTALL");
    expect(installed.map(({ process }) => process)).toEqual(["replica#3"]);
    driven.cluster.crash(index("replica#1"));
    expect(await driven.invoke("read")).toBe(`${missed}`);
  });
});
