import type { Index, Value } from "../../spec/automaton/index.ts";
import type {
  Certificate,
  Decoded,
  Message,
  Signatures,
  Signed,
  Wire,
} from "../network/process.ts";
import {
  bytes,
  indexOf,
  misshapen,
  natural,
  nullable,
  record,
  shaped,
  signaturesOf,
  text,
  typeOf,
} from "../network/shape.ts";
import {
  type Client,
  GENESIS,
  type RegisterObject,
  type Replica,
  sameTimestamp,
  type Timestamp,
} from "./messages.ts";

/*
 * Messages between real processes: the payloads of the model's actions, and beside them the
 * signatures that make its proofs (L.SIGN). Nonces, READ and READ-TS are not signed: the channel
 * authenticates who speaks, and nobody shows them to a third party.
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
}

/** What a replica signs when it accepts a prepare. */
export const preparedStatement = (object: RegisterObject, ts: Timestamp, hash: string): Value => ({
  says: "PREPARE-ACK",
  object,
  ts: { val: ts.val, id: ts.id },
  hash,
});

/** What a replica signs when it holds a write, or a later one. */
export const writtenStatement = (object: RegisterObject, ts: Timestamp): Value => ({
  says: "WRITE-ACK",
  object,
  ts: { val: ts.val, id: ts.id },
});

/** A timestamp with its hash and signatures, as proofs travel; null for the genesis value. */
export interface ShownPrepare {
  readonly ts: Timestamp;
  readonly hash: string;
  readonly signatures: Signatures;
}

export interface ShownWrite {
  readonly ts: Timestamp;
  readonly signatures: Signatures;
}

export type Request =
  | { readonly type: "READ-TS" | "READ"; readonly object: RegisterObject; readonly nonce: number }
  | {
      readonly type: "PREPARE";
      readonly object: RegisterObject;
      readonly ts: Timestamp;
      readonly hash: string;
      /** the prepare proof for the predecessor of `ts` */
      readonly predecessor: ShownPrepare | null;
      readonly writeProof: ShownWrite | null;
    }
  | {
      readonly type: "WRITE";
      readonly object: RegisterObject;
      readonly value: string;
      readonly proof: ShownPrepare;
    };

export type Reply =
  | {
      readonly type: "READ-TS-REPLY";
      readonly object: RegisterObject;
      readonly nonce: number;
      readonly proof: ShownPrepare | null;
    }
  | {
      readonly type: "READ-REPLY";
      readonly object: RegisterObject;
      readonly nonce: number;
      readonly value: string;
      readonly proof: ShownPrepare | null;
    }
  | {
      readonly type: "PREPARE-ACK";
      readonly object: RegisterObject;
      readonly ts: Timestamp;
      readonly hash: string;
      readonly signature: Uint8Array;
    }
  | {
      readonly type: "WRITE-ACK";
      readonly object: RegisterObject;
      readonly ts: Timestamp;
      readonly signature: Uint8Array;
    };

/** A typed message is a message: its optional parts are null, never absent. */
export const asMessage = (message: Request | Reply): Message => message as unknown as Message;

/** A decoded message, for who knows which of the two it is. */
export const asRequest = (message: Message): Request => message as unknown as Request;
export const asReply = (message: Message): Reply => message as unknown as Reply;

/** The genesis timestamp of a proof that is none. */
export const timestampOf = (proof: ShownPrepare | null): Timestamp => proof?.ts ?? GENESIS;

/** A prepare proof as it is kept beside the state. */
export function kept(object: RegisterObject, { ts, hash, signatures }: ShownPrepare): Certificate {
  return { statement: preparedStatement(object, ts, hash), signatures };
}

/** What is kept beside the state as it is shown to others. */
export function shownPrepare(certificate: Certificate | null): ShownPrepare | null {
  if (certificate === null) return null;
  const { ts, hash } = certificate.statement as unknown as ShownPrepare;
  return { ts, hash, signatures: certificate.signatures };
}

export function shownWrite(certificate: Certificate | null): ShownWrite | null {
  if (certificate === null) return null;
  const { ts } = certificate.statement as unknown as ShownWrite;
  return { ts, signatures: certificate.signatures };
}

/** Reads a request as a replica gets it. */
export function decodeRequest(
  message: Wire,
  of: Membership,
): Decoded | { readonly refused: string } {
  return shaped(() => {
    const type = typeOf(message);
    switch (type) {
      case "READ-TS":
      case "READ": {
        const { object, nonce } = record(message, "type", "object", "nonce");
        return decoded({ type, object: objectOf(object, of), nonce: natural(nonce, "nonce") }, []);
      }
      case "PREPARE": {
        const fields = record(message, "type", "object", "ts", "hash", "predecessor", "writeProof");
        const object = objectOf(fields.object, of);
        const predecessor = nullable(fields.predecessor, (proof) => prepareProof(proof, of));
        const writeProof = nullable(fields.writeProof, (proof) => writeProofOf(proof, of));
        const ts = timestamp(fields.ts);
        return decoded({ type, object, ts, hash: hashOf(fields.hash), predecessor, writeProof }, [
          ...signedPrepare(object, predecessor),
          ...signedWrite(object, writeProof),
        ]);
      }
      case "WRITE": {
        const fields = record(message, "type", "object", "value", "proof");
        const object = objectOf(fields.object, of);
        const value = text(fields.value, of.valueCharsMax, "value");
        const proof = prepareProof(fields.proof, of);
        return decoded({ type, object, value, proof }, signedPrepare(object, proof));
      }
      default:
        return misshapen(`no request is named ${type.slice(0, 40)}`);
    }
  });
}

/** Reads a reply as a client gets it from a replica. */
export function decodeReply(
  from: Replica,
  message: Wire,
  of: Membership,
): Decoded | { readonly refused: string } {
  return shaped(() => {
    const type = typeOf(message);
    switch (type) {
      case "READ-TS-REPLY": {
        const fields = record(message, "type", "object", "nonce", "proof");
        const object = objectOf(fields.object, of);
        const proof = nullable(fields.proof, (shown) => prepareProof(shown, of));
        const nonce = natural(fields.nonce, "nonce");
        return decoded({ type, object, nonce, proof }, signedPrepare(object, proof));
      }
      case "READ-REPLY": {
        const fields = record(message, "type", "object", "nonce", "value", "proof");
        const object = objectOf(fields.object, of);
        const proof = nullable(fields.proof, (shown) => prepareProof(shown, of));
        const value = text(fields.value, of.valueCharsMax, "value");
        const nonce = natural(fields.nonce, "nonce");
        return decoded({ type, object, nonce, value, proof }, signedPrepare(object, proof));
      }
      case "PREPARE-ACK": {
        const fields = record(message, "type", "object", "ts", "hash", "signature");
        const object = objectOf(fields.object, of);
        const [ts, hash] = [timestamp(fields.ts), hashOf(fields.hash)];
        const signature = bytes(fields.signature, 64, "signature");
        const statement = preparedStatement(object, ts, hash);
        return decoded({ type, object, ts, hash, signature }, [{ by: from, statement, signature }]);
      }
      case "WRITE-ACK": {
        const fields = record(message, "type", "object", "ts", "signature");
        const object = objectOf(fields.object, of);
        const ts = timestamp(fields.ts);
        const signature = bytes(fields.signature, 64, "signature");
        const statement = writtenStatement(object, ts);
        return decoded({ type, object, ts, signature }, [{ by: from, statement, signature }]);
      }
      default:
        return misshapen(`no reply is named ${type.slice(0, 40)}`);
    }
  });
}

const decoded = (message: Request | Reply, signatures: readonly Signed[]): Decoded => ({
  message: asMessage(message),
  signatures,
});

const objectOf = (value: Wire, of: Membership): RegisterObject =>
  indexOf(value, "object", of.objectCharsMax);

const PROCESS_CHARS_MAX = 40;
const HASH = /^[0-9a-f]{64}$/;

function hashOf(value: Wire): string {
  const hash = text(value, 64, "hash");
  return HASH.test(hash) ? hash : misshapen("hash is no SHA-256 in hexadecimal");
}

function timestamp(value: Wire): Timestamp {
  const { val, id } = record(value, "val", "id");
  const client = nullable(id, (one): Client => indexOf(one, "client", PROCESS_CHARS_MAX));
  return { val: natural(val, "val"), id: client };
}

function prepareProof(value: Wire, of: Membership): ShownPrepare {
  const { ts, hash, signatures } = record(value, "ts", "hash", "signatures");
  const at = timestamp(ts);
  if (sameTimestamp(at, GENESIS)) return misshapen("the genesis timestamp has no proof");
  return { ts: at, hash: hashOf(hash), signatures: quorumOf(signatures, of) };
}

function writeProofOf(value: Wire, of: Membership): ShownWrite {
  const { ts, signatures } = record(value, "ts", "signatures");
  return { ts: timestamp(ts), signatures: quorumOf(signatures, of) };
}

const quorumOf = (value: Wire, of: Membership): Signatures =>
  signaturesOf(value, of.replicas as ReadonlySet<Index>, of.quorum, "a proof");

function signedPrepare(object: RegisterObject, proof: ShownPrepare | null): Signed[] {
  if (proof === null) return [];
  return allSigned(preparedStatement(object, proof.ts, proof.hash), proof.signatures);
}

function signedWrite(object: RegisterObject, proof: ShownWrite | null): Signed[] {
  return proof === null ? [] : allSigned(writtenStatement(object, proof.ts), proof.signatures);
}

function allSigned(statement: Value, signatures: Signatures): Signed[] {
  return Object.entries(signatures).map(([by, signature]) => ({
    by: by as Index,
    statement,
    signature,
  }));
}
