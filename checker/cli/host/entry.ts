/*
 * What the commands know of a protocol that runs. The host is imported only with `import()`: whoever
 * checks protocols needs none of the packages that it stands on. A type costs nothing.
 */

type Configuration = import("../../../impl/host/config/configuration.ts").Configuration;
type Address = import("../../../impl/host/config/configuration.ts").Address;
type Logger = import("../../../impl/host/operation/log.ts").Logger;
type Exposition = import("../../../impl/host/operation/metrics.ts").Exposition;

interface ProcessOptions {
  readonly config: Configuration;
  readonly process: string;
  /** the folder of this process's private keys */
  readonly keys: string;
  readonly log: Logger;
}

export interface ReplicaOptions extends ProcessOptions {
  /** the folder of its store; null: in memory, and gone with the process */
  readonly directory: string | null;
  /** a fault to show, by name; without it, it is correct */
  readonly behaviour?: string;
  /** the file to append a record of its run to */
  readonly record?: string;
  /** Called once if the process stops by itself, because it must not go on. */
  readonly onFailure: (error: Error) => void;
}

export interface RunningReplica {
  readonly address: Address;
  readonly metrics: Exposition;
  status(): object;
  close(): Promise<void>;
}

export interface ClientOptions extends ProcessOptions {
  /** the folder of its store: what it has begun, it can end after a restart */
  readonly directory: string;
}

export interface RunningClient {
  put(key: string, value: unknown, options: OperationOptions): Promise<void>;
  /** undefined if there is no value */
  get(key: string, options: OperationOptions): Promise<unknown>;
  close(): Promise<void>;
}

export interface OperationOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The entry file of a protocol. */
export interface ProtocolEntry {
  createReplica(options: ReplicaOptions): Promise<RunningReplica>;
  createClient(options: ClientOptions): Promise<RunningClient>;
}

/** @throws HostError `protocol-unknown` */
export async function loadProtocol(name: string): Promise<ProtocolEntry> {
  const { checkProtocol } = await import("../../../impl/host/config/protocols.ts");
  const entry = new URL(`../../../impl/${checkProtocol(name)}/replica.js`, import.meta.url);
  return import(entry.href);
}
