import { resolve } from "node:path";
import { loadProtocol, type RunningReplica } from "./entry.ts";
import { type PlaceFlags, placesOf } from "./places.ts";
import { listenForStop } from "./stop.ts";

type LogLevel = import("../../../impl/host/operation/log.ts").LogLevel;
type Address = import("../../../impl/host/config/configuration.ts").Address;

export interface ReplicaFlags extends PlaceFlags {
  readonly record?: string;
  readonly behaviour?: string;
  readonly inMemory?: boolean;
  readonly logLevel: LogLevel;
}

/**
 * `quorate replica`: runs one replica until it is asked to stop. Started again on the same folder, it
 * goes on where it was.
 */
export async function runReplica(process: string, flags: ReplicaFlags): Promise<void> {
  const { readConfiguration, replicaEntry } = await import(
    "../../../impl/host/config/configuration.ts"
  );
  const { createLogger } = await import("../../../impl/host/operation/log.ts");
  const config = await readConfiguration(flags.config);
  const entry = replicaEntry(config, process);
  const { createReplica } = await loadProtocol(config.protocol);
  const { keys, data } = placesOf(process, flags);
  const log = await createLogger({
    level: flags.logLevel,
    fields: { process, cluster: config.cluster },
  });
  const stop = listenForStop();
  let failure: Error | null = null;
  let fail: () => void = () => undefined;
  const failed = new Promise<void>((resolve) => {
    fail = resolve;
  });
  try {
    const replica = await createReplica({
      config,
      process,
      keys,
      directory: flags.inMemory ? null : data,
      ...(flags.behaviour === undefined ? {} : { behaviour: flags.behaviour }),
      ...(flags.record === undefined ? {} : { record: resolve(flags.record) }),
      log,
      onFailure(error) {
        failure = error;
        fail();
      },
    });
    const closing = [() => replica.close()];
    try {
      if (entry.metrics !== undefined) {
        const server = await serveStatus(entry.metrics, replica, () => failure);
        closing.unshift(() => server.close());
      }
      console.log(readyText(process, replica.address, entry.metrics));
      await Promise.race([stop.asked, failed]);
      log.info({}, failure === null ? "draining" : "stopping");
    } finally {
      for (const close of closing) await close();
    }
    if (failure !== null) throw failure;
  } finally {
    stop.release();
  }
}

async function serveStatus(address: Address, replica: RunningReplica, failure: () => Error | null) {
  const { createStatusServer } = await import("../../../impl/host/operation/server.ts");
  return createStatusServer({
    address,
    metrics: replica.metrics,
    status: () => replica.status(),
    failure: () => failure()?.message ?? null,
  });
}

/** What the first word of the line is that says that a replica can be reached. */
export const READY = "ready";

function readyText(process: string, address: Address, metrics: Address | undefined): string {
  const status = metrics === undefined ? "" : `, status on ${urlOf(metrics)}/status`;
  return `${READY} ${process} on ${hostAndPort(address)}${status}`;
}

export const hostAndPort = ({ host, port }: Address) =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

export const urlOf = (address: Address) => `http://${hostAndPort(address)}`;
