import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Configuration,
  configurationText,
  type Recovery,
} from "../../../../impl/host/config/configuration.ts";
import { initCluster } from "../../../../impl/host/config/init.ts";
import type { Limits, Timeouts } from "../../../../impl/host/config/limits.ts";
import { freePorts } from "../ports.ts";

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Whether something waits for this long at most. @throws Error naming what did not come */
export async function inTime<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not in ${ms} ms: ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Impatient, since these tests kill what others wait for; operations wait as long as a test may take. */
const TIMEOUTS: Partial<Timeouts> = {
  operationMs: 60_000,
  retransmitMs: 100,
  retransmitMostMs: 500,
  reconnectMs: 20,
  reconnectMostMs: 200,
};

export interface ClusterOptions {
  readonly clients: number;
  /** what is replicated; BFT-BC without it */
  readonly service?: string;
  /** over what @defaultValue atomic-multicast */
  readonly protocol?: string;
  /** how often each replica restarts itself; never without it */
  readonly recovery?: Recovery;
  readonly limits?: Partial<Limits>;
  readonly timeouts?: Partial<Timeouts>;
}

/** The files of a real cluster of four replicas in a temporary folder. */
export class ClusterFiles {
  readonly folder: string;
  readonly configuration: Configuration;

  private constructor(folder: string, configuration: Configuration) {
    this.folder = folder;
    this.configuration = configuration;
  }

  static async create({
    clients,
    service,
    protocol = "atomic-multicast",
    recovery,
    limits,
    timeouts,
  }: ClusterOptions): Promise<ClusterFiles> {
    const folder = await mkdtemp(join(tmpdir(), "quorate-real-"));
    const runs = service === undefined ? { protocol: "bft-bc" } : { protocol, service };
    const init = { ...runs, faults: 1, clients, host: "127.0.0.1", basePort: 7400 };
    const drawn = await initCluster({ directory: folder, ...init });
    const ports = await freePorts(drawn.replicas.length);
    const configuration: Configuration = {
      ...drawn,
      ...(recovery === undefined ? {} : { recovery }),
      limits: { ...drawn.limits, ...limits },
      timeouts: { ...drawn.timeouts, ...TIMEOUTS, ...timeouts },
      replicas: drawn.replicas.map(({ process, keys, address: { host } }, at) => ({
        process,
        keys,
        address: { host, port: ports[at] as number },
      })),
    };
    const files = new ClusterFiles(folder, configuration);
    await files.write("quorate.json", configurationText(configuration));
    return files;
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(this.path(name), text);
  }

  /** What createReplica, createClient and the child processes are started with. */
  start(process: string) {
    return {
      config: this.path("quorate.json"),
      process,
      keys: this.path("keys", process),
      directory: this.path("data", process),
    };
  }

  record(process: string): string {
    return this.path(`${process.replace("#", "-")}.ndjson`);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
