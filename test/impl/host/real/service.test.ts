import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "../../../../checker/history/history.ts";
import { checkLinearizable } from "../../../../checker/history/linearizability.ts";
import { type RecordEvent, RecordReader } from "../../../../checker/trace/record.ts";
import { validate } from "../../../../checker/trace/validate.ts";
import {
  BEHAVIOURS,
  type Behaviour,
  behaviourNamed,
  byzantine,
} from "../../../../impl/adversary/index.ts";
import { faultyReplicas } from "../../../../impl/atomic-multicast/hosted/faulty-replicas.ts";
import {
  createClient,
  createReplica,
  protocol,
  type Replica,
  type ReplicaOptions,
  type ServiceClient,
} from "../../../../impl/atomic-multicast/replica.ts";
import type { RecordedFacts } from "../../../../impl/network/protocol.ts";
import { counter } from "../../../../impl/services/counter.ts";
import { keyValue } from "../../../../impl/services/key-value.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { ClusterFiles, inTime } from "./cluster.ts";

const DONE_MS_MAX = 60_000;
const SERVICE = counter as Service;

let files: ClusterFiles;
beforeAll(async () => {
  const timeouts = { suspectMs: 200, suspectMostMs: 400 };
  files = await ClusterFiles.create({ clients: 6, service: "counter", timeouts });
});
afterAll(() => files.remove());

const opened = new Set<{ close(): Promise<void> }>();
afterEach(async () => {
  await Promise.all([...opened].map((one) => one.close()));
  opened.clear();
});

async function replica(at: number, options: Partial<ReplicaOptions> = {}): Promise<Replica> {
  const started = await createReplica(SERVICE, { ...files.start(`replica#${at}`), ...options });
  opened.add(started);
  return started;
}

async function client(at: number): Promise<ServiceClient> {
  const started = await createClient(files.start(`client#${at}`));
  opened.add(started);
  return started;
}

const disguisedAs =
  (behaviour: Behaviour): NonNullable<ReplicaOptions["disguise"]> =>
  (process, again) =>
    byzantine(process, behaviour, again);

interface Add {
  readonly operation: string;
}

/** Adds and reads of several clients at once, as a checker of histories takes them. */
async function load(clients: readonly ServiceClient[], each: number) {
  const history: Operation<Add, string>[] = [];
  await Promise.all(
    clients.map(async (one, at) => {
      for (let count = 0; count < each; count += 1) {
        const operation = count % 3 === 2 ? "read" : `add ${at + 1}`;
        const invoked = performance.now();
        const result = await one.invoke(operation);
        history.push({
          client: `client#${at}`,
          invoked,
          returned: performance.now(),
          operation: { operation },
          result,
        });
      }
    }),
  );
  return history;
}

const verdictFrom = (start: number, history: readonly Operation<Add, string>[]) =>
  checkLinearizable(
    {
      initial: start,
      apply: (state: number, { operation }: Add) =>
        counter.apply(state, operation, "client#0" as Index<"client">),
    },
    history,
  ).verdict;

describe("a replicated counter over TLS, on disk", { timeout: 120_000, retry: 0 }, () => {
  test("loses nothing and contradicts nothing when each replica is stopped under load", async () => {
    const record = files.path("replica-2.ndjson");
    let all = await Promise.all([0, 1, 2, 3].map((at) => replica(at, at === 2 ? { record } : {})));
    const clients = await Promise.all([0, 1, 2].map(client));
    const history: Operation<Add, string>[] = [];

    for (let at = 0; at < 4; at += 1) {
      const working = load(clients, 8);
      await (all[at] as Replica).close();
      opened.delete(all[at] as Replica);
      history.push(...(await inTime(working, DONE_MS_MAX, "all operations")));
      const again = await replica(at, at === 2 ? { record } : {});
      all = all.map((one, other) => (other === at ? again : one));
    }

    expect(verdictFrom(0, history)).toBe("linearizable");
    expect(all.map((one) => one.status().failure)).toEqual([null, null, null, null]);
    await (all[2] as Replica).close();
    opened.delete(all[2] as Replica);
    await validated(record);
  });

  test("goes on past a coordinator that is mute, and says whom it suspects", async () => {
    const mute = behaviourNamed("mute");
    const correct = await Promise.all([0, 2, 3].map((at) => replica(at)));
    await replica(1, { disguise: (process, again) => byzantine(process, mute, again) });
    const one = await client(3);
    const start = Number(await inTime(one.invoke("read"), DONE_MS_MAX, "a read"));

    const history = await inTime(load([one], 4), DONE_MS_MAX, "all operations");

    expect(verdictFrom(start, history)).toBe("linearizable");
    const suspects = correct.map((each) => each.status().about.suspects);
    expect(suspects).toContain("replica#1");
  });

  test("says which of a client's operations nobody answered in time", async () => {
    await Promise.all([0, 1].map((at) => replica(at)));
    const one = await client(4);

    const late = one.invoke("add 1", { timeoutMs: 500 });

    await expect(late).rejects.toMatchObject({ code: "operation-timed-out" });
    expect(one.status().pending).toBe(1);
  });
});

describe("one faulty replica of four disturbs no client", { timeout: 120_000, retry: 0 }, () => {
  const behaviours: readonly Behaviour[] = [
    ...Object.keys(BEHAVIOURS).map((name) => behaviourNamed(name)),
    behaviourNamed("mutate", { signed: true, share: 1 }),
    ...Object.values(faultyReplicas()).map((create) => create()),
  ];
  test.each(behaviours.map((behaviour, at) => ({ behaviour, name: behaviour.name, at })))(
    "$at: $name",
    async ({ behaviour, at: nth }) => {
      // Half of the time it is the coordinator of all first rounds.
      const faulty = nth % 2 === 0 ? 1 : nth % 4;
      const disguise = { disguise: disguisedAs(behaviour) };
      const all = await Promise.all(
        [0, 1, 2, 3].map((at) =>
          replica(at, { directory: null, ...(at === faulty ? disguise : {}) }),
        ),
      );
      const clients = await Promise.all(
        [0, 1].map(async (at) => {
          const one = await createClient({ ...files.start(`client#${at}`), directory: null });
          opened.add(one);
          return one;
        }),
      );

      const history = await inTime(load(clients, 5), DONE_MS_MAX, "all operations");

      expect(verdictFrom(0, history)).toBe("linearizable");
      const correct = all.filter((_, at) => at !== faulty);
      expect(correct.map((one) => one.status().failure)).toEqual([null, null, null]);
    },
  );
});

describe("a replica", { timeout: 60_000 }, () => {
  test("refuses the store of another service", async () => {
    await (await replica(0)).close();
    opened.clear();

    const other = createReplica(keyValue as Service, files.start("replica#0"));

    await expect(other).rejects.toMatchObject({ code: "store-foreign" });
  });

  test("does not start where its port is taken", async () => {
    const { host, port } = files.configuration.replicas[3]?.address ?? { host: "", port: 0 };
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, host, resolve));

    await expect(replica(3)).rejects.toMatchObject({ code: "port-in-use" });
    await new Promise((resolve) => server.close(resolve));
  });
});

/** Whether the record of a replica is a run of its automata: restarts may have lost the last actions. */
async function validated(file: string): Promise<void> {
  const reader = new RecordReader(file);
  const events: RecordEvent[] = [];
  for (const line of (await readFile(file, "utf8")).split("\n")) {
    const event = reader.read(line);
    if (event !== null) events.push(event);
  }
  const { process, facts } = reader.header as { process: Index; facts?: unknown };
  const validation = validate(
    (unit) => protocol.automata(process, unit, facts as RecordedFacts, SERVICE),
    events,
    { maxLost: 200 },
  );
  expect(validation).toMatchObject({ verdict: "accepted" });
  expect(validation.verdict === "accepted" && validation.actions).toBeGreaterThan(100);
}
