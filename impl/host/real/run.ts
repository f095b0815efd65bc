import type { Index } from "../../../spec/automaton/index.ts";
import type { HostedProcess } from "../../network/process.ts";
import type { RegisterProtocol } from "../../network/protocol.ts";
import {
  type Address,
  type Configuration,
  clientEntry,
  readConfiguration,
  replicaEntry,
} from "../config/configuration.ts";
import { HostError } from "../errors.ts";
import type { Host, HostStatus } from "../host.ts";
import { type Codec, jsonCodec, type KeyValueStore, type OperationOptions } from "../key-value.ts";
import { startClient, startReplica } from "../members.ts";
import { type Logger, silentLogger } from "../operation/log.ts";
import { createMetrics, type Metrics } from "../operation/metrics.ts";
import { createStatusServer } from "../operation/server.ts";
import type { StoreHooks } from "../store/store.ts";
import { systemClock } from "./clock.ts";
import { factsOf, realWorld } from "./member.ts";
import { commitObserver, countedVerifier, observing, transportObserver } from "./observer.ts";
import { openRecord } from "./record.ts";

interface MemberOptions {
  /** a checked configuration, or the file that holds it */
  readonly config: Configuration | string;
  readonly process: string;
  /** the folder of this process's two keys, as `quorate init` wrote it */
  readonly keys: string;
  readonly log?: Logger;
  /** a file to append the run to, for `quorate replay` */
  readonly record?: string;
  readonly hooks?: StoreHooks;
}

export interface ReplicaOptions extends MemberOptions {
  /** the folder of its store; null: in memory, so that it must never be started again */
  readonly directory: string | null;
  /** makes a faulty process of the correct one: for tests */
  readonly disguise?: (process: HostedProcess) => HostedProcess;
  /** Called when the process has stopped itself. */
  readonly onFailure?: (error: HostError) => void;
}

export interface MemberStatus extends HostStatus {
  readonly protocol: string;
  readonly cluster: string;
  readonly failure: string | null;
  /** peers with a connection */
  readonly connected: readonly Index[];
  readonly uptimeMs: number;
}

export interface Replica {
  readonly process: Index<"replica">;
  readonly address: Address;
  status(): MemberStatus;
  readonly metrics: Metrics;
  /** Lets what was acknowledged leave, then closes connections and the store. */
  close(): Promise<void>;
}

/**
 * Starts a replica of a cluster: it serves until it is closed.
 *
 * @throws HostError for a wrong configuration or key, a port in use, or a store that cannot be trusted
 */
export async function createReplica(
  protocol: RegisterProtocol,
  options: ReplicaOptions,
): Promise<Replica> {
  const member = await prepare(protocol, options, "replica", options.directory);
  const { configuration, facts, world, metrics } = member;
  const { process: self, address, metrics: served } = replicaEntry(configuration, options.process);
  const host = await member.closingOnError(() =>
    startReplica(protocol, self, facts, world, options.disguise),
  );
  member.runs(host);
  member.readTotals(host);
  const status = () => member.statusOf(host.status(), host.failure ?? member.failure());
  const server =
    served === undefined
      ? null
      : await member.closingOnError(
          () =>
            createStatusServer({
              address: served,
              metrics: metrics.exposition,
              status,
              failure: () => status().failure,
            }),
          () => host.close(),
        );
  return {
    process: self,
    address,
    metrics,
    status,
    async close() {
      await host.close();
      await member.close();
      await server?.close();
    },
  };
}

export interface ClientOptions<T> extends MemberOptions {
  /**
   * The folder of its store, so that a client that restarts goes on. Without it the client forgets, and
   * an identity that forgets a write under way may be unable to write that key again.
   */
  readonly directory?: string | null;
  /** @defaultValue JSON */
  readonly codec?: Codec<T>;
}

/** A key-value store: linearizable, one register a key. */
export interface KeyValueClient<T> {
  put(key: string, value: T, options?: OperationOptions): Promise<void>;
  get(key: string, options?: OperationOptions): Promise<T | undefined>;
  delete(key: string, options?: OperationOptions): Promise<void>;
  status(): MemberStatus & { readonly pending: number };
  readonly metrics: Metrics;
  close(): Promise<void>;
}

/**
 * Starts a client of a cluster. It connects in the background: operations wait for a quorum.
 *
 * @throws HostError for a wrong configuration or key, or a store that cannot be trusted
 */
export async function createClient<T = unknown>(
  protocol: RegisterProtocol,
  options: ClientOptions<T>,
): Promise<KeyValueClient<T>> {
  const member = await prepare(protocol, options, "client", options.directory ?? null);
  const { configuration, facts, world, metrics } = member;
  const { process: self } = clientEntry(configuration, options.process);
  const { limits, timeouts } = configuration;
  const { host, store } = await member.closingOnError(() =>
    startClient<T>(protocol, self, facts, world, options.codec ?? (jsonCodec as Codec<T>), {
      ...limits,
      operationMs: timeouts.operationMs,
    }),
  );
  member.runs(host);
  member.readTotals(host);
  // Replicas refuse in silence what is not allowed; the user of an honest client gets an answer.
  const may = (what: "read" | "write", key: string) => {
    if (facts.authorise(self, what, key)) return store;
    throw new HostError("peer-unauthorised", `${self} may not ${what} "${key}".`);
  };
  const mayWrite = (key: string) => may("write", key);
  return {
    put: (key, value, of) => counted(metrics, "put", () => mayWrite(key).put(key, value, of)),
    get: (key, of) => counted(metrics, "get", () => may("read", key).get(key, of)),
    delete: (key, of) => counted(metrics, "delete", () => mayWrite(key).delete(key, of)),
    status: () => ({
      ...member.statusOf(host.status(), host.failure ?? member.failure()),
      pending: (store as KeyValueStore<T>).pending,
    }),
    metrics,
    async close() {
      store.close();
      await host.close();
      await member.close();
    },
  };
}

async function counted<R>(metrics: Metrics, kind: string, run: () => Promise<R>): Promise<R> {
  const start = systemClock.now();
  let outcome = "done";
  try {
    return await run();
  } catch (error) {
    outcome = error instanceof HostError ? error.code : "failed";
    throw error;
  } finally {
    metrics.operation(kind, outcome, (systemClock.now() - start) / 1000);
  }
}

/** What replicas and clients have in common. */
async function prepare(
  protocol: RegisterProtocol,
  options: MemberOptions & { readonly onFailure?: (error: HostError) => void },
  sort: "replica" | "client",
  directory: string | null,
) {
  const { config } = options;
  const configuration = typeof config === "string" ? await readConfiguration(config) : config;
  if (configuration.protocol !== protocol.name) {
    const what = `The configuration is of a cluster that runs ${configuration.protocol}.`;
    throw new HostError("protocol-unknown", what);
  }
  const entry = (sort === "replica" ? replicaEntry : clientEntry)(configuration, options.process);
  const self: Index = entry.process;
  const { cluster } = configuration;
  const base = options.log ?? silentLogger;
  const log = base.component("host");
  const metrics = await createMetrics({ labels: { process: self, cluster } });
  const header = { protocol: protocol.name, process: self };
  const recorder =
    options.record === undefined ? null : openRecord(options.record, header, systemClock.now);

  let running: Host | null = null;
  let failure: HostError | null = null;
  const failed = (error: HostError) => {
    if (failure === null) options.onFailure?.(error);
    failure ??= error;
  };
  const connected = new Set<Index>();
  const transportEvent = transportObserver(metrics, base.component("transport"), connected);
  const start = systemClock.now();
  const { world, store, traffic } = await realWorld({
    configuration,
    protocol,
    self,
    keys: options.keys,
    directory,
    listens: sort === "replica",
    dials: sort === "replica" ? [] : configuration.replicas.map(({ process }) => process),
    observer: {
      ...observing(metrics, log, recorder),
      failed(error) {
        log.error({ code: error.code, error }, "stopped");
        failed(error);
      },
    },
    transportEvent,
    storeFailed(error) {
      failed(error);
      running?.fail(error);
    },
    hooks: commitObserver(metrics, systemClock.now, options.hooks),
  }).catch((error) => {
    recorder?.close();
    throw error;
  });
  // Now that the store is open nobody else runs on it, whose record a mark of this start would break.
  recorder?.begin();
  const { recovered } = store;
  if (recovered.tornRecord) log.warn({}, "dropped a commit that a crash had left unfinished");
  log.info({ commits: recovered.records }, "opened the store");

  const close = async () => {
    await store.close();
    recorder?.close();
  };
  return {
    configuration,
    facts: factsOf(configuration),
    metrics,
    world: { ...world, verifier: countedVerifier(world.verifier, metrics) },
    failure: () => failure,
    close,
    readTotals: (host: Host) =>
      metrics.readTotals(() => ({ ...traffic(), unitsLoaded: host.status().unitsLoaded })),
    /** Ties a host to its store: what it holds when that fails will never be durable. */
    runs(host: Host): void {
      running = host;
      if (failure !== null) host.fail(failure);
    },
    /** Runs a later step of starting up; if it fails, what is open already is closed. */
    async closingOnError<R>(step: () => Promise<R>, also?: () => Promise<void>): Promise<R> {
      try {
        return await step();
      } catch (error) {
        await also?.();
        await close();
        throw error;
      }
    },
    statusOf: (host: HostStatus, reason: HostError | null): MemberStatus => ({
      ...host,
      protocol: protocol.name,
      cluster,
      failure: reason?.message ?? null,
      connected: [...connected].sort(),
      uptimeMs: Math.round(systemClock.now() - start),
    }),
  };
}
