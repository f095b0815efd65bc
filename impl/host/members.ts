import type { Index } from "../../spec/automaton/index.ts";
import type { HostedProcess } from "../network/process.ts";
import type { ClusterFacts, RegisterProtocol } from "../network/protocol.ts";
import { createHost, type Host, type HostObserver, type HostOptions } from "./host.ts";
import { type Codec, type KeyValueLimits, KeyValueStore } from "./key-value.ts";

/** What a member of a cluster stands on: real, or simulated. */
export type MemberWorld = Omit<HostOptions, "process" | "providers">;

/**
 * Starts a replica.
 * @param disguise makes a faulty process of the correct one
 */
export function startReplica(
  protocol: RegisterProtocol,
  self: Index<"replica">,
  facts: ClusterFacts,
  world: MemberWorld,
  disguise: (process: HostedProcess) => HostedProcess = (process) => process,
): Promise<Host> {
  return createHost({ ...world, process: disguise(protocol.replica(self, facts)) });
}

/** A running client: its host and the store that it offers. */
export interface Client<T> {
  readonly host: Host;
  readonly store: KeyValueStore<T>;
}

/** Starts a client. Operations from before a restart go on; new ones on their keys wait for them. */
export async function startClient<T>(
  protocol: RegisterProtocol,
  self: Index<"client">,
  facts: ClusterFacts,
  world: MemberWorld,
  codec: Codec<T>,
  limits: KeyValueLimits,
  disguise: (process: HostedProcess) => HostedProcess = (process) => process,
): Promise<Client<T>> {
  let host: Host | null = null;
  const client = protocol.client(self, facts, (key, value) => store.ended(key, value));
  const store = new KeyValueStore<T>(
    {
      isIdle(key) {
        let idle = false;
        host?.turn((services) => {
          idle = client.isIdle(services, key);
        });
        return idle;
      },
      begin: (key, value) => host?.turn((services) => client.begin(services, key, value)),
    },
    codec,
    limits,
    world.clock,
  );
  const observer: HostObserver = {
    ...world.observer,
    failed(error) {
      store.close(error);
      world.observer?.failed?.(error);
    },
  };
  host = await createHost({ ...world, observer, process: disguise(client.process) });
  return { host, store };
}
