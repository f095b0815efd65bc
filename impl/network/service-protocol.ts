import type { Index } from "../../spec/automaton/index.ts";
import type { Service } from "../../spec/service/service.ts";
import type { HostedProcess, ProcessHost, Unit } from "./process.ts";
import type { HostedProtocol, HostFacts, RecordedFacts } from "./protocol.ts";

/** A client process of a protocol that replicates a service. It has one operation at a time. */
export interface ServiceClient {
  readonly process: HostedProcess;
  /** Whether no operation is under way, one from before a restart among them. */
  isIdle(host: ProcessHost): boolean;
  /** Begins an operation while none is under way. */
  begin(host: ProcessHost, operation: string): void;
}

/** How hosts build the processes of a protocol that replicates any deterministic service. */
export interface ServiceProtocol
  extends Pick<HostedProtocol, "name" | "format" | "replicasTalk" | "replicasFor"> {
  readonly offers: "service";
  replica(self: Index<"replica">, facts: HostFacts, service: Service): HostedProcess;
  /** @param ended called with the result when an operation has ended */
  client(self: Index<"client">, facts: HostFacts, ended: (result: string) => void): ServiceClient;
  /** The automata of a unit of a process, for who validates a record of its run. */
  automata(process: Index, unit: string, facts: RecordedFacts, service: Service): Unit;
}

/** A protocol with the service that its replicas run: as hosts take it. */
export interface ReplicatedService extends HostedProtocol, Pick<ServiceProtocol, "client"> {
  readonly offers: "service";
  readonly service: Service;
}

/** Ties a protocol to the service that its replicas run. */
export function replicating(protocol: ServiceProtocol, service: Service): ReplicatedService {
  const { offers, name, format, replicasTalk } = protocol;
  return {
    offers,
    name,
    format,
    replicasTalk,
    service,
    replicasFor: (faults) => protocol.replicasFor(faults),
    replica: (self, facts) => protocol.replica(self, facts, service),
    client: (self, facts, ended) => protocol.client(self, facts, ended),
    automata: (process, unit, facts) => protocol.automata(process, unit, facts, service),
  };
}
