import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, concatBytes, equalBytes } from "@noble/curves/utils.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import type { Scheme } from "./scheme.ts";
import { assertSecretKey, isStrict, KEY_LENGTH } from "./strict.ts";

const { Point } = ed25519;

/**
 * RFC 8032, 5.1.7 with the equation [S]B = R + [k]A. The library's own `verify` checks that
 * equation times 8, as the RFC prefers; OpenSSL checks it as it stands. A signer who adds a point
 * of small order to R tells the two apart, so this one is checked as OpenSSL does: R is computed
 * and compared.
 */
function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isStrict(publicKey, signature)) return false;
  const r = signature.subarray(0, KEY_LENGTH);
  const s = bytesToNumberLE(signature.subarray(KEY_LENGTH));
  const a = decoded(publicKey);
  if (a === null) return false;
  const k = Point.Fn.create(bytesToNumberLE(sha512(concatBytes(r, publicKey, message))));
  const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

function decoded(publicKey: Uint8Array): InstanceType<typeof Point> | null {
  try {
    return Point.fromBytes(publicKey);
  } catch {
    // Half of all y have no point; the library has no other way to say so.
    return null;
  }
}

/**
 * The scheme in JavaScript alone, for browsers too. About 2 ms per signature on a busy core, and
 * everything on the calling thread: `verifyLater` calls `done` before it returns.
 */
export const nobleScheme: Scheme = {
  name: "noble",

  publicKey(secretKey) {
    assertSecretKey(secretKey);
    return ed25519.getPublicKey(secretKey);
  },

  sign(secretKey, message) {
    assertSecretKey(secretKey);
    return ed25519.sign(message, secretKey);
  },

  verify,

  verifyLater(publicKey, message, signature, done) {
    done(verify(publicKey, message, signature));
  },

  hash: (message) => sha256(message),
};
