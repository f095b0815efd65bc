import type { Digest, Value } from "../../spec/automaton/index.ts";
import { sortOf } from "../../spec/automaton/index.ts";
import type { Certificate, Message, Signatures } from "../network/process.ts";
import {
  type Client,
  GENESIS,
  type PrepareProof,
  type RegisterObject,
  type Replica,
  type Timestamp,
  type Written,
} from "./messages.ts";
import type { Rules } from "./rules.ts";

/*
 * Messages between real processes: the payloads of the model's actions, and beside them the
 * signatures that make its proofs (L.SIGN). Whatever goes to one process and is not shown to others
 * is not signed: the channel authenticates who speaks (L.AUTH).
 */

/** What every process of a cluster knows. */
export interface Membership {
  readonly replicas: ReadonlySet<Replica>;
  /** 2f + 1 */
  readonly quorum: number;
  /** the longest spelling of an object's index, in characters */
  readonly objectCharsMax: number;
  /** the longest value, in UTF-16 code units */
  readonly valueCharsMax: number;
  readonly rules: Rules;
}

/** What a replica signs when it accepts a prepare. */
export const preparedStatement = (object: RegisterObject, ts: Timestamp, hash: string): Value => ({
  says: "PREPARE-ACK",
  object,
  ts: { val: ts.val, id: ts.id },
  hash,
});

/** What a replica signs when it holds a write, or a later one. */
export const writtenStatement = (object: RegisterObject, { ts, hash }: Written): Value => ({
  says: "WRITE-ACK",
  object,
  ts: { val: ts.val, id: ts.id },
  ...(hash === null ? {} : { hash }),
});

/** What a client signs of its prepare when it goes on to phase 3 (L.CLIENT.CHOOSE). */
export const chosenStatement = (object: RegisterObject, ts: Timestamp, hash: string): Value => ({
  says: "CHOSEN",
  object,
  ts: { val: ts.val, id: ts.id },
  hash,
});

/** A timestamp with its hash and signatures, as proofs travel; null for the genesis value. */
export interface ShownPrepare extends PrepareProof {
  readonly signatures: Signatures;
  /** the client's own signature, where the rules want it */
  readonly chosen: Uint8Array | null;
}

export interface ShownWrite extends Written {
  readonly signatures: Signatures;
}

interface At {
  readonly object: RegisterObject;
}

export type Request =
  | ({ readonly type: "READ-TS" | "READ"; readonly nonce: number } & At)
  | ({
      readonly type: "READ-TS-PREP";
      readonly nonce: number;
      readonly hash: Digest;
      readonly writeProof: ShownWrite | null;
    } & At)
  | ({
      readonly type: "PREPARE";
      readonly ts: Timestamp;
      readonly hash: Digest;
      /** the prepare proof for the predecessor of `ts` */
      readonly predecessor: ShownPrepare | null;
      readonly writeProof: ShownWrite | null;
      /** section 7: the write proof for that predecessor */
      readonly completed: ShownWrite | null;
    } & At)
  | ({ readonly type: "WRITE"; readonly value: string; readonly proof: ShownPrepare } & At);

/** What a replica prepared in phase 1, with its signature. */
export interface ShownAck extends PrepareProof {
  readonly signature: Uint8Array;
}

export type Reply =
  | ({
      readonly type: "READ-TS-REPLY";
      readonly nonce: number;
      readonly proof: ShownPrepare | null;
      /** section 7: the replica's signature that it holds what `proof` is for, or later */
      readonly written: Uint8Array | null;
    } & At)
  | ({
      readonly type: "READ-TS-PREP-REPLY";
      readonly nonce: number;
      readonly proof: ShownPrepare | null;
      readonly written: Uint8Array | null;
      readonly prepared: ShownAck | null;
    } & At)
  | ({
      readonly type: "READ-REPLY";
      readonly nonce: number;
      readonly value: string;
      readonly proof: ShownPrepare | null;
    } & At)
  | ({ readonly type: "PREPARE-ACK" } & At & ShownAck)
  | ({ readonly type: "WRITE-ACK"; readonly signature: Uint8Array } & At & Written);

/** A typed message is a message: its optional parts are null, never absent. */
export const asMessage = (message: Request | Reply): Message => message as unknown as Message;

/** A decoded message, for who knows which of the two it is. */
export const asRequest = (message: Message): Request => message as unknown as Request;
export const asReply = (message: Message): Reply => message as unknown as Reply;

/** The genesis timestamp of a proof that is none. */
export const timestampOf = (proof: ShownPrepare | null): Timestamp => proof?.ts ?? GENESIS;

/** What a write proof of this prepare is for: with its hash where the rules name it. */
export const writtenOf = ({ ts, hash }: PrepareProof, { writtenHash }: Rules): Written => ({
  ts: { val: ts.val, id: ts.id },
  hash: writtenHash ? hash : null,
});

/**
 * A prepare proof as it is kept beside the state. The signature of the client that chose it stands
 * with those of replicas.
 */
export function kept(object: RegisterObject, proof: ShownPrepare): Certificate {
  const { ts, hash, signatures, chosen } = proof;
  const own = chosen === null ? {} : { [ts.id as Client]: chosen };
  return { statement: preparedStatement(object, ts, hash), signatures: { ...signatures, ...own } };
}

/** What is kept beside the state as it is shown to others. */
export function shownPrepare(certificate: Certificate | null): ShownPrepare | null {
  if (certificate === null) return null;
  const { ts, hash } = certificate.statement as unknown as ShownPrepare;
  const all = Object.entries(certificate.signatures);
  const isClient = ([by]: [string, unknown]) => sortOf(by as Client) === "client";
  return {
    ts,
    hash,
    signatures: Object.fromEntries(all.filter((one) => !isClient(one))),
    chosen: all.find(isClient)?.[1] ?? null,
  };
}

export function shownWrite(certificate: Certificate | null): ShownWrite | null {
  if (certificate === null) return null;
  const { ts, hash = null } = certificate.statement as unknown as Partial<ShownWrite>;
  return { ts: ts as Timestamp, hash, signatures: certificate.signatures };
}
