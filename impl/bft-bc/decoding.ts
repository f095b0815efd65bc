import type { Digest, Index, Value } from "../../spec/automaton/index.ts";
import type { Decoded, Signatures, Signed, Wire } from "../network/process.ts";
import {
  bytes,
  indexOf,
  misshapen,
  natural,
  nullable,
  record,
  signaturesOf,
  text,
} from "../network/shape.ts";
import {
  type Client,
  GENESIS,
  type PrepareProof,
  type RegisterObject,
  sameTimestamp,
  type Timestamp,
  type Written,
} from "./messages.ts";
import {
  asMessage,
  chosenStatement,
  type Membership,
  preparedStatement,
  type Reply,
  type Request,
  type ShownPrepare,
  type ShownWrite,
  writtenStatement,
} from "./wire.ts";

/*
 * The parts of messages: their shapes, and the signatures that must be valid before they count.
 */

export const decoded = (message: Request | Reply, signatures: readonly Signed[]): Decoded => ({
  message: asMessage(message),
  signatures,
});

export const objectOf = (value: Wire, of: Membership): RegisterObject =>
  indexOf(value, "object", of.objectCharsMax);

const PROCESS_CHARS_MAX = 40;
const HASH = /^[0-9a-f]{64}$/;
const SIGNATURE_BYTES = 64;

export function hashOf(value: Wire): Digest {
  const hash = text(value, 64, "hash");
  return HASH.test(hash) ? (hash as Digest) : misshapen("hash is no SHA-256 in hexadecimal");
}

export const signatureOf = (value: Wire): Uint8Array => bytes(value, SIGNATURE_BYTES, "signature");

export function timestamp(value: Wire): Timestamp {
  const { val, id } = record(value, "val", "id");
  const client = nullable(id, (one): Client => indexOf(one, "client", PROCESS_CHARS_MAX));
  return { val: natural(val, "val"), id: client };
}

/** A hash where the rules name one, and null where they do not. */
export function writtenHashOf(value: Wire, { rules }: Membership): Digest | null {
  if (rules.writtenHash) return hashOf(value);
  return value === null ? null : misshapen("a hash that these rules do not name");
}

export function prepareProof(value: Wire, of: Membership): ShownPrepare {
  const fields = record(value, "ts", "hash", "signatures", "chosen");
  const ts = timestamp(fields.ts);
  if (sameTimestamp(ts, GENESIS)) return misshapen("the genesis timestamp has no proof");
  const isChosen = of.rules.choiceSigned && ts.id !== null;
  if (!isChosen && fields.chosen !== null) return misshapen("a choice that nobody asks for");
  return {
    ts,
    hash: hashOf(fields.hash),
    signatures: quorumOf(fields.signatures, of),
    chosen: isChosen ? signatureOf(fields.chosen) : null,
  };
}

export function writeProofOf(value: Wire, of: Membership): ShownWrite {
  const { ts, hash, signatures } = record(value, "ts", "hash", "signatures");
  return {
    ts: timestamp(ts),
    hash: writtenHashOf(hash, of),
    signatures: quorumOf(signatures, of),
  };
}

const quorumOf = (value: Wire, of: Membership): Signatures =>
  signaturesOf(value, of.replicas as ReadonlySet<Index>, of.quorum, "a proof");

export function signedPrepare(object: RegisterObject, proof: ShownPrepare | null): Signed[] {
  if (proof === null) return [];
  const { ts, hash, signatures, chosen } = proof;
  const own =
    chosen === null || ts.id === null
      ? []
      : [{ by: ts.id, statement: chosenStatement(object, ts, hash), signature: chosen }];
  return [...allSigned(preparedStatement(object, ts, hash), signatures), ...own];
}

export function signedWrite(object: RegisterObject, proof: ShownWrite | null): Signed[] {
  return proof === null ? [] : allSigned(writtenStatement(object, proof), proof.signatures);
}

/** A replica's own signature that it prepared something. */
export const signedAck = (
  by: Index,
  object: RegisterObject,
  { ts, hash }: PrepareProof,
  signature: Uint8Array,
): Signed => ({ by, statement: preparedStatement(object, ts, hash), signature });

/** A replica's own signature that it holds a write. */
export const signedWritten = (
  by: Index,
  object: RegisterObject,
  written: Written,
  signature: Uint8Array,
): Signed => ({ by, statement: writtenStatement(object, written), signature });

function allSigned(statement: Value, signatures: Signatures): Signed[] {
  return Object.entries(signatures).map(([by, signature]) => ({
    by: by as Index,
    statement,
    signature,
  }));
}
