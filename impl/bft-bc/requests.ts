import type { Decoded, Wire } from "../network/process.ts";
import { misshapen, natural, nullable, record, shaped, text, typeOf } from "../network/shape.ts";
import {
  decoded,
  hashOf,
  objectOf,
  prepareProof,
  signedPrepare,
  signedWrite,
  timestamp,
  writeProofOf,
} from "./decoding.ts";
import type { Membership } from "./wire.ts";

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
      case "READ-TS-PREP": {
        if (!of.rules.optimised) return misshapen("READ-TS-PREP is of the optimised protocol");
        const fields = record(message, "type", "object", "nonce", "hash", "writeProof");
        const object = objectOf(fields.object, of);
        const nonce = natural(fields.nonce, "nonce");
        const writeProof = nullable(fields.writeProof, (proof) => writeProofOf(proof, of));
        const body = { type, object, nonce, hash: hashOf(fields.hash), writeProof } as const;
        return decoded(body, signedWrite(object, writeProof));
      }
      case "PREPARE": {
        const fields = record(
          message,
          "type",
          "object",
          "ts",
          "hash",
          "predecessor",
          "writeProof",
          "completed",
        );
        const object = objectOf(fields.object, of);
        const predecessor = nullable(fields.predecessor, (proof) => prepareProof(proof, of));
        const writeProof = nullable(fields.writeProof, (proof) => writeProofOf(proof, of));
        const completed = nullable(fields.completed, (proof) => writeProofOf(proof, of));
        const [ts, hash] = [timestamp(fields.ts), hashOf(fields.hash)];
        return decoded({ type, object, ts, hash, predecessor, writeProof, completed }, [
          ...signedPrepare(object, predecessor),
          ...signedWrite(object, writeProof),
          ...signedWrite(object, completed),
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
