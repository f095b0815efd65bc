import type { Index } from "../../../spec/automaton/index.ts";
import type { HostedProtocol, HostFacts, RecordedFacts } from "../../network/protocol.ts";
import {
  type Configuration,
  clientEntry,
  readConfiguration,
  replicaEntry,
} from "../config/configuration.ts";
import { HostError } from "../errors.ts";
import type { Host, HostStatus } from "../host.ts";
import { type Logger, silentLogger } from "../operation/log.ts";
import { createMetrics, type Metrics } from "../operation/metrics.ts";
import type { StoreHooks } from "../store/store.ts";
import { systemClock } from "./clock.ts";
import { factsOf, realWorld } from "./member.ts";
import { commitObserver, countedVerifier, observing, transportObserver } from "./observer.ts";
import { openRecord } from "./record.ts";

export interface MemberOptions {
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

export interface MemberStatus extends HostStatus {
  readonly protocol: string;
  readonly cluster: string;
  readonly failure: string | null;
  /** peers with a connection */
  readonly connected: readonly Index[];
  readonly uptimeMs: number;
}

/** What a member runs: of a service, its name too, since a store is of one service. */
export type MemberProtocol = Pick<HostedProtocol, "name" | "format" | "replicasTalk"> & {
  readonly service?: { readonly name: string };
};

/** What replicas and clients have in common. */
export async function prepare(
  protocol: MemberProtocol,
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
  const facts = factsOf(configuration);
  const header = { protocol: protocol.name, process: self, ...recordedOf(configuration, facts) };
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
    dials: dialled(configuration, self, sort, protocol),
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
    facts,
    metrics,
    world: { ...world, verifier: countedVerifier(world.verifier, metrics) },
    failure: () => failure,
    close,
    readTotals: (host: Host) =>
      metrics.readTotals(() => {
        const { unitsLoaded, about } = host.status();
        return { ...traffic(), unitsLoaded, about };
      }),
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

/** What `quorate replay` needs of a cluster that runs a service. */
function recordedOf({ service }: Configuration, facts: HostFacts): object {
  if (service === undefined) return {};
  const { faults, replicas, clients, messageBytes, valueBytes, suspicion } = facts;
  const recorded: RecordedFacts = {
    faults,
    replicas,
    clients,
    messageBytes,
    valueBytes,
    suspicion,
  };
  return { service, facts: recorded };
}

/** Whom a process connects to: of two replicas that talk, the later one to the earlier. */
function dialled(
  { replicas }: Configuration,
  self: Index,
  sort: "replica" | "client",
  { replicasTalk }: MemberProtocol,
): Index[] {
  const all = replicas.map(({ process }) => process);
  if (sort === "client") return all;
  return replicasTalk ? all.slice(0, all.indexOf(self as Index<"replica">)) : [];
}

/** Runs an operation of a user and counts how it ended. */
export async function counted<R>(
  metrics: Metrics,
  kind: string,
  run: () => Promise<R>,
): Promise<R> {
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
