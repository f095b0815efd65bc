import { createPublicKey, type KeyObject } from "node:crypto";
import { HostError } from "../errors.ts";

/** An ed25519 public key as configurations pin it: its 32 bytes in base64url, without padding. */
export type PinnedKey = string;

/**
 * The public part of an ed25519 key, public or private.
 * @throws HostError `key-malformed` for a key of another type
 */
export function pinnedKeyOf(key: KeyObject): PinnedKey {
  const jwk = key.asymmetricKeyType === "ed25519" ? key.export({ format: "jwk" }) : {};
  if (jwk.x === undefined) {
    throw new HostError("key-malformed", `The key is of type ${key.asymmetricKeyType}.`);
  }
  return jwk.x;
}

/** Whether `text` spells 32 bytes in base64url, in the one way there is. */
export function isPinnedKey(text: string): text is PinnedKey {
  const bytes = Buffer.from(text, "base64url");
  return bytes.length === 32 && bytes.toString("base64url") === text;
}

/**
 * The 32 bytes of a pinned key.
 * @throws HostError `config-invalid` if it is none
 */
export function pinnedKeyBytes(pinned: PinnedKey): Uint8Array {
  if (!isPinnedKey(pinned)) {
    throw new HostError(
      "config-invalid",
      `${JSON.stringify(pinned)} is no public key: 32 bytes in base64url.`,
    );
  }
  return Uint8Array.from(Buffer.from(pinned, "base64url"));
}

/**
 * A pinned key as node:crypto takes it.
 * @throws HostError `config-invalid` if it is none
 */
export function publicKeyFrom(pinned: PinnedKey): KeyObject {
  pinnedKeyBytes(pinned);
  return createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: pinned } });
}
