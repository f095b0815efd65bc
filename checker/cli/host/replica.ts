import { resolve } from "node:path";
import { QuorateError } from "../../../spec/automaton/errors.ts";
import { startReplica } from "./entry.ts";
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
  const disguise = await disguiseOf(flags.behaviour);
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
    const replica = await startReplica(config, flags.config, {
      config,
      process,
      keys,
      directory: flags.inMemory ? null : data,
      ...(disguise === undefined ? {} : { disguise }),
      ...(flags.record === undefined ? {} : { record: resolve(flags.record) }),
      log,
      onFailure(error) {
        failure = error;
        fail();
      },
    });
    try {
      console.log(readyText(process, replica.address, entry.metrics));
      await Promise.race([stop.asked, failed]);
      log.info({}, failure === null ? "draining" : "stopping");
    } finally {
      await replica.close();
    }
    if (failure !== null) throw failure;
  } finally {
    stop.release();
  }
}

async function disguiseOf(behaviour: string | undefined) {
  if (behaviour === undefined) return undefined;
  const { disguiseNamed } = await import("../../../impl/host/operation/disguise.ts");
  try {
    return disguiseNamed(behaviour);
  } catch (cause) {
    const known = cause instanceof RangeError;
    throw known ? new QuorateError("usage", cause.message, { cause }) : cause;
  }
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
