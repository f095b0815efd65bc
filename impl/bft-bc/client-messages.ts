import type { Action, Index } from "../../spec/automaton/index.ts";
import type { ProcessHost, Signatures } from "../network/process.ts";
import {
  type OrderOfStamped,
  type PrepareBody,
  type ReadTsPrepBody,
  type RegisterObject,
  type Stamped,
  sameTimestamp,
  type WriteBody,
  type Written,
} from "./messages.ts";
import type { TimestampReply } from "./quorums.ts";
import type { Rules } from "./rules.ts";
import {
  type Reply,
  type Request,
  type ShownAck,
  type ShownPrepare,
  type ShownWrite,
  shownPrepare,
  shownWrite,
  timestampOf,
  writtenOf,
} from "./wire.ts";

/** Slots beside the client's state: the proofs that its next request shows. */
export const PREDECESSOR = "predecessor";
/** section 7: the write proof of the predecessor */
export const COMPLETED = "completed";
export const PREPARED = "prepared";
const WRITTEN = "written";

export type TimestampsReply = Extract<
  Reply,
  { readonly type: "READ-TS-REPLY" | "READ-TS-PREP-REPLY" }
>;
export type ValueReply = Extract<Reply, { readonly type: "READ-REPLY" }>;

/** What becomes of the write proof that a WRITE has earned; a reader has no use for it. */
export const SLOT_OF_WRITE: Readonly<Record<string, string>> = {
  write: WRITTEN,
  complete: COMPLETED,
};

/** The payload of SEND-READ-TS and SEND-READ. */
interface OfNonce {
  readonly nonce: number;
}

/** The request that a SEND-* output stands for, with the proofs that its words refer to. */
export function requestOf(
  object: RegisterObject,
  action: Action,
  host: ProcessHost,
): Request | null {
  switch (action.name) {
    case "SEND-READ-TS":
      return { type: "READ-TS", object, nonce: (action.payload as unknown as OfNonce).nonce };
    case "SEND-READ":
      return { type: "READ", object, nonce: (action.payload as unknown as OfNonce).nonce };
    case "SEND-READ-TS-PREP": {
      const { nonce, hash, writeProof } = action.payload as unknown as OfNonce & ReadTsPrepBody;
      const shown = shownAs(writeProof, object, [WRITTEN], host);
      return { type: "READ-TS-PREP", object, nonce, hash, writeProof: shown };
    }
    case "SEND-PREPARE": {
      const { ts, hash, writeProof, completed } = action.payload as unknown as PrepareBody;
      return {
        type: "PREPARE",
        object,
        ts,
        hash,
        predecessor: shownPrepare(host.kept(object, PREDECESSOR)),
        writeProof: shownAs(writeProof, object, [WRITTEN], host),
        completed: shownAs(completed && { ts: completed }, object, [COMPLETED, WRITTEN], host),
      };
    }
    case "SEND-WRITE": {
      const { value, proof } = action.payload as unknown as WriteBody;
      const shown = shownPrepare(host.kept(object, PREPARED)) as ShownPrepare;
      return { type: "WRITE", object, value, proof: { ...shown, ...proof } };
    }
    default:
      return null;
  }
}

/** The write proof for a timestamp, from the first slot that has it. */
function shownAs(
  of: Pick<Written, "ts"> | null,
  object: RegisterObject,
  slots: readonly string[],
  host: ProcessHost,
): ShownWrite | null {
  const shown = slots.map((slot) => shownWrite(host.kept(object, slot)));
  return (of && shown.find((one) => one !== null && sameTimestamp(one.ts, of.ts))) ?? null;
}

/** Whether a reply is one to this request: the same nonce, or the same words. */
export function answers(reply: Reply, request: Request): boolean {
  switch (request.type) {
    case "READ-TS":
      return reply.type === "READ-TS-REPLY" && reply.nonce === request.nonce;
    case "READ":
      return reply.type === "READ-REPLY" && reply.nonce === request.nonce;
    case "READ-TS-PREP":
      return (
        reply.type === "READ-TS-PREP-REPLY" &&
        reply.nonce === request.nonce &&
        (reply.prepared === null || reply.prepared.hash === request.hash)
      );
    case "PREPARE": {
      const ack = ackIn(reply);
      return ack !== null && sameTimestamp(ack.ts, request.ts) && ack.hash === request.hash;
    }
    case "WRITE":
      return (
        reply.type === "WRITE-ACK" &&
        sameTimestamp(reply.ts, request.proof.ts) &&
        (reply.hash === null || reply.hash === request.proof.hash)
      );
  }
}

/**
 * The proof of the reply that the automaton takes: of the largest timestamp, and of two values under
 * it the later one. Null if all replies show the genesis value.
 */
export function largestProof<R extends TimestampsReply | ValueReply>(
  replies: readonly R[],
  valueIn: (reply: R) => string,
  order: OrderOfStamped,
): ShownPrepare | null {
  const stamped = (reply: R): Stamped => ({ ts: timestampOf(reply.proof), value: valueIn(reply) });
  const [largest] = [...replies].sort((a, b) => order(stamped(b), stamped(a)));
  return largest?.proof ?? null;
}

/** What each replica signed in its reply. */
export function signaturesOf<R>(
  replies: ReadonlyMap<Index, R>,
  signatureIn: (reply: R) => Uint8Array | null,
): Signatures {
  return Object.fromEntries(
    [...replies].flatMap(([by, reply]) => {
      const signature = signatureIn(reply);
      return signature === null ? [] : [[by, signature]];
    }),
  );
}

/** What the replica prepared and signed: L.CLIENT.PREPARE counts those of phase 1 too. */
export function ackIn(reply: Reply): ShownAck | null {
  if (reply.type === "READ-TS-PREP-REPLY") return reply.prepared;
  return reply.type === "PREPARE-ACK" ? reply : null;
}

/** What a reply in phase 1 of a write says. */
export function timestampReply(reply: TimestampsReply, rules: Rules): TimestampReply {
  const prepared = ackIn(reply)?.ts ?? null;
  return {
    ts: timestampOf(reply.proof),
    hash: reply.proof && writtenOf(reply.proof, rules).hash,
    proven: prepared === null || rules.ackShowsProof,
    prepared,
  };
}
