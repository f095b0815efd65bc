import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadProtocol, type ServiceEntry } from "../../../checker/cli/host/entry.ts";
import type { ServiceClient } from "../../../impl/atomic-multicast/replica.ts";
import { type Index, positionOf } from "../../../spec/automaton/index.ts";
import { type BenchCluster, startCluster } from "./cluster.ts";
import { numbers, reporter } from "./options.ts";

/*
 * npm run bench -- service [--protocol clbft] [--requests 1,16,64] [--per-client 1] [--bytes 0,1024]
 *     [--seconds 5] [--in-memory] [--steady] [--json]
 *
 * Four replicas of a key-value service as processes of their own, the clients in this process, all on one
 * machine, warmed up: operations a second, latency, and what an operation costs in CPU time, with so many
 * operations under way at a time, each client so many of them. Then the longest time without an operation when
 * the first leader is killed, and the load when it is mute from the start; with --steady neither.
 */
/** Code that ran too seldom to be compiled would be measured else. */
const WARM_UP_SECONDS = 5;
const REPLICAS = 4;
/** On a busy machine an operation may take long: that is a figure, and no failure. */
const PATIENCE_MS = 60_000;
/** How many operations are under way in the runs with a leader that fails. */
const FAULTY_REQUESTS = 16;

/** Who leads at the start: the coordinator of first rounds, or the primary of view 0. */
const FIRST_LEADER: Readonly<Record<string, number>> = { "atomic-multicast": 1, clbft: 0 };

interface Options {
  readonly protocol: string;
  readonly requests: readonly number[];
  readonly perClient: number;
  readonly bytes: readonly number[];
  readonly seconds: number;
  readonly inMemory: boolean;
}

export async function runServiceBench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      protocol: { type: "string", default: "atomic-multicast" },
      requests: { type: "string", default: "1,16,64" },
      "per-client": { type: "string", default: "1" },
      bytes: { type: "string", default: "0" },
      seconds: { type: "string", default: "5" },
      "in-memory": { type: "boolean", default: false },
      steady: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const report = reporter(values.json);
  const { protocol } = values;
  const options: Options = {
    protocol,
    requests: numbers(values.requests),
    perClient: Number(values["per-client"]),
    bytes: numbers(values.bytes),
    seconds: Number(values.seconds),
    inMemory: values["in-memory"],
  };
  const leader = FIRST_LEADER[protocol] ?? 0;
  const { perClient } = options;
  report({ protocol, perClient, store: options.inMemory ? "in memory" : "classic-level" });
  await withCluster(options, {}, async (cluster, lanes) => {
    for (const requests of options.requests) {
      for (const bytes of options.bytes) {
        const measured = await measure(cluster, lanes.slice(0, requests), bytes, options.seconds);
        report({ leader: "correct", requests, bytes, ...measured });
      }
    }
    if (values.steady) return;
    const some = lanes.slice(0, FAULTY_REQUESTS);
    const { primary } = await cluster.about((leader + 1) % REPLICAS);
    const killed = typeof primary === "string" ? positionOf(primary as Index) : leader;
    setTimeout(() => cluster.kill(killed), 1000);
    const { ends } = await load(some, 0, 4 + options.seconds);
    const gaps = ends.sort((a, b) => a - b).map((end, at) => end - (ends[at - 1] ?? end));
    const longestGapMs = round(Math.max(...gaps));
    report({ leader: "killed", requests: some.length, longestGapMs });
    const after = await measure(cluster, some, 0, options.seconds);
    report({ leader: "dead", requests: some.length, bytes: 0, ...after });
  });
  if (values.steady) return;
  await withCluster(options, { [leader]: "mute" }, async (cluster, lanes) => {
    const some = lanes.slice(0, FAULTY_REQUESTS);
    const measured = await measure(cluster, some, 0, options.seconds);
    report({ leader: "mute", requests: some.length, bytes: 0, ...measured });
  });
}

async function withCluster(
  { protocol, requests, perClient, inMemory }: Options,
  behaviours: Readonly<Record<number, string>>,
  use: (cluster: BenchCluster, lanes: readonly ServiceClient[]) => Promise<void>,
): Promise<void> {
  const { createClient } = (await loadProtocol(protocol)) as ServiceEntry;
  const most = Math.max(...requests);
  const clients = Math.ceil(most / perClient);
  const cluster = await startCluster({
    clients,
    inMemory,
    protocol,
    service: "key-value",
    behaviours,
  });
  // Once for all loads: a client without a folder that came back would have forgotten its number.
  const everyone = await Promise.all(
    Array.from({ length: clients }, (_, at) =>
      createClient({
        config: join(cluster.directory, "quorate.json"),
        process: `client#${at}`,
        keys: join(cluster.directory, "keys", `client#${at}`),
        directory: inMemory ? null : join(cluster.directory, "data", `client#${at}`),
      }),
    ),
  );
  // A lane is one operation after the other; a client has several lanes.
  const lanes = Array.from({ length: most }, (_, at) => everyone[at % clients] as ServiceClient);
  await use(cluster, lanes);
  await Promise.all(everyone.map((client) => client.close()));
  await cluster.stop();
}

async function measure(
  cluster: BenchCluster,
  lanes: readonly ServiceClient[],
  bytes: number,
  seconds: number,
) {
  await load(lanes, bytes, WARM_UP_SECONDS);
  const before = await cluster.usage();
  const own = process.cpuUsage();
  const { latenciesMs, seconds: took } = await load(lanes, bytes, seconds);
  const { user, system } = process.cpuUsage(own);
  const after = await cluster.usage();
  const count = latenciesMs.length;
  latenciesMs.sort((a, b) => a - b);
  return {
    opsPerSecond: Math.round(count / took),
    p50Ms: round(latenciesMs[Math.floor(count * 0.5)]),
    p99Ms: round(latenciesMs[Math.floor(count * 0.99)]),
    replicasCpuMsPerOp: round((after.cpuMs - before.cpuMs) / count),
    clientsCpuMsPerOp: round((user + system) / 1000 / count),
    replicaMb: Math.round(Math.max(...after.memoryMb)),
  };
}

async function load(lanes: readonly ServiceClient[], bytes: number, seconds: number) {
  const latenciesMs: number[] = [];
  const ends: number[] = [];
  const start = performance.now();
  const end = start + 1000 * seconds;
  await Promise.all(
    lanes.map(async (client, at) => {
      for (let count = 0; performance.now() < end; count += 1) {
        const from = performance.now();
        const operation = JSON.stringify(["put", `key${at}`, `${count}`.padEnd(bytes, "x")]);
        await client.invoke(operation, { timeoutMs: PATIENCE_MS });
        const now = performance.now();
        latenciesMs.push(now - from);
        ends.push(now);
      }
    }),
  );
  return { latenciesMs, ends, seconds: (performance.now() - start) / 1000 };
}

function round(value: number | undefined): number {
  return Math.round((value ?? 0) * 100) / 100;
}
