import { describe, expect, test } from "vitest";
import {
  DEFAULT_NORM,
  INTENSITIES,
  makeSchedule,
} from "../../../../impl/host/simulated/make-schedule.ts";
import type { Item, Schedule } from "../../../../impl/host/simulated/schedule.ts";
import {
  type ProcessRunner,
  runSchedule,
  type Watcher,
} from "../../../../impl/host/simulated/schedule-run.ts";
import type { ClusterEvent } from "../../../../impl/host/simulated/trace.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import { clients, replicas, toyCluster } from "./toy.ts";

const [R0, R1, R2] = replicas as readonly Index[] as [Index, Index, Index];
const [C0, C1] = clients as readonly Index[] as [Index, Index];

const put = (atMs: number, process: Index = C0): Item => ({
  kind: "invoke",
  atMs,
  process,
  operation: { kind: "put", key: "k", value: `v${atMs}` },
});

function scheduleOf(items: readonly Item[], seed = 1): Schedule {
  const processes = [...replicas, ...clients];
  return { version: 1, seed, processes, durationMs: 20_000, network: DEFAULT_NORM, items };
}

/** Runs items on the toy, with the events of processes and operations as lines. */
async function run(items: readonly Item[], cluster = toyCluster()) {
  const events: ClusterEvent[] = [];
  const result = await runSchedule(scheduleOf(items), cluster, [], {
    onEvent: (event) => events.push(event),
  });
  const steps = (process: Index) =>
    events.flatMap((event) =>
      event.kind === "process" && event.process === process && event.step !== "noted"
        ? [event.step]
        : [],
    );
  const atMs = (wanted: string) =>
    events.find((event) => event.kind !== "message" && event.step === wanted)?.atMs;
  return { ...result, all: events, steps, at: atMs };
}

const options = {
  replicas,
  clients,
  faults: 1,
  behaviours: ["mute"],
  intensity: INTENSITIES.wild,
};
const busy = (seed: number) => makeSchedule(seed, options);

describe("a run of a schedule", () => {
  test("is the same bit for bit for one seed, and another for another", async () => {
    const digests = new Set<string>();
    for (let seed = 0; seed < 8; seed++) {
      const first = await runSchedule(busy(seed), toyCluster());
      const second = await runSchedule(busy(seed), toyCluster());
      expect(second).toEqual(first);
      expect(first.failures).toEqual([]);
      digests.add(first.digest);
    }

    expect(digests.size).toBe(8);
  });

  test("differs if only the seed of the dice does", async () => {
    const items = [put(0), put(100)];
    const one = await runSchedule(scheduleOf(items, 1), toyCluster());
    const other = await runSchedule(scheduleOf(items, 2), toyCluster());

    expect(other.digest).not.toBe(one.digest);
  });

  test("records a history in virtual time, and ends when everything has returned", async () => {
    const { history, ended, virtualMs } = await run([put(50), put(70, C1)]);

    expect(history.map(({ client, invoked }) => [client, invoked])).toEqual([
      [C0, 50],
      [C1, 70],
    ]);
    for (const { invoked, returned } of history) {
      expect(returned).toBeGreaterThan(invoked);
      expect(returned).toBeLessThanOrEqual(virtualMs);
    }
    expect(ended).toBe("stopped");
    expect(virtualMs).toBeLessThan(2_000);
  });

  test("a client that cannot reach enough replicas is reported as stuck", async () => {
    const cut: Item = { kind: "partition", side: [C0], direction: "both", atMs: 0, forMs: 19_999 };
    const loss: Item = { kind: "loss", percent: 100, from: null, to: C0, atMs: 0, forMs: 30_000 };

    const { failures, history, ended } = await run([cut, loss, put(10)]);

    expect(ended).toBe("time");
    expect(failures).toEqual([
      { kind: "unreturned", atMs: 20_000, process: C0, what: `put k of ${C0} has not returned.` },
    ]);
    expect(history[0]?.returned).toBeNull();
  });

  test("an endless run is reported", async () => {
    const { failures } = await runSchedule(scheduleOf([put(0)]), toyCluster(), [], {
      eventsMax: 20,
    });

    expect(failures.map(({ kind }) => kind)).toEqual(["endless"]);
  });

  test("a watcher that objects ends it there", async () => {
    const watcher = (): Watcher => ({
      see: (event) =>
        event.kind === "operation" && event.step === "returned" ? "returned!" : null,
    });

    const { failures, history } = await runSchedule(
      scheduleOf([put(0), put(5_000)]),
      toyCluster(),
      [watcher],
    );

    expect(failures).toMatchObject([{ kind: "watcher", process: C0, what: "returned!" }]);
    expect(history.length).toBe(1);
  });

  test("a watcher sees the whole run at its end", async () => {
    const watcher = (): Watcher => ({ end: ({ history }) => `${history.length} operation` });

    const { failures } = await runSchedule(scheduleOf([put(0)]), toyCluster(), [watcher]);

    expect(failures).toMatchObject([{ kind: "watcher", what: "1 operation" }]);
  });
});

describe("a fault of a process", () => {
  test("a crash kills it, and it starts again with what it had synced", async () => {
    const { all, steps, failures } = await run([
      put(100),
      { kind: "crash", process: R0, atMs: 1_000, forMs: 500 },
    ]);

    expect(steps(R0)).toEqual(["starting", "started", "crashed", "starting", "started"]);
    const recovered = all.flatMap((event) =>
      event.kind === "process" && event.process === R0 && event.detail === "recovered"
        ? [(event.subject as string[]).length]
        : [],
    );
    expect(recovered).toEqual([0, 1]);
    expect(failures).toEqual([]);
  });

  test("crashes that overlap keep it down until the last is over", async () => {
    const { all } = await run([
      { kind: "crash", process: R0, atMs: 100, forMs: 500 },
      { kind: "crash", process: R0, atMs: 200, forMs: 100 },
    ]);

    const starts = all.filter((one) => one.kind === "process" && one.step === "starting");
    expect(starts.at(-1)).toMatchObject({ process: R0, atMs: 600 });
  });

  test("a crashed client's operation stays pending without a failure, and one asked meanwhile waits", async () => {
    const { history, failures } = await run([
      put(100),
      { kind: "crash", process: C0, atMs: 100, forMs: 400 },
      put(300),
    ]);

    expect(history).toMatchObject([
      { invoked: 100, returned: null },
      { operation: { value: "v300" } },
    ]);
    expect(history[1]?.invoked).toBeGreaterThanOrEqual(500);
    expect(history[1]?.returned).not.toBeNull();
    expect(failures).toEqual([]);
  });

  test("a crash while it starts is no end of it", async () => {
    const slow: ProcessRunner<null> = {
      start: (_, world) =>
        new Promise((resolve) => {
          world.clock.after(100, () => resolve(null));
        }),
      invoke: () => undefined,
    };
    const steps: string[] = [];

    const { failures } = await runSchedule(
      scheduleOf([{ kind: "crash", process: R0, atMs: 50, forMs: 10 }]),
      slow,
      [],
      {
        onEvent: (event) => {
          if (event.kind === "process" && event.process === R0)
            steps.push(`${event.step} ${event.atMs}`);
        },
      },
    );

    expect(steps).toEqual(["starting 0", "crashed 50", "starting 60", "started 160"]);
    expect(failures).toEqual([]);
  });

  test("a process that never starts, throws, or sends what has no encoding is reported", async () => {
    const kindsOf = async (cluster: ProcessRunner<null>) =>
      (await runSchedule(scheduleOf([put(10)]), cluster)).failures.map(({ kind }) => kind);
    const invoke = () => undefined;

    const never = new Promise<null>(() => undefined);
    expect(await kindsOf({ start: () => never, invoke })).toContain("unstarted");
    expect(await kindsOf({ start: () => Promise.reject(new Error("no")), invoke })).toEqual([
      "process",
    ]);
    const throwing: ProcessRunner<null> = {
      start: (_, world) => {
        world.clock.after(5, () => {
          throw new Error("broken");
        });
        return Promise.resolve(null);
      },
      invoke,
    };
    expect(await kindsOf(throwing)).toEqual(["process"]);
    const sending: ProcessRunner<null> = {
      start: (process, world) => {
        const transport = world.connect({
          receive: () => undefined,
          connected: (peer) => process === R0 && transport.send(peer, Number.NaN),
          disconnected: () => undefined,
        });
        return Promise.resolve(null);
      },
      invoke,
    };
    expect(await kindsOf(sending)).toEqual(["unsendable"]);
  });

  test("a paused one answers nothing, and everything afterwards", async () => {
    const pauses = [R0, R1].map(
      (process): Item => ({ kind: "pause", process, atMs: 100, forMs: 3_000 }),
    );

    const { history, failures } = await run([...pauses, put(200)]);

    expect(history[0]?.returned).toBeGreaterThan(3_100);
    expect(history[0]?.returned).toBeLessThan(3_200);
    expect(failures).toEqual([]);
  });

  test("one whose disk is full stops, and is started again when there is room", async () => {
    const { steps, failures } = await run([
      { kind: "disk-full", process: R0, atMs: 100, forMs: 1_000 },
      put(200),
    ]);

    expect(steps(R0)).toEqual([
      "starting",
      "started",
      "disk-full",
      "failed",
      "disk-roomy",
      "crashed",
      "starting",
      "started",
    ]);
    expect(failures).toEqual([]);
  });

  test("one whose disk is damaged may refuse to start again", async () => {
    const { steps, failures } = await run([
      put(100),
      { kind: "corrupt", process: R0, atMs: 1_000, forMs: 100 },
      put(2_000),
    ]);

    expect(steps(R0).slice(2)).toEqual(["crashed", "corrupted", "starting", "failed"]);
    expect(failures).toEqual([]);
  });

  test("a Byzantine one is told how it is faulty, from the start or later", async () => {
    const { steps, all } = await run([
      { kind: "byzantine", process: R0, behaviour: "mute", atMs: 0 },
      { kind: "byzantine", process: R1, behaviour: "loud", atMs: 500 },
      put(10),
    ]);

    expect(steps(R0)).toEqual(["byzantine", "starting", "started"]);
    expect(steps(R1).slice(2)).toEqual(["byzantine", "crashed", "starting", "started"]);
    const answers = all.filter((one) => one.kind === "process" && one.detail === "answered");
    expect(new Set(answers.map((one) => one.kind === "process" && one.process))).toEqual(
      new Set([R1, R2]),
    );
  });

  test("a clock that is slow or fast changes when its timers fire", async () => {
    const again = async (items: readonly Item[]) => {
      const loss: Item = { kind: "loss", percent: 100, from: C0, to: null, atMs: 50, forMs: 1_200 };
      return (await run([loss, put(100), ...items])).messages.sent;
    };
    const skew = (ratePercent: number, jumpMs = 0): Item => ({
      kind: "skew",
      process: C0,
      ratePercent,
      jumpMs,
      atMs: 60,
      forMs: 2_000,
    });

    const normal = await again([]);
    expect(await again([skew(400)])).toBeGreaterThan(2 * normal);
    expect(await again([skew(25)])).toBeLessThan(normal);
  });
});

describe("a fault of the network", () => {
  const all = { from: null, to: null } as const;
  const lasting = { atMs: 50, forMs: 3_000 };

  test("a partition keeps an operation from returning until it heals", async () => {
    const { history, failures } = await run([
      { kind: "partition", side: [R0, R1], direction: "both", ...lasting },
      put(100),
    ]);

    expect(history[0]?.returned).toBeGreaterThan(3_050);
    expect(history[0]?.returned).toBeLessThan(3_300);
    expect(failures).toEqual([]);
  });

  test.each(["in", "out"] as const)("a one-way partition (%s) cuts one way", async (direction) => {
    const { all } = await run([{ kind: "partition", side: [C0], direction, ...lasting }, put(100)]);

    const delivered = (of: "to" | "from") =>
      all.some(
        (one) =>
          one.kind === "message" && one.step === "delivered" && one[of] === C0 && one.atMs < 3_050,
      );
    expect(delivered("to")).toBe(false);
    expect(delivered("from")).toBe(direction === "in");
  });

  test("loss, duplication, reordering, delay and tears show in the counters", async () => {
    const puts = Array.from({ length: 20 }, (_, nth) => put(100 + nth));
    const kinds = async (...items: Item[]) => (await run([...items, ...puts])).messages;
    const normal = await kinds();

    const loss = await kinds({ kind: "loss", percent: 50, ...all, ...lasting });
    expect([normal.lost, loss.lost > 20]).toEqual([0, true]);
    const copies = await kinds({ kind: "duplicate", percent: 50, ...all, ...lasting });
    expect(copies.duplicated).toBeGreaterThan(normal.duplicated + 20);
    const order = await kinds({ kind: "reorder", percent: 90, ...all, ...lasting });
    expect(order.overtaking).toBeGreaterThan(normal.overtaking + 20);
    const torn = await kinds({ kind: "tear", one: C0, other: R0, atMs: 120 });
    expect([normal.cut, torn.cut > 0]).toEqual([0, true]);
  });

  test("a delay delays", async () => {
    const { history } = await run([
      { kind: "delay", delayMs: 1_000, ...all, ...lasting },
      put(100),
    ]);

    expect(history[0]?.returned).toBeGreaterThan(1_100);
  });
});
