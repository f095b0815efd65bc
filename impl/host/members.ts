import type { Index } from "../../spec/automaton/index.ts";
import type { HostedProcess, ProcessHost } from "../network/process.ts";
import type { ClusterFacts, HostFacts, RegisterProtocol } from "../network/protocol.ts";
import type { ServiceProtocol } from "../network/service-protocol.ts";
import type { HostError } from "./errors.ts";
import { createHost, type Host, type HostObserver, type HostOptions } from "./host.ts";
import { type Codec, type KeyValueLimits, KeyValueStore } from "./key-value.ts";
import { type Asked, ServiceCalls, type ServiceLimits } from "./service-calls.ts";

/** What a member of a cluster stands on: real, or simulated. */
export type MemberWorld = Omit<HostOptions, "process" | "providers">;

/** Makes a faulty process of the correct one; `again` builds another correct copy of a replica. */
export type Disguise = (process: HostedProcess, again: () => HostedProcess) => HostedProcess;

const undisguised: Disguise = (process) => process;

/** Starts a replica. */
export function startReplica<Facts extends ClusterFacts>(
  protocol: { replica(self: Index<"replica">, facts: Facts): HostedProcess },
  self: Index<"replica">,
  facts: Facts,
  world: MemberWorld,
  disguise: Disguise = undisguised,
): Promise<Host> {
  const create = () => protocol.replica(self, facts);
  return createHost({ ...world, process: disguise(create(), create) });
}

/** A running client: its host and the store that it offers. */
export interface Client<T> {
  readonly host: Host;
  readonly store: KeyValueStore<T>;
}

/** Starts a client. Operations from before a restart go on; new ones on their keys wait for them. */
export async function startClient<T>(
  protocol: Pick<RegisterProtocol, "client">,
  self: Index<"client">,
  facts: ClusterFacts,
  world: MemberWorld,
  codec: Codec<T>,
  limits: KeyValueLimits,
  disguise: Disguise = undisguised,
): Promise<Client<T>> {
  const turns = new Turns();
  const client = protocol.client(self, facts, (key, value) => store.ended(key, value));
  const registers = {
    isIdle: (key: string) => turns.ask((services) => client.isIdle(services, key), false),
    begin: (key: string, value: string | null) =>
      turns.run((services) => client.begin(services, key, value)),
  };
  const store = new KeyValueStore<T>(registers, codec, limits, world.clock);
  const process = disguise(client.process, () => client.process);
  const host = await turns.start(world, process, (error) => store.close(error));
  return { host, store };
}

/** A running client of a replicated service. */
export interface ServiceUser {
  readonly host: Host;
  readonly calls: ServiceCalls;
}

/** Starts a client of a service. Operations from before a restart go on, and take room until they end. */
export async function startServiceUser(
  protocol: Pick<ServiceProtocol, "client">,
  self: Index<"client">,
  facts: HostFacts,
  world: MemberWorld,
  limits: ServiceLimits,
  disguise: Disguise = undisguised,
): Promise<ServiceUser> {
  const turns = new Turns();
  const client = protocol.client(self, facts, (ticket, result) => calls.ended(ticket, result));
  const user = {
    begin: ({ operation, isRead }: Asked) =>
      turns.ask((services) => {
        if (!client.hasRoom(services)) return null;
        return isRead && client.beginRead !== undefined
          ? client.beginRead(services, operation)
          : client.begin(services, operation);
      }, null),
  };
  const calls = new ServiceCalls(user, limits, world.clock);
  const process = disguise(client.process, () => client.process);
  const host = await turns.start(world, process, (error) => calls.close(error));
  return { host, calls };
}

/** The turns of a host that is made after those who take them. */
class Turns {
  #host: Host | null = null;

  /** @param failed closes what stands on the host */
  async start(
    world: MemberWorld,
    process: HostedProcess,
    failed: (error: HostError) => void,
  ): Promise<Host> {
    const observer: HostObserver = {
      ...world.observer,
      failed(error) {
        failed(error);
        world.observer?.failed?.(error);
      },
    };
    this.#host = await createHost({ ...world, observer, process });
    return this.#host;
  }

  run(use: (services: ProcessHost) => void): void {
    this.#host?.turn(use);
  }

  /** @param otherwise the answer of a host that has stopped */
  ask<Answer>(use: (services: ProcessHost) => Answer, otherwise: Answer): Answer {
    let answer = otherwise;
    this.#host?.turn((services) => {
      answer = use(services);
    });
    return answer;
  }
}
