import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import type { Scheme } from "../../crypto/scheme.ts";
import { assertSecretKey, isStrict, KEY_LENGTH } from "../../crypto/strict.ts";
import { Recent } from "./recent.ts";

/*
 * Importing a key costs as much as using it: a public one 0.1 ms, a secret one 0.5 ms. So imported
 * keys are kept, about 1 kB each. A machine of a cluster has one secret key; a simulated cluster or
 * a load generator has a few dozen. Verified are the keys that the configuration pins, and only
 * they.
 */
const SECRET_KEYS_MAX = 64;
const PUBLIC_KEYS_MAX = 1024;

/** What stands before the 32 bytes in DER (RFC 8410): PKCS #8 of a seed, SPKI of a public key. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

const secretKeys = new Recent<KeyObject>(SECRET_KEYS_MAX);
const publicKeys = new Recent<KeyObject>(PUBLIC_KEYS_MAX);

function secretKeyObject(secretKey: Uint8Array): KeyObject {
  assertSecretKey(secretKey);
  return kept(secretKeys, secretKey, () => {
    const key = Buffer.concat([PKCS8_PREFIX, secretKey]);
    return createPrivateKey({ key, format: "der", type: "pkcs8" });
  });
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  return kept(publicKeys, publicKey, () => {
    const key = Buffer.concat([SPKI_PREFIX, publicKey]);
    return createPublicKey({ key, format: "der", type: "spki" });
  });
}

function kept(cache: Recent<KeyObject>, bytes: Uint8Array, make: () => KeyObject): KeyObject {
  const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const found = cache.get(name);
  if (found !== undefined) return found;
  const made = make();
  cache.set(name, made);
  return made;
}

/**
 * The scheme on node:crypto, which is OpenSSL. `verifyLater` uses the thread pool of libuv (4
 * threads unless UV_THREADPOOL_SIZE says otherwise); it refuses malformed input at once.
 */
export const nodeScheme: Scheme = {
  name: "node",

  publicKey(secretKey) {
    const spki = createPublicKey(secretKeyObject(secretKey)).export({
      format: "der",
      type: "spki",
    });
    return new Uint8Array(spki.subarray(-KEY_LENGTH));
  },

  sign(secretKey, message) {
    return new Uint8Array(sign(null, message, secretKeyObject(secretKey)));
  },

  verify(publicKey, message, signature) {
    if (!isStrict(publicKey, signature)) return false;
    return verify(null, message, publicKeyObject(publicKey), signature);
  },

  verifyLater(publicKey, message, signature, done) {
    if (!isStrict(publicKey, signature)) return done(false);
    verify(null, message, publicKeyObject(publicKey), signature, (error, valid) => {
      // An error means that nothing was verified.
      done(error === null && valid);
    });
  },

  hash: (message) => new Uint8Array(createHash("sha256").update(message).digest()),
};
