import type { Index } from "../../../spec/automaton/index.ts";
import type { HostedProtocol, RegisterProtocol } from "../../network/protocol.ts";
import type { ServiceProtocol } from "../../network/service-protocol.ts";
import { type Address, clientEntry, replicaEntry } from "../config/configuration.ts";
import { HostError } from "../errors.ts";
import { type Codec, jsonCodec, type KeyValueStore } from "../key-value.ts";
import { type Disguise, startClient, startReplica, startServiceUser } from "../members.ts";
import type { Metrics } from "../operation/metrics.ts";
import { createStatusServer } from "../operation/server.ts";
import type { OperationOptions } from "../pending.ts";
import {
  counted,
  type MemberOptions,
  type MemberProtocol,
  type MemberStatus,
  prepare,
} from "./prepare.ts";

export type { MemberStatus, OperationOptions };

export interface ReplicaOptions extends MemberOptions {
  /** the folder of its store; null: in memory, so that it must never be started again */
  readonly directory: string | null;
  /** makes a faulty process of the correct one: for tests */
  readonly disguise?: Disguise;
  /** Called when the process has stopped itself. */
  readonly onFailure?: (error: HostError) => void;
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
  protocol: HostedProtocol & MemberProtocol,
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

export interface ServiceClientOptions extends MemberOptions {
  /**
   * The folder of its store, so that a client that restarts goes on. Without it the client forgets its
   * sequence number, so that its identity is good for one life of the process.
   */
  readonly directory?: string | null;
}

/** A client of a replicated service. */
export interface ServiceClient {
  /**
   * Has the service perform an operation, once, and gives its result, which f + 1 replicas agree on.
   * A caller need not wait for one before it asks for the next: as many as the protocol has room for are
   * under way at a time, and the others wait. Those that overlap may take effect in any order.
   */
  invoke(operation: string, options?: OperationOptions): Promise<string>;
  /**
   * The result of an operation that changes nothing. It means what `invoke` means, and is sooner where
   * the protocol lets replicas answer what the service's `query` answers; elsewhere it is ordered.
   */
  read(operation: string, options?: OperationOptions): Promise<string>;
  status(): MemberStatus & { readonly pending: number };
  readonly metrics: Metrics;
  close(): Promise<void>;
}

/**
 * Starts a client of a replicated service. It connects in the background.
 *
 * @throws HostError for a wrong configuration or key, or a store that cannot be trusted
 */
export async function createServiceClient(
  protocol: ServiceProtocol,
  options: ServiceClientOptions,
): Promise<ServiceClient> {
  const member = await prepare(protocol, options, "client", options.directory ?? null);
  const { configuration, facts, world, metrics } = member;
  const { process: self } = clientEntry(configuration, options.process);
  const { limits, timeouts } = configuration;
  const { host, calls } = await member.closingOnError(() =>
    startServiceUser(protocol, self, facts, world, {
      ...limits,
      operationMs: timeouts.operationMs,
    }),
  );
  member.runs(host);
  member.readTotals(host);
  return {
    invoke: (operation, of) => counted(metrics, "invoke", () => calls.invoke(operation, of)),
    read: (operation, of) => counted(metrics, "read", () => calls.read(operation, of)),
    status: () => ({
      ...member.statusOf(host.status(), host.failure ?? member.failure()),
      pending: calls.pending,
    }),
    metrics,
    async close() {
      calls.close();
      await host.close();
      await member.close();
    },
  };
}
