import type { Index, Value } from "../../spec/automaton/index.ts";

export type Replica = Index<"replica">;
export type Client = Index<"client">;

/** What a client asks for; `t` is its own numbering, from 1. */
export interface Request {
  readonly client: Client;
  readonly t: number;
  readonly op: string;
  /** the client's signature in hexadecimal, as hosts carry it; requests of models are tokens themselves */
  readonly signature?: string;
}

/** The requests that share a sequence number, in the order of their execution; empty: the null request. */
export type Batch = readonly Request[];

/** A state that 2f + 1 replicas vouch for; n = 0 is the start, for which nobody need vouch. */
export interface Checkpoint {
  readonly n: number;
  readonly digest: string;
}

export const GENESIS: Checkpoint = { n: 0, digest: "" };

/** A batch that 2f + 1 replicas have prepared for a sequence number in a view. */
export interface Prepared {
  readonly n: number;
  readonly view: number;
  readonly batch: Batch;
}

/** What a replica reports in a VIEW-CHANGE: OSDI 1999, section 4.4. */
export interface Report {
  readonly replica: Replica;
  /** its last stable checkpoint, h */
  readonly stable: Checkpoint;
  /** what it has prepared above h, for each n the certificate of the highest view; in order of n */
  readonly prepared: readonly Prepared[];
}

/** What a new view prescribes for a sequence number. */
export interface Ordered {
  readonly n: number;
  readonly batch: Batch;
}

/** What a replica hands over at a checkpoint, and what a lagging one installs. */
export interface ServiceState<S extends Value = Value> {
  readonly service: S;
  /** by client */
  readonly clients: Readonly<Record<Client, ClientRecord>>;
}

/** What was executed of a client's: enough to execute nothing twice and to answer again. */
export interface ClientRecord {
  /** the highest timestamp that was executed */
  readonly last: number;
  /** results by timestamp, of the last `clientWindow` timestamps up to `last` */
  readonly results: Readonly<Record<string, string>>;
}

/** The primary of a view: replicas take turns. */
export function primaryOf(view: number, group: readonly Replica[]): Replica {
  const primary = group[view % group.length];
  if (primary === undefined) throw new RangeError(`no primary of view ${view}`);
  return primary;
}
