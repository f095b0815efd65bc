import type { DigestFunction, Index, Value } from "../../../spec/automaton/index.ts";
import type { Message as AnyMessage, Signatures, Signed } from "../../network/process.ts";
import type { Batch, Client, Message, Request } from "../atomic/message.ts";
import type { Estimate, Replica } from "../messages.ts";

/*
 * Messages between real processes: what the automata send, and beside it the signatures that make its
 * certificates. Statements are signed over the digest of an estimate. An estimate itself travels with
 * the Initial; Echo, Ready and Decide name it by its digest, and carry it only when they are sent again.
 */

/** What a replica proposed, as others show it. */
export interface ShownValue {
  readonly from: Replica;
  readonly value: Batch;
  readonly signature: Uint8Array;
}

/** An estimate with the signatures that make it one. */
export type ShownEstimate = readonly ShownValue[];

/** An estimate that 2f + 1 replicas echoed in a round: a ReadyCertif. */
export interface ShownCertified {
  readonly round: number;
  readonly digest: string;
  readonly echoes: Signatures;
}

/** A GoPhase2 of the round before, within the certificate of an Initial. */
export interface ShownReport {
  readonly by: Replica;
  readonly certified: ShownCertified | null;
  readonly signature: Uint8Array;
}

interface Of<Type extends string> {
  readonly type: Type;
  readonly k: number;
}

interface InRound<Type extends string> extends Of<Type> {
  readonly round: number;
  readonly signature: Uint8Array;
}

export type ValueMessage = Of<"VALUE"> & {
  readonly value: Batch;
  readonly signature: Uint8Array;
};
export type InitialMessage = InRound<"INITIAL"> & {
  readonly estimate: ShownEstimate;
  /** 2f + 1 GoPhase2s of the round before, and why they were sent; none in round 1 */
  readonly reports: readonly ShownReport[];
  readonly suspicions: Signatures | null;
};
export type EchoMessage = InRound<"ECHO"> & { readonly digest: string };
export type ReadyMessage = InRound<"READY"> & {
  readonly digest: string;
  readonly estimate: ShownEstimate | null;
  readonly echoes: Signatures;
};
export type SuspicionMessage = InRound<"SUSPICION">;
export type GoPhase2Message = InRound<"GO-PHASE-2"> & {
  readonly certified: ShownCertified | null;
  readonly estimate: ShownEstimate | null;
  readonly suspicions: Signatures;
};
export type DecideMessage = Of<"DECIDE"> & {
  readonly round: number;
  readonly digest: string;
  readonly estimate: ShownEstimate | null;
  readonly readys: Signatures;
};

/** A message of weak interactive consistency. */
export type OrderMessage =
  | ValueMessage
  | InitialMessage
  | EchoMessage
  | ReadyMessage
  | SuspicionMessage
  | GoPhase2Message
  | DecideMessage;

/** What replicas tell each other so that one that lags behind catches up: all of it unsigned. */
export type CatchUpMessage =
  /** the sender has decided up to k */
  | Of<"HAVE">
  /** the sender asks for the decisions from k on */
  | Of<"FETCH">
  /** the decisions that were asked for are gone; the sender has a snapshot of instance k */
  | (Of<"OFFER"> & { readonly digest: string; readonly chars: number })
  | (Of<"FETCH-PART"> & { readonly digest: string; readonly at: number })
  | (Of<"PART"> & { readonly digest: string; readonly at: number; readonly text: string });

export type RequestMessage = Message & { readonly type: "REQUEST"; readonly signature: string };

export type ReplicaMessage = RequestMessage | OrderMessage | CatchUpMessage;

export interface ReplyMessage {
  readonly type: "REPLY";
  readonly seq: number;
  readonly result: string;
}

/** A typed message is a message: its optional parts are null, never absent. */
export const asMessage = (message: ReplicaMessage | ReplyMessage): AnyMessage =>
  message as unknown as AnyMessage;

/** A decoded message, for who knows whose it is. */
export const asReplicaMessage = (message: AnyMessage) => message as unknown as ReplicaMessage;
export const asReply = (message: AnyMessage) => message as unknown as ReplyMessage;

export const estimateOf = (shown: ShownEstimate): Estimate =>
  shown.map(({ from, value }) => ({ from, value: value as unknown as Value }));

/** What an estimate is named by: the digests of its values, so that each is computed once. */
export const digestOf = (estimate: Estimate, digest: DigestFunction): string =>
  digest(estimate.map(({ from, value }) => ({ from, value: digest(value) })));

export const requestStatement = ({ client, seq, op }: Request): Value => ({
  says: "REQUEST",
  client,
  seq,
  op,
});

export const valueStatement = (k: number, value: string): Value => ({ says: "VALUE", k, value });

export const roundStatement = (
  says: "INITIAL" | "ECHO" | "READY",
  k: number,
  round: number,
  estimate: string,
): Value => ({ says, k, round, estimate });

export const suspicionStatement = (k: number, round: number): Value => ({
  says: "SUSPICION",
  k,
  round,
});

export const goPhase2Statement = (
  k: number,
  round: number,
  certified: { readonly round: number; readonly digest: string } | null,
): Value => ({
  says: "GO-PHASE-2",
  k,
  round,
  certified: certified === null ? null : { round: certified.round, estimate: certified.digest },
});

/** The same statement under several signatures. */
export const allSigned = (statement: Value, signatures: Signatures): Signed[] =>
  Object.entries(signatures).map(([by, signature]) => ({ by: by as Index, statement, signature }));

const HEX_PAIR = /../g;

const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(HEX_PAIR) ?? [], (pair) => Number.parseInt(pair, 16));

export const hexOfBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The signature of a client under its request, to be checked. */
export const signedRequest = (request: Message): Signed => ({
  by: request.client as Client,
  statement: requestStatement(request),
  signature: bytesOfHex(request.signature as string),
});
