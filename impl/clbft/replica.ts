import type { Service } from "../../spec/service/service.ts";
import { hostModule } from "../host/optional-package.ts";
import type {
  Replica,
  ReplicaOptions,
  ServiceClient,
  ServiceClientOptions,
} from "../host/real/run.ts";
import { replicating } from "../network/service-protocol.ts";
import { faultyReplicas } from "./hosted/faulty-replicas.ts";
import { protocol, variants } from "./hosted/protocol.ts";

/*
 * The entry of CLBFT as a running system. What a host needs (storage, TLS, logs, metrics) is loaded when
 * somebody starts one, so that who only checks or reads needs none of it.
 */

export type { Replica, ReplicaOptions, ServiceClient, ServiceClientOptions };
export { faultyReplicas, protocol, variants };

/**
 * Starts a replica of a replicated service; see {@link ReplicaOptions}.
 *
 * ```ts
 * const replica = await createReplica(counter, {
 *   config: "quorate.json", process: "replica#0", keys: "keys/replica#0", directory: "data/replica#0",
 * });
 * ```
 * @param service what is replicated: deterministic, the same on all replicas
 * @throws HostError with a code that says what is wrong
 */
export async function createReplica(service: Service, options: ReplicaOptions): Promise<Replica> {
  const { createRecoveringReplica: create } = await hostModule(
    () => import("../host/real/recovering-replica.ts"),
  );
  return create(replicating(protocol, service), options);
}

/**
 * Starts a client of a replicated service. Its operations need not wait for each other.
 *
 * ```ts
 * const client = await createClient({
 *   config: "quorate.json", process: "client#0", keys: "keys/client#0", directory: "data/client#0",
 * });
 * await client.invoke("add 1");
 * ```
 * @throws HostError with a code that says what is wrong
 */
export async function createClient(options: ServiceClientOptions): Promise<ServiceClient> {
  const { createServiceClient } = await hostModule(() => import("../host/real/run.ts"));
  return createServiceClient(protocol, options);
}
