import { loadProtocol, type ProtocolEntry } from "./entry.ts";
import { type PlaceFlags, placesOf } from "./places.ts";
import { listenForStop } from "./stop.ts";

type LogLevel = import("../../../impl/host/operation/log.ts").LogLevel;

type RunningClient = Awaited<ReturnType<ProtocolEntry["createClient"]>>;

export interface ClientFlags extends PlaceFlags {
  /** @defaultValue the first client of the configuration */
  readonly as?: string;
  readonly timeoutMs?: number;
  readonly logLevel: LogLevel;
}

/** `quorate client put`: writes a value. */
export function runPut(key: string, value: string, flags: ClientFlags): Promise<void> {
  return withClient("write", key, flags, (client, options) => client.put(key, value, options));
}

/** `quorate client get`: prints a value. @returns whether there is one */
export async function runGet(key: string, flags: ClientFlags): Promise<boolean> {
  const value = await withClient("read", key, flags, (client, options) => client.get(key, options));
  if (value === undefined) {
    console.error(`quorate: There is no value for ${JSON.stringify(key)}.`);
    return false;
  }
  console.log(typeof value === "string" ? value : JSON.stringify(value));
  return true;
}

async function withClient<Result>(
  what: "read" | "write",
  key: string,
  flags: ClientFlags,
  use: (
    client: RunningClient,
    options: { readonly signal: AbortSignal; readonly timeoutMs?: number },
  ) => Promise<Result>,
): Promise<Result> {
  const { readConfiguration, clientEntry } = await import(
    "../../../impl/host/config/configuration.ts"
  );
  const { covers } = await import("../../../impl/host/config/permissions.ts");
  const { HostError } = await import("../../../impl/host/errors.ts");
  const { createLogger } = await import("../../../impl/host/operation/log.ts");
  const config = await readConfiguration(flags.config);
  const { process, may } = clientEntry(
    config,
    flags.as ?? config.clients[0]?.process ?? "client#0",
  );
  // Replicas say nothing to a client that asks for what it may not have: it would wait in vain.
  if (!covers(may[what], key)) {
    const text = `${process} may not ${what} ${JSON.stringify(key)}.`;
    throw new HostError("peer-unauthorised", text);
  }
  const { createClient } = await loadProtocol(config.protocol);
  const { keys, data } = placesOf(process, flags);
  const log = await createLogger({
    level: flags.logLevel,
    fields: { process, cluster: config.cluster },
  });
  const stop = listenForStop();
  try {
    const client = await createClient({ config, process, keys, directory: data, log });
    try {
      const { timeoutMs } = flags;
      return await use(client, {
        signal: stop.signal,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
    } finally {
      await client.close();
    }
  } finally {
    stop.release();
  }
}
