import { QuorateError } from "../../../spec/automaton/errors.ts";
import { loadProtocol, type RegisterEntry, type ServiceEntry } from "./entry.ts";
import { type PlaceFlags, placesOf } from "./places.ts";
import { listenForStop } from "./stop.ts";

type LogLevel = import("../../../impl/host/operation/log.ts").LogLevel;

type Registers = Awaited<ReturnType<RegisterEntry["createClient"]>>;
type ServiceUser = Awaited<ReturnType<ServiceEntry["createClient"]>>;
type Configuration = import("../../../impl/host/config/configuration.ts").Configuration;
type ClientOptions = Parameters<ServiceEntry["createClient"]>[0];
type Waiting = { readonly signal: AbortSignal; readonly timeoutMs?: number };

export interface ClientFlags extends PlaceFlags {
  /** @defaultValue the first client of the configuration */
  readonly as?: string;
  readonly timeoutMs?: number;
  readonly logLevel: LogLevel;
}

export interface InvokeFlags extends ClientFlags {
  readonly read?: boolean;
}

/** `quorate client put`: writes a value. */
export function runPut(key: string, value: string, flags: ClientFlags): Promise<void> {
  return withRegisters("write", key, flags, (client, options) => client.put(key, value, options));
}

/** `quorate client get`: prints a value. @returns whether there is one */
export async function runGet(key: string, flags: ClientFlags): Promise<boolean> {
  const value = await withRegisters("read", key, flags, (client, options) =>
    client.get(key, options),
  );
  if (value === undefined) {
    console.error(`quorate: There is no value for ${JSON.stringify(key)}.`);
    return false;
  }
  console.log(typeof value === "string" ? value : JSON.stringify(value));
  return true;
}

/** `quorate client invoke`: has the service do an operation, and prints the result. */
export async function runInvoke(operation: string, flags: InvokeFlags): Promise<void> {
  const { config, process } = await clientOf(flags);
  const entry = await loadProtocol(config.protocol);
  if (entry.offers !== "service") {
    const what = `${config.protocol} offers ${entry.offers}: use \`put\` and \`get\`.`;
    throw new QuorateError("usage", what);
  }
  const result = await withClient(
    config,
    process,
    flags,
    (options): Promise<ServiceUser> => entry.createClient(options),
    (client, waiting) =>
      flags.read ? client.read(operation, waiting) : client.invoke(operation, waiting),
  );
  console.log(result);
}

async function withRegisters<Result>(
  what: "read" | "write",
  key: string,
  flags: ClientFlags,
  use: (client: Registers, waiting: Waiting) => Promise<Result>,
): Promise<Result> {
  const { config, process, may } = await clientOf(flags);
  const { covers } = await import("../../../impl/host/config/permissions.ts");
  const { HostError } = await import("../../../impl/host/errors.ts");
  const entry = await loadProtocol(config.protocol);
  if (entry.offers !== "registers") {
    const what = `${config.protocol} offers a ${entry.offers}: use \`invoke\`.`;
    throw new QuorateError("usage", what);
  }
  // Replicas say nothing to a client that asks for what it may not have: it would wait in vain.
  if (!covers(may[what], key)) {
    const text = `${process} may not ${what} ${JSON.stringify(key)}.`;
    throw new HostError("peer-unauthorised", text);
  }
  const create = (options: ClientOptions): Promise<Registers> => entry.createClient(options);
  return withClient(config, process, flags, create, use);
}

async function clientOf(flags: ClientFlags) {
  const { readConfiguration, clientEntry } = await import(
    "../../../impl/host/config/configuration.ts"
  );
  const config = await readConfiguration(flags.config);
  const named = flags.as ?? config.clients[0]?.process ?? "client#0";
  return { config, ...clientEntry(config, named) };
}

async function withClient<Client extends { close(): Promise<void> }, Result>(
  config: Configuration,
  process: string,
  flags: ClientFlags,
  create: (options: ClientOptions) => Promise<Client>,
  use: (client: Client, waiting: Waiting) => Promise<Result>,
): Promise<Result> {
  const { createLogger } = await import("../../../impl/host/operation/log.ts");
  const { keys, data } = placesOf(process, flags);
  const log = await createLogger({
    level: flags.logLevel,
    fields: { process, cluster: config.cluster },
  });
  const stop = listenForStop();
  try {
    const client = await create({ config, process, keys, directory: data, log });
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
