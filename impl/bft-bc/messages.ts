import type { Digest, Index } from "../../spec/automaton/index.ts";
import type { Client, RegisterObject } from "../../spec/register/register.ts";

export type { Client, RegisterObject };
export type Replica = Index<"replica">;

/** ts = ⟨val, id⟩; the genesis timestamp has no id. */
export interface Timestamp {
  readonly val: number;
  readonly id: Client | null;
}

export const GENESIS: Timestamp = { val: 0, id: null };

/** The order of timestamps: by val, then by client. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  if (a.val !== b.val) return a.val - b.val;
  if (a.id === b.id) return 0;
  if (a.id === null || b.id === null) return a.id === null ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

export const sameTimestamp = (a: Timestamp, b: Timestamp) => compareTimestamps(a, b) === 0;

/** succ(ts, c) of section 3.2.1. */
export const successor = ({ val }: Timestamp, client: Client | null): Timestamp => ({
  val: val + 1,
  id: client,
});

/** "2c1": a timestamp as part of a cell's name. */
export const spell = ({ val, id }: Timestamp) => `${val}${id ?? ""}`;

/**
 * A prepare proof: 2f + 1 replicas signed (object, timestamp, hash). Its signatures live beside the
 * state; which replicas signed plays no part in equality. The genesis value needs no proof.
 */
export interface PrepareProof {
  readonly ts: Timestamp;
  readonly hash: Digest;
}

interface At {
  readonly object: RegisterObject;
  readonly replica: Replica;
  readonly client: Client;
}

/** A request of phase 1 of a write, or of a read, as it reaches a replica. */
export interface NonceRequest extends At {
  readonly nonce: number;
}

/** What a client asks in phase 2. `predecessor` is the timestamp that its prepare proof is for. */
export interface PrepareBody {
  readonly ts: Timestamp;
  readonly predecessor: Timestamp;
  readonly hash: Digest;
  /** the timestamp that the enclosed write proof is for; null for a client's first write */
  readonly writeProof: Timestamp | null;
}

export interface PrepareRequest extends At, PrepareBody {}

/** What a client asks in phase 3, and what a reader writes back. */
export interface WriteBody {
  readonly value: string;
  readonly proof: PrepareProof;
}

export interface WriteRequest extends At, WriteBody {}

export interface ReadTsReply extends NonceRequest {
  readonly ts: Timestamp;
}

export interface PrepareAck extends At, PrepareProof {}

export interface WriteAck extends At {
  readonly ts: Timestamp;
}

export interface ReadReply extends NonceRequest {
  readonly ts: Timestamp;
  readonly value: string;
}

/** A value with its timestamp, as a reader learns it. */
export interface Stamped {
  readonly ts: Timestamp;
  readonly value: string;
}
