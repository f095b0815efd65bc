import { join } from "node:path";
import { parseArgs } from "node:util";
import { createClient, type KeyValueClient } from "../../../impl/bft-bc/replica.ts";
import { startCluster } from "./cluster.ts";
import { numbers, reporter } from "./options.ts";

/*
 * npm run bench -- host [--clients 1,16,64] [--bytes 0,1024] [--seconds 5] [--protocol bft-bc-optimised]
 *     [--in-memory] [--json]
 *
 * Four replicas of BFT-BC as processes of their own, the clients in this process, all on one machine,
 * warmed up: operations a second, latency, and what an operation costs in CPU time. Each client has one
 * operation at a time and a key of its own.
 */
const WARM_UP_SECONDS = 2;

export async function runHostBench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      clients: { type: "string", default: "1,16,64" },
      bytes: { type: "string", default: "0,1024" },
      seconds: { type: "string", default: "5" },
      protocol: { type: "string", default: "bft-bc" },
      "in-memory": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });

  const cluster = await startCluster({
    clients: Math.max(...numbers(values.clients)),
    inMemory: values["in-memory"],
    protocol: values.protocol,
  });
  const report = reporter(values.json);
  report({
    protocol: values.protocol,
    readyMs: cluster.readyMs.map(Math.round).join("/"),
    store: values["in-memory"] ? "in memory" : "classic-level",
  });
  // Once for all loads: a client without a folder that came back would have forgotten its write proofs.
  const everyone = await Promise.all(
    Array.from({ length: Math.max(...numbers(values.clients)) }, (_, at) =>
      createClient<string>({
        config: join(cluster.directory, "quorate.json"),
        process: `client#${at}`,
        keys: join(cluster.directory, "keys", `client#${at}`),
        directory: values["in-memory"] ? null : join(cluster.directory, "data", `client#${at}`),
      }),
    ),
  );
  for (const clients of numbers(values.clients)) {
    const all = everyone.slice(0, clients);
    for (const bytes of numbers(values.bytes)) {
      for (const kind of ["put", "get"] as const) {
        await load(all, kind, bytes, WARM_UP_SECONDS);
        const before = await cluster.usage();
        const own = process.cpuUsage();
        const measured = await load(all, kind, bytes, Number(values.seconds));
        const { user, system } = process.cpuUsage(own);
        const after = await cluster.usage();
        const { count, latenciesMs, seconds } = measured;
        report({
          kind,
          clients,
          bytes,
          opsPerSecond: Math.round(count / seconds),
          p50Ms: round(latenciesMs[Math.floor(count * 0.5)]),
          p99Ms: round(latenciesMs[Math.floor(count * 0.99)]),
          replicasCpuMsPerOp: round((after.cpuMs - before.cpuMs) / count),
          clientsCpuMsPerOp: round((user + system) / 1000 / count),
          replicaMb: Math.round(Math.max(...after.memoryMb)),
          ...(await phasesOf(all, kind)),
        });
      }
    }
  }
  await Promise.all(everyone.map((client) => client.close()));
  await cluster.stop();
}

async function load(
  clients: readonly KeyValueClient<string>[],
  kind: "put" | "get",
  bytes: number,
  seconds: number,
) {
  const latenciesMs: number[] = [];
  const start = performance.now();
  const end = start + 1000 * seconds;
  await Promise.all(
    clients.map(async (client, at) => {
      for (let count = 0; performance.now() < end; count += 1) {
        const from = performance.now();
        if (kind === "put") await client.put(`key${at}`, `${count}`.padEnd(bytes, "x"));
        else await client.get(`key${at}`);
        latenciesMs.push(performance.now() - from);
      }
    }),
  );
  latenciesMs.sort((a, b) => a - b);
  const took = (performance.now() - start) / 1000;
  return { count: latenciesMs.length, latenciesMs, seconds: took };
}

/** How many phases the operations of all clients took so far, warming up included. */
async function phasesOf(
  clients: readonly KeyValueClient<string>[],
  kind: "put" | "get",
): Promise<Record<string, number>> {
  const operation = kind === "put" ? "write" : "read";
  const line = /^quorate_operation_phases_total\{(.*)\} (\d+)$/;
  const totals: Record<string, number> = {};
  for (const { metrics } of clients) {
    for (const text of (await metrics.exposition.text()).split("\n")) {
      const [, labels = "", count] = line.exec(text) ?? [];
      const phases = /phases="(\d)"/.exec(labels)?.[1];
      if (phases === undefined || !labels.includes(`operation="${operation}"`)) continue;
      totals[`phases${phases}`] = (totals[`phases${phases}`] ?? 0) + Number(count);
    }
  }
  return totals;
}

function round(value: number | undefined): number {
  return Math.round((value ?? 0) * 100) / 100;
}
