import type { Decoded, Signed, Wire } from "../network/process.ts";
import { misshapen, natural, nullable, record, shaped, text, typeOf } from "../network/shape.ts";
import {
  decoded,
  hashOf,
  objectOf,
  prepareProof,
  signatureOf,
  signedAck,
  signedPrepare,
  signedWritten,
  timestamp,
  writtenHashOf,
} from "./decoding.ts";
import type { RegisterObject, Replica } from "./messages.ts";
import { type Membership, type ShownAck, type ShownPrepare, writtenOf } from "./wire.ts";

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
        const fields = record(message, "type", "object", "nonce", "proof", "written");
        const shown = shownNow(from, fields, of);
        return decoded({ type, ...shown.said }, shown.signed);
      }
      case "READ-TS-PREP-REPLY": {
        const fields = record(message, "type", "object", "nonce", "proof", "written", "prepared");
        const shown = shownNow(from, fields, of);
        const { object } = shown.said;
        const prepared = nullable(fields.prepared, (ack): ShownAck => {
          const { ts, hash, signature } = record(ack, "ts", "hash", "signature");
          return { ts: timestamp(ts), hash: hashOf(hash), signature: signatureOf(signature) };
        });
        return decoded({ type, ...shown.said, prepared }, [
          ...shown.signed,
          ...(prepared === null ? [] : [signedAck(from, object, prepared, prepared.signature)]),
        ]);
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
        const signature = signatureOf(fields.signature);
        return decoded({ type, object, ts, hash, signature }, [
          signedAck(from, object, { ts, hash }, signature),
        ]);
      }
      case "WRITE-ACK": {
        const fields = record(message, "type", "object", "ts", "hash", "signature");
        const object = objectOf(fields.object, of);
        const [ts, hash] = [timestamp(fields.ts), writtenHashOf(fields.hash, of)];
        const signature = signatureOf(fields.signature);
        return decoded({ type, object, ts, hash, signature }, [
          signedWritten(from, object, { ts, hash }, signature),
        ]);
      }
      default:
        return misshapen(`no reply is named ${type.slice(0, 40)}`);
    }
  });
}

interface Shown {
  readonly said: {
    readonly object: RegisterObject;
    readonly nonce: number;
    readonly proof: ShownPrepare | null;
    readonly written: Uint8Array | null;
  };
  readonly signed: readonly Signed[];
}

/** What a replica shows of its current value in phase 1 of a write. */
function shownNow(
  from: Replica,
  fields: { readonly [F in "object" | "nonce" | "proof" | "written"]: Wire },
  of: Membership,
): Shown {
  const object = objectOf(fields.object, of);
  const nonce = natural(fields.nonce, "nonce");
  const proof = nullable(fields.proof, (shown) => prepareProof(shown, of));
  const signs = of.rules.strong && proof !== null;
  if (!signs && fields.written !== null) return misshapen("a signature that nobody asks for");
  const written = signs ? signatureOf(fields.written) : null;
  const own =
    written === null || proof === null
      ? []
      : [signedWritten(from, object, writtenOf(proof, of.rules), written)];
  return {
    said: { object, nonce, proof, written },
    signed: [...signedPrepare(object, proof), ...own],
  };
}
