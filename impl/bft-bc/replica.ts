import { hostModule } from "../host/optional-package.ts";
import type { ClientOptions, KeyValueClient, Replica, ReplicaOptions } from "../host/real/run.ts";
import type { RegisterProtocol } from "../network/protocol.ts";
import { faultyClients } from "./faulty-clients.ts";
import { type ProtocolName, protocol, protocols, variantsOf } from "./protocol.ts";

/*
 * The entry of BFT-BC as a running system. What a host needs (storage, TLS, logs, metrics) is loaded when
 * somebody starts one, so that who only checks or reads needs none of it.
 */

export type { ClientOptions, KeyValueClient, Replica, ReplicaOptions };
export { faultyClients, protocol, variantsOf };

/** The protocol that a configuration names; the host refuses it if it is none of ours. */
async function protocolOf(config: ReplicaOptions["config"]): Promise<RegisterProtocol> {
  const { readConfiguration } = await hostModule(() => import("../host/config/configuration.ts"));
  const { protocol: name } = typeof config === "string" ? await readConfiguration(config) : config;
  return protocols[name as ProtocolName] ?? protocol;
}

/**
 * Starts a replica of a BFT-BC cluster, of the variant that its configuration names; see {@link ReplicaOptions}.
 *
 * @throws HostError with a code that says what is wrong
 */
export async function createReplica(options: ReplicaOptions): Promise<Replica> {
  const { createReplica: create } = await hostModule(() => import("../host/real/run.ts"));
  return create(await protocolOf(options.config), options);
}

/**
 * Starts a client of a BFT-BC cluster: a linearizable key-value store.
 *
 * ```ts
 * const client = await createClient<number>({
 *   config: "quorate.json", process: "client#0", keys: "keys/client#0", directory: "data/client#0",
 * });
 * await client.put("price", 42);
 * await client.get("price");
 * ```
 * @throws HostError with a code that says what is wrong
 */
export async function createClient<T = unknown>(
  options: ClientOptions<T>,
): Promise<KeyValueClient<T>> {
  const { createClient: create } = await hostModule(() => import("../host/real/run.ts"));
  return create(await protocolOf(options.config), options);
}
