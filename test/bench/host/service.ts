import { join } from "node:path";
import { parseArgs } from "node:util";
import { createClient, type ServiceClient } from "../../../impl/atomic-multicast/replica.ts";
import { type BenchCluster, startCluster } from "./cluster.ts";
import { numbers, reporter } from "./options.ts";

/*
 * npm run bench -- service [--clients 1,16,64] [--bytes 0,1024] [--seconds 5] [--in-memory] [--json]
 *
 * Four replicas of a key-value service over atomic multicast as processes of their own, the clients in this
 * process, all on one machine, warmed up: operations a second, latency, and what an operation costs in CPU
 * time. Each client has one operation at a time. Then the longest time without an operation when the first
 * coordinator is killed, and the load when it is mute from the start.
 */
/** Code that ran too seldom to be compiled would be measured else. */
const WARM_UP_SECONDS = 5;
/** replica#1 coordinates the first round of each instance. */
const FIRST_COORDINATOR = 1;

interface Options {
  readonly clients: readonly number[];
  readonly bytes: readonly number[];
  readonly seconds: number;
  readonly inMemory: boolean;
}

export async function runServiceBench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      clients: { type: "string", default: "1,16,64" },
      bytes: { type: "string", default: "0" },
      seconds: { type: "string", default: "5" },
      "in-memory": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const report = reporter(values.json);
  const options: Options = {
    clients: numbers(values.clients),
    bytes: numbers(values.bytes),
    seconds: Number(values.seconds),
    inMemory: values["in-memory"],
  };
  report({ store: options.inMemory ? "in memory" : "classic-level" });
  await withCluster(options, {}, async (cluster, everyone) => {
    for (const clients of options.clients) {
      for (const bytes of options.bytes) {
        const measured = await measure(cluster, everyone.slice(0, clients), bytes, options.seconds);
        report({ coordinator: "correct", clients, bytes, ...measured });
      }
    }
    const all = everyone.slice(0, Math.min(16, everyone.length));
    setTimeout(() => cluster.kill(FIRST_COORDINATOR), 1000);
    const { ends } = await load(all, 0, 4 + options.seconds);
    const gaps = ends.sort((a, b) => a - b).map((end, at) => end - (ends[at - 1] ?? end));
    report({ coordinator: "killed", clients: all.length, longestGapMs: round(Math.max(...gaps)) });
    const after = await measure(cluster, all, 0, options.seconds);
    report({ coordinator: "dead", clients: all.length, bytes: 0, ...after });
  });
  await withCluster(options, { [FIRST_COORDINATOR]: "mute" }, async (cluster, everyone) => {
    const all = everyone.slice(0, Math.min(16, everyone.length));
    const measured = await measure(cluster, all, 0, options.seconds);
    report({ coordinator: "mute", clients: all.length, bytes: 0, ...measured });
  });
}

async function withCluster(
  { clients, inMemory }: Options,
  behaviours: Readonly<Record<number, string>>,
  use: (cluster: BenchCluster, everyone: readonly ServiceClient[]) => Promise<void>,
): Promise<void> {
  const most = Math.max(...clients);
  const cluster = await startCluster({
    clients: most,
    inMemory,
    protocol: "atomic-multicast",
    service: "key-value",
    behaviours,
  });
  // Once for all loads: a client without a folder that came back would have forgotten its number.
  const everyone = await Promise.all(
    Array.from({ length: most }, (_, at) =>
      createClient({
        config: join(cluster.directory, "quorate.json"),
        process: `client#${at}`,
        keys: join(cluster.directory, "keys", `client#${at}`),
        directory: inMemory ? null : join(cluster.directory, "data", `client#${at}`),
      }),
    ),
  );
  await use(cluster, everyone);
  await Promise.all(everyone.map((client) => client.close()));
  await cluster.stop();
}

async function measure(
  cluster: BenchCluster,
  clients: readonly ServiceClient[],
  bytes: number,
  seconds: number,
) {
  await load(clients, bytes, WARM_UP_SECONDS);
  const before = await cluster.usage();
  const own = process.cpuUsage();
  const { latenciesMs, seconds: took } = await load(clients, bytes, seconds);
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

async function load(clients: readonly ServiceClient[], bytes: number, seconds: number) {
  const latenciesMs: number[] = [];
  const ends: number[] = [];
  const start = performance.now();
  const end = start + 1000 * seconds;
  await Promise.all(
    clients.map(async (client, at) => {
      for (let count = 0; performance.now() < end; count += 1) {
        const from = performance.now();
        await client.invoke(JSON.stringify(["put", `key${at}`, `${count}`.padEnd(bytes, "x")]));
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
