import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "../../../../checker/history/history.ts";
import { checkLinearizable } from "../../../../checker/history/linearizability.ts";
import { type Behaviour, behaviourNamed, byzantine } from "../../../../impl/adversary/index.ts";
import { faultyReplicas, slowPrimary } from "../../../../impl/clbft/hosted/faulty-replicas.ts";
import {
  createClient,
  createReplica,
  type Replica,
  type ReplicaOptions,
  type ServiceClient,
} from "../../../../impl/clbft/replica.ts";
import { counter } from "../../../../impl/services/counter.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { ClusterFiles, inTime, pause } from "../../host/real/cluster.ts";

/*
 * The real thing in one process: TLS, node:crypto and the operating system's clock.
 */

const DONE_MS_MAX = 60_000;
const SERVICE = counter as Service;
const SUSPECT_MS = 300;
const EVERY_MS = 8_000;

let files: ClusterFiles;
beforeAll(async () => {
  files = await ClusterFiles.create({
    clients: 4,
    service: "counter",
    protocol: "clbft",
    timeouts: { suspectMs: SUSPECT_MS, suspectMostMs: 8_000 },
  });
});
afterAll(() => files.remove());

const opened = new Set<{ close(): Promise<void> }>();
afterEach(async () => {
  await Promise.all([...opened].map((one) => one.close()));
  opened.clear();
});

async function replica(of: ClusterFiles, at: number, options: Partial<ReplicaOptions> = {}) {
  const started = await createReplica(SERVICE, { ...of.start(`replica#${at}`), ...options });
  opened.add(started);
  return started;
}

async function client(of: ClusterFiles, at: number): Promise<ServiceClient> {
  const started = await createClient({ ...of.start(`client#${at}`), directory: null });
  opened.add(started);
  return started;
}

interface Asked {
  readonly operation: string;
}

/** Adds and reads of several clients at once, each with several under way, until all are done. */
async function load(clients: readonly ServiceClient[], lanes: number, each: number) {
  const history: Operation<Asked, string>[] = [];
  const lane = async (one: ServiceClient, at: number) => {
    for (let count = 0; count < each; count += 1) {
      const isRead = count % 3 === 2;
      const operation = isRead ? "read" : `add ${at + 1}`;
      const invoked = performance.now();
      const result = await (isRead ? one.read(operation) : one.invoke(operation));
      const returned = performance.now();
      history.push({ client: `lane#${at}`, invoked, returned, operation: { operation }, result });
    }
  };
  const all = clients.flatMap((one, at) =>
    Array.from({ length: lanes }, (_, nth) => lane(one, lanes * at + nth)),
  );
  await inTime(Promise.all(all), DONE_MS_MAX, "all operations");
  return history;
}

const verdictOf = (history: readonly Operation<Asked, string>[]) =>
  checkLinearizable(
    {
      initial: 0,
      apply: (state: number, { operation }: Asked) =>
        counter.apply(state, operation, "client#0" as Index<"client">),
    },
    history,
  ).verdict;

describe("one faulty replica of four disturbs no client", { timeout: 120_000, retry: 0 }, () => {
  const behaviours: readonly Behaviour[] = [
    ...["mute", "withhold", "equivocate", "twin", "replay", "garbage"].map((one) =>
      behaviourNamed(one),
    ),
    behaviourNamed("mutate", { signed: true, share: 1 }),
    slowPrimary(SUSPECT_MS - 60),
    ...Object.values(faultyReplicas()).map((create) => create()),
  ];
  test.each(behaviours.map((behaviour, at) => ({ behaviour, name: behaviour.name, at })))(
    "$at: $name",
    async ({ behaviour }) => {
      const disguise: Partial<ReplicaOptions> = {
        disguise: (process, again) => byzantine(process, behaviour, again),
      };
      const all: readonly Replica[] = await Promise.all(
        [0, 1, 2, 3].map((at) =>
          replica(files, at, { directory: null, ...(at === 0 ? disguise : {}) }),
        ),
      );
      const clients = await Promise.all([0, 1].map((at) => client(files, at)));

      const history = await load(clients, 3, 6);

      expect(verdictOf(history)).toBe("linearizable");
      expect(all.slice(1).map((one) => one.status().failure)).toEqual([null, null, null]);
    },
  );
});

describe("proactive recovery", { timeout: 120_000, retry: 0 }, () => {
  test("restarts each replica in turn, and clients notice nothing but a moment", async () => {
    const recovering = await ClusterFiles.create({
      clients: 2,
      service: "counter",
      protocol: "clbft",
      timeouts: { suspectMs: SUSPECT_MS, suspectMostMs: 10_000 },
      recovery: { everyMs: EVERY_MS },
    });
    const all = await Promise.all([0, 1, 2, 3].map((at) => replica(recovering, at)));
    const clients = await Promise.all([0, 1].map((at) => client(recovering, at)));
    const history: Operation<Asked, string>[] = [];
    const from = performance.now();
    while (performance.now() - from < 1.3 * EVERY_MS) {
      const round = await load(clients, 2, 4);
      history.push(...round);
      await pause(50);
    }

    expect(verdictOf(history)).toBe("linearizable");
    const areBack = async () => {
      // One that restarts at this moment says nothing of itself.
      while (!all.every((one) => Number(one.status().about.recoveries) > 0)) await pause(100);
    };
    await inTime(areBack(), DONE_MS_MAX, "a recovery of each replica");
    expect(all.map((one) => one.status().failure)).toEqual([null, null, null, null]);
    await Promise.all([...opened].map((one) => one.close()));
    opened.clear();
    await recovering.remove();
  });

  test("is refused where there is no store to come back from", async () => {
    const { configuration } = files;
    const config = { ...configuration, recovery: { everyMs: EVERY_MS } };
    const options = { ...files.start("replica#0"), config, directory: null };

    await expect(createReplica(SERVICE, options)).rejects.toMatchObject({ code: "config-invalid" });
  });
});
