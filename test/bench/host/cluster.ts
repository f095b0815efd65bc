import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { initCluster } from "../../../impl/host/config/init.ts";

const CLI = fileURLToPath(new URL("../../../checker/cli/main.js", import.meta.url));

/** Four replicas as processes of their own, on loopback. */
export interface BenchCluster {
  readonly directory: string;
  readonly readyMs: readonly number[];
  /** What a replica says of itself. */
  about(replica: number): Promise<Readonly<Record<string, unknown>>>;
  /** Kills a replica. */
  kill(replica: number): void;
  /** CPU time of all replicas so far, in ms, and their memory now, in MB */
  usage(): Promise<{ readonly cpuMs: number; readonly memoryMb: readonly number[] }>;
  stop(): Promise<void>;
}

export async function startCluster(options: {
  readonly clients: number;
  readonly inMemory: boolean;
  /** @defaultValue BFT-BC */
  readonly protocol?: string;
  readonly service?: string;
  /** how replicas are faulty, by number */
  readonly behaviours?: Readonly<Record<number, string>>;
}): Promise<BenchCluster> {
  const directory = await mkdtemp(join(tmpdir(), "quorate-bench-"));
  const basePort = await freePorts(8);
  const configuration = await initCluster({
    directory,
    protocol: options.protocol ?? "bft-bc",
    ...(options.service === undefined ? {} : { service: options.service }),
    faults: 1,
    clients: options.clients,
    host: "127.0.0.1",
    basePort,
  });
  const config = join(directory, "quorate.json");
  const replicas: ChildProcess[] = [];
  const readyMs: number[] = [];
  for (const [at, { process: name }] of configuration.replicas.entries()) {
    const behaviour = options.behaviours?.[at];
    const start = performance.now();
    const child = spawn(
      process.execPath,
      [
        CLI,
        "replica",
        name,
        "--config",
        config,
        "--log-level",
        "error",
        ...(options.inMemory ? ["--in-memory"] : []),
        ...(behaviour === undefined ? [] : ["--behaviour", behaviour]),
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    replicas.push(child);
    await once(child.stdout as NonNullable<ChildProcess["stdout"]>, "data");
    readyMs.push(performance.now() - start);
  }
  return {
    directory,
    readyMs,
    async about(replica) {
      const { host, port } = configuration.replicas[replica]?.metrics ?? { host: "", port: 0 };
      const answer = await fetch(`http://${host}:${port}/status`);
      return ((await answer.json()) as { about: Record<string, unknown> }).about;
    },
    kill(replica) {
      replicas[replica]?.kill("SIGKILL");
    },
    async usage() {
      const alive = replicas.filter(({ signalCode }) => signalCode === null);
      const all = await Promise.all(alive.map(({ pid }) => usageOf(pid as number)));
      return {
        cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
        memoryMb: all.map(({ memoryMb }) => memoryMb),
      };
    },
    async stop() {
      for (const child of replicas) {
        if (child.signalCode !== null) continue;
        const exited = once(child, "exit");
        child.kill("SIGTERM");
        await exited;
      }
      await rm(directory, { recursive: true });
    },
  };
}

const TICKS_PER_SECOND = 100;

/** From /proc: Linux only, as the bench. */
async function usageOf(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  return { cpuMs: (ticks * 1000) / TICKS_PER_SECOND, memoryMb: kb / 1024 };
}

/** A port with some free ones after it and, for metrics, a hundred further on: found by trying. */
async function freePorts(count: number): Promise<number> {
  for (let tried = 0; tried < 50; tried += 1) {
    const base = 20_000 + Math.floor(Math.random() * 30_000);
    const wanted = Array.from({ length: count }, (_, at) => base + (at % 4) + (at < 4 ? 0 : 100));
    const free = await Promise.all(wanted.map(isFree));
    if (free.every(Boolean)) return base;
  }
  throw new Error("no free ports");
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, "listening");
  server.listen(port, "127.0.0.1");
  try {
    await listening;
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
