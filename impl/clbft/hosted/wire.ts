import type { DigestFunction, Index, Value } from "../../../spec/automaton/index.ts";
import type { Message, Signatures, Signed } from "../../network/process.ts";
import { type Batch, type Checkpoint, primaryOf, type Replica, type Request } from "../messages.ts";

/*
 * Messages between real processes: what the automata say, with the signatures that make its certificates.
 * A batch travels with its PRE-PREPARE; everything else names it by its digest. The statement under a
 * signature has the type, and the view and the number where there are any; the host adds the cluster.
 */

interface Of<Type extends string> {
  readonly type: Type;
}

/** A statement of its sender about a batch. */
interface Vote<Type extends string> extends Of<Type> {
  readonly view: number;
  readonly n: number;
  readonly digest: string;
  readonly signature: Uint8Array;
}

/** A stable checkpoint with the CHECKPOINTs of 2f + 1 replicas; none under the start. */
export interface ShownStable extends Checkpoint {
  readonly signatures: Signatures;
}

/** A batch that 2f + 1 replicas have prepared: the primary's PRE-PREPARE and PREPAREs of others. */
export interface ShownPrepared {
  readonly n: number;
  readonly view: number;
  readonly digest: string;
  readonly signatures: Signatures;
}

/** A VIEW-CHANGE within a NEW-VIEW. */
export interface ShownReport {
  readonly by: Replica;
  readonly stable: ShownStable;
  readonly prepared: readonly ShownPrepared[];
  readonly signature: Uint8Array;
}

/** A batch that a new view prescribes, under the signature of a PRE-PREPARE. */
export interface ShownOrdered {
  readonly n: number;
  readonly digest: string;
  readonly signature: Uint8Array;
}

export type RequestMessage = Of<"REQUEST"> & Request & { readonly signature: string };
/** an operation that changes nothing, as its client says: by channel, signed by nobody */
export type ReadMessage = Of<"READ"> & { readonly t: number; readonly op: string };

export type PrePrepareMessage = Of<"PRE-PREPARE"> & {
  readonly view: number;
  readonly n: number;
  readonly batch: Batch;
  readonly signature: Uint8Array;
};
export type PrepareMessage = Vote<"PREPARE">;
export type CommitMessage = Vote<"COMMIT">;
export type CheckpointMessage = Of<"CHECKPOINT"> & Checkpoint & { readonly signature: Uint8Array };
export type ViewChangeMessage = Of<"VIEW-CHANGE"> & {
  readonly view: number;
  readonly stable: ShownStable;
  /** in order of n */
  readonly prepared: readonly ShownPrepared[];
  readonly signature: Uint8Array;
};
export type NewViewMessage = Of<"NEW-VIEW"> & {
  readonly view: number;
  /** of 2f + 1 replicas, in their order */
  readonly reports: readonly ShownReport[];
  /** in order of n */
  readonly order: readonly ShownOrdered[];
  readonly signature: Uint8Array;
};

/** Asks for a batch that is known by its digest alone. */
export type FetchBatchMessage = Of<"FETCH-BATCH"> & { readonly digest: string };
export type BatchMessage = Of<"BATCH"> & { readonly batch: Batch };
/** A decision with its proof: COMMITs of 2f + 1 replicas. */
export type DecisionMessage = Of<"DECISION"> & {
  readonly view: number;
  readonly n: number;
  readonly batch: Batch;
  readonly signatures: Signatures;
};
/** A stable checkpoint with its proof. */
export type StableMessage = Of<"STABLE"> & ShownStable;
/** Where its sender stands, so that it is told again what it has missed. */
export type StatusMessage = Of<"STATUS"> & {
  readonly view: number;
  readonly active: boolean;
  readonly stable: number;
  readonly executed: number;
};

/** What is signed by the replica that sends it. */
export type SignedMessage =
  | PrePrepareMessage
  | PrepareMessage
  | CommitMessage
  | CheckpointMessage
  | ViewChangeMessage
  | NewViewMessage;

export type ReplicaMessage =
  | RequestMessage
  | ReadMessage
  | SignedMessage
  | FetchBatchMessage
  | BatchMessage
  | DecisionMessage
  | StableMessage
  | StatusMessage;

/** A long result travels once; the other replicas send its digest. */
export type ReplyMessage = Of<"REPLY"> & {
  readonly t: number;
  /** the view of the replica: a hint at whom to ask next */
  readonly view: number;
  readonly result: string | null;
  readonly digest: string | null;
};
/** The answer of a READ; null if the replica does not answer it without an order. */
export type ReadReplyMessage = Of<"READ-REPLY"> & {
  readonly t: number;
  readonly view: number;
  /** up to where the replica has executed: answers count together that are of one state */
  readonly n: number;
  readonly result: string | null;
};
export type ClientMessage = ReplyMessage | ReadReplyMessage;

/** A typed message is a message: its optional parts are null, never absent. */
export const asMessage = (message: ReplicaMessage | ClientMessage): Message =>
  message as unknown as Message;

/** A decoded message, for who knows whose it is. */
export const asReplicaMessage = (message: Message) => message as unknown as ReplicaMessage;
export const asClientMessage = (message: Message) => message as unknown as ClientMessage;

export const requestStatement = ({ client, t, op }: Request): Value => ({
  says: "REQUEST",
  client,
  t,
  op,
});

export const voteStatement = (
  says: "PRE-PREPARE" | "PREPARE" | "COMMIT",
  view: number,
  n: number,
  batch: string,
): Value => ({ says, view, n, batch });

export const checkpointStatement = ({ n, digest }: Checkpoint): Value => ({
  says: "CHECKPOINT",
  n,
  state: digest,
});

export const viewChangeStatement = ({
  view,
  stable,
  prepared,
}: Pick<ViewChangeMessage, "view" | "stable" | "prepared">): Value => ({
  says: "VIEW-CHANGE",
  view,
  stable: { n: stable.n, state: stable.digest },
  prepared: prepared.map((one) => ({ n: one.n, view: one.view, batch: one.digest })),
});

/** Over digests of the VIEW-CHANGEs, which are signed themselves. */
export const newViewStatement = (
  { view, reports, order }: Pick<NewViewMessage, "view" | "reports" | "order">,
  digest: DigestFunction,
): Value => ({
  says: "NEW-VIEW",
  view,
  reports: reports.map((report) => ({
    by: report.by,
    report: digest(viewChangeStatement({ ...report, view })),
  })),
  order: order.map(({ n, digest: batch }) => ({ n, batch })),
});

/** The same statement under several signatures. */
export const allSigned = (statement: Value, signatures: Signatures): Signed[] =>
  Object.entries(signatures).map(([by, signature]) => ({ by: by as Index, statement, signature }));

/** The primary's pre-prepare counts as its prepare. */
export function preparedSigned(
  { view, n, digest, signatures }: ShownPrepared,
  group: readonly Replica[],
): Signed[] {
  const primary = primaryOf(view, group);
  return Object.entries(signatures).map(([by, signature]) => ({
    by: by as Index,
    statement: voteStatement(by === primary ? "PRE-PREPARE" : "PREPARE", view, n, digest),
    signature,
  }));
}

/** Of hexadecimal digits alone: one signature for each request of each batch, so it is quick. */
function bytesOfHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = 16 * digitOf(hex.charCodeAt(2 * at)) + digitOf(hex.charCodeAt(2 * at + 1));
  }
  return bytes;
}

const digitOf = (code: number): number => (code < 58 ? code - 48 : code - 87);

export const hexOfBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The signature of a client under its request, to be checked. */
export const signedRequest = (request: Request): Signed => ({
  by: request.client,
  statement: requestStatement(request),
  signature: bytesOfHex(request.signature ?? ""),
});
