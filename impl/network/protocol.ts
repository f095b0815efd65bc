import type { Composition, DigestFunction, Index } from "../../spec/automaton/index.ts";
import type { Retransmission } from "./exchange.ts";
import type { HostedProcess, ProcessHost, Unit } from "./process.ts";

/** What every process of a cluster knows before it starts. */
export interface ClusterFacts {
  /** the cluster's id: the scope of every signature */
  readonly cluster: string;
  /** f: how many replicas may be faulty */
  readonly faults: number;
  readonly replicas: readonly Index<"replica">[];
  readonly clients: readonly Index<"client">[];
  /** the longest key and the longest value, in UTF-8 bytes */
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly retransmission: Retransmission;
  readonly digest: DigestFunction;
  /** Whether a client may read or write a key. */
  authorise(client: Index<"client">, what: "read" | "write", key: string): boolean;
}

/** What hosts know besides: bounds that protocols among replicas stand on. */
export interface HostFacts extends ClusterFacts {
  /** the longest message */
  readonly messageBytes: number;
  /** how long a silent peer is waited for: at first, and at most as that turns out to be too short */
  readonly suspicion: { readonly firstMs: number; readonly mostMs: number };
  /** that each replica is restarted once in this time; without it, only after a failure */
  readonly recovery?: { readonly everyMs: number };
}

/** What the automata of a process depend on: the header of its record has it, as plain data. */
export type RecordedFacts = Pick<
  HostFacts,
  "faults" | "replicas" | "clients" | "messageBytes" | "valueBytes" | "suspicion"
>;

/** What hosts need of a protocol, whatever it offers its users. */
export interface HostedProtocol {
  readonly name: string;
  /** raised when messages or stored states change their meaning */
  readonly format: number;
  /** whether replicas send to each other, and not to clients alone */
  readonly replicasTalk: boolean;
  /** how many replicas f faults take */
  replicasFor(faults: number): number;
  replica(self: Index<"replica">, facts: HostFacts): HostedProcess;
  /** The automata of a unit of a process, for who validates a record of its run. */
  automata(process: Index, unit: string, facts: RecordedFacts): Unit;
}

/** A client process of a protocol that offers registers: one for each key. */
export interface RegisterClient {
  readonly process: HostedProcess;
  /** Whether no operation is under way on the key, one from before a restart among them. */
  isIdle(host: ProcessHost, key: string): boolean;
  /** Begins an operation on an idle key: a write of `value`, or a read if it is null. */
  begin(host: ProcessHost, key: string, value: string | null): void;
}

/** How hosts build the processes of a protocol that offers registers. */
export interface RegisterProtocol extends HostedProtocol {
  readonly offers: "registers";
  replica(self: Index<"replica">, facts: ClusterFacts): HostedProcess;
  automata(process: Index, unit: string): Unit;
  /** @param ended called when an operation has ended: the value read, or null for a write */
  client(
    self: Index<"client">,
    facts: ClusterFacts,
    ended: (key: string, value: string | null) => void,
  ): RegisterClient;
  /** The index by which actions name a key. */
  indexOf(key: string): Index<"object">;
  /**
   * The specification of some keys, with a user for each operation under way at one time. Its visible
   * actions are INVOKE-WRITE, INVOKE-READ, RETURN-WRITE and RETURN-READ of (client, object, value).
   */
  specification(keys: readonly string[], users: readonly Index<"client">[]): Composition;
}
