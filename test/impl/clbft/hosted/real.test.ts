import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "../../../../checker/history/history.ts";
import { checkLinearizable } from "../../../../checker/history/linearizability.ts";
import { type RecordEvent, RecordReader } from "../../../../checker/trace/record.ts";
import { validate } from "../../../../checker/trace/validate.ts";
import {
  createClient,
  createReplica,
  protocol,
  type Replica,
  type ReplicaOptions,
  type ServiceClient,
} from "../../../../impl/clbft/replica.ts";
import type { RecordedFacts } from "../../../../impl/network/protocol.ts";
import { counter } from "../../../../impl/services/counter.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { ClusterFiles, inTime } from "../../host/real/cluster.ts";

const DONE_MS_MAX = 60_000;
const SERVICE = counter as Service;
/** Operations that each client has under way together. */
const LANES = 4;

let files: ClusterFiles;
beforeAll(async () => {
  const timeouts = { suspectMs: 300, suspectMostMs: 8_000 };
  files = await ClusterFiles.create({
    clients: 3,
    service: "counter",
    protocol: "clbft",
    timeouts,
  });
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

interface Asked {
  readonly operation: string;
}

/** Adds and reads of several clients, each with several under way, as a checker of histories takes them. */
async function load(clients: readonly ServiceClient[], each: number) {
  const history: Operation<Asked, string>[] = [];
  const lane = async (one: ServiceClient, at: number) => {
    for (let count = 0; count < each; count += 1) {
      const operation = count % 3 === 2 ? "read" : `add ${at + 1}`;
      const invoked = performance.now();
      const result = await (operation === "read" ? one.read(operation) : one.invoke(operation));
      const returned = performance.now();
      history.push({ client: `client#${at}`, invoked, returned, operation: { operation }, result });
    }
  };
  await Promise.all(
    clients.flatMap((one, at) => Array.from({ length: LANES }, () => lane(one, at))),
  );
  return history;
}

const verdictFrom = (start: number, history: readonly Operation<Asked, string>[]) =>
  checkLinearizable(
    {
      initial: start,
      apply: (state: number, { operation }: Asked) =>
        counter.apply(state, operation, "client#0" as Index<"client">),
    },
    history,
  ).verdict;

describe("a counter over CLBFT, over TLS, on disk", { timeout: 120_000, retry: 0 }, () => {
  test("loses nothing and contradicts nothing when each replica, the primary too, is stopped under load", async () => {
    const record = files.path("replica-2.ndjson");
    let all = await Promise.all([0, 1, 2, 3].map((at) => replica(at, at === 2 ? { record } : {})));
    const clients = await Promise.all([0, 1].map(client));
    const history: Operation<Asked, string>[] = [];

    for (let at = 0; at < 4; at += 1) {
      const working = load(clients, 6);
      await (all[at] as Replica).close();
      opened.delete(all[at] as Replica);
      history.push(...(await inTime(working, DONE_MS_MAX, "all operations")));
      const again = await replica(at, at === 2 ? { record } : {});
      all = all.map((one, other) => (other === at ? again : one));
    }

    expect(verdictFrom(0, history)).toBe("linearizable");
    expect(all.map((one) => one.status().failure)).toEqual([null, null, null, null]);
    expect(Number(all[3]?.status().about.view)).toBeGreaterThan(0);
    await (all[2] as Replica).close();
    opened.delete(all[2] as Replica);
    await validated(record);
  });

  test("goes on while the primary is away, and tells where it stands", async () => {
    const some = await Promise.all([1, 2, 3].map((at) => replica(at)));
    const one = await client(2);
    const start = Number(await inTime(one.invoke("read"), DONE_MS_MAX, "a read"));

    const history = await inTime(load([one], 4), DONE_MS_MAX, "all operations");

    expect(verdictFrom(start, history)).toBe("linearizable");
    expect(some[0]?.status().about).toMatchObject({ active: "yes", behind: 0 });
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
