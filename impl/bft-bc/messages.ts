import type { Digest, DigestFunction, Index } from "../../spec/automaton/index.ts";
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

export const largestTimestamp = (a: Timestamp, b: Timestamp) =>
  compareTimestamps(b, a) > 0 ? b : a;

export const sameTimestamp = (a: Timestamp, b: Timestamp) => compareTimestamps(a, b) === 0;

/** succ(ts, c) of section 3.2.1. */
export const successor = ({ val }: Timestamp, client: Client | null): Timestamp => ({
  val: val + 1,
  id: client,
});

/**
 * What a write proof is for: 2f + 1 replicas signed that they hold this write or a later one. The
 * hash is null where a WRITE-ACK does not name it.
 */
export interface Written {
  readonly ts: Timestamp;
  readonly hash: Digest | null;
}

/** The order of writes: by timestamp, then by hash where values may stand under one timestamp. */
export function compareWritten(a: Written, b: Written): number {
  const order = compareTimestamps(a.ts, b.ts);
  if (order !== 0 || a.hash === null || b.hash === null || a.hash === b.hash) return order;
  return a.hash < b.hash ? -1 : 1;
}

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
  /** what the enclosed write proof of this client is for; null before its first write */
  readonly writeProof: Written | null;
  /** section 7: the timestamp that the enclosed write proof of the predecessor is for */
  readonly completed: Timestamp | null;
}

export interface PrepareRequest extends At, PrepareBody {}

/** What a client of the optimised protocol asks in phase 1 (section 6). */
export interface ReadTsPrepBody {
  readonly hash: Digest;
  readonly writeProof: Written | null;
}

export interface ReadTsPrepRequest extends NonceRequest, ReadTsPrepBody {}

/** What a client asks in phase 3, and what a reader writes back. */
export interface WriteBody {
  readonly value: string;
  readonly proof: PrepareProof;
}

export interface WriteRequest extends At, WriteBody {}

export interface ReadTsReply extends NonceRequest {
  readonly ts: Timestamp;
  /** section 7: what of its current value the replica signs to hold; null elsewhere and at genesis */
  readonly written: Written | null;
}

export interface ReadTsPrepReply extends ReadTsReply {
  /** what the replica prepared for the client, and signs; null if it did not */
  readonly prepared: PrepareProof | null;
}

export interface PrepareAck extends At, PrepareProof {}

export interface WriteAck extends At, Written {}

export interface ReadReply extends NonceRequest {
  readonly ts: Timestamp;
  readonly value: string;
}

/** A value with its timestamp, as a reader learns it. */
export interface Stamped {
  readonly ts: Timestamp;
  readonly value: string;
}

export type OrderOfStamped = (a: Stamped, b: Stamped) => number;

/** The largest timestamp; two values under one are told apart by their order (L-E07). */
export const byValue: OrderOfStamped = (a, b) =>
  compareTimestamps(a.ts, b.ts) || ordered(a.value, b.value);

/** Section 6: two values under one timestamp are two writes, in the order of their hashes. */
export const byHash =
  (digest: DigestFunction): OrderOfStamped =>
  (a, b) =>
    compareTimestamps(a.ts, b.ts) || ordered(digest(a.value), digest(b.value));

const ordered = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
