import type { Index } from "../../spec/automaton/index.ts";
import type { Service } from "../../spec/service/service.ts";
import type { HostedProcess, ProcessHost, Unit } from "./process.ts";
import type { HostedProtocol, HostFacts, RecordedFacts } from "./protocol.ts";

/**
 * A client process of a protocol that replicates a service. How many operations it has under way at a
 * time is the protocol's to say: one, or a window of them.
 *
 * Each operation has a ticket, by which its end is told: a number that no other operation has that is
 * under way, one from before a restart among them (its timestamp, say). An operation may end at the
 * earliest in the turn after the one that began it.
 */
export interface ServiceClient {
  readonly process: HostedProcess;
  /** Whether one more may begin. Operations from before a restart take room until they end. */
  hasRoom(host: ProcessHost): boolean;
  /**
   * Begins an operation while there is room.
   * @returns its ticket
   */
  begin(host: ProcessHost, operation: string): number;
  /**
   * Begins, while there is room, an operation that changes nothing, as its caller says: replicas may
   * answer it without ordering it ({@link Service.query}). Where they do not, since it may change
   * something or since their answers differ, it is ordered like any other, so that the caller sees
   * the same as from `begin`, only sooner. Absent: this protocol orders reads.
   * @returns its ticket
   */
  beginRead?(host: ProcessHost, operation: string): number;
}

/**
 * Told when an operation has ended, through {@link ProcessHost.release}. Those from before a restart
 * are told too: nobody waits for them, but there is room again.
 */
export type OperationEnded = (ticket: number, result: string) => void;

/** How hosts build the processes of a protocol that replicates any deterministic service. */
export interface ServiceProtocol
  extends Pick<HostedProtocol, "name" | "format" | "replicasTalk" | "replicasFor"> {
  readonly offers: "service";
  replica(self: Index<"replica">, facts: HostFacts, service: Service): HostedProcess;
  client(self: Index<"client">, facts: HostFacts, ended: OperationEnded): ServiceClient;
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
