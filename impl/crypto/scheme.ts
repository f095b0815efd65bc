import type { Digest, Index, Value } from "../../spec/automaton/index.ts";
import { canonical } from "../../spec/automaton/index.ts";

/**
 * The one boundary of cryptography: ed25519 (RFC 8032) over statements and SHA-256. Implementations
 * give the same bytes and accept the same signatures: those that `isStrict` lets through and that
 * satisfy [S]B = R + [k]A as it stands, without the cofactor.
 */
export interface Scheme {
  readonly name: "node" | "noble";
  /** 32 bytes of seed to the 32 bytes of the public key. @throws RangeError for other lengths */
  publicKey(secretKey: Uint8Array): Uint8Array;
  /** 64 bytes; deterministic. @throws RangeError for secret keys of other lengths than 32 bytes */
  sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array;
  /** Total: false for keys and signatures of a wrong length or encoding. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /**
   * The same off the calling thread, where the implementation can. Takes its own copy of what it
   * needs before it returns; `done` is called once, perhaps before.
   */
  verifyLater(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
    done: (valid: boolean) => void,
  ): void;
  /** SHA-256 */
  hash(message: Uint8Array): Uint8Array;
}

const utf8 = new TextEncoder();

/**
 * The bytes that a signer signs for a statement. The scope (the cluster's id) keeps statements of
 * one cluster worthless in another; the canonical form is injective, so no two statements share
 * bytes.
 */
export function statementBytes(scope: string, statement: Value): Uint8Array {
  return utf8.encode(`quorate statement 1\n${canonical(scope)}\n${canonical(statement)}`);
}

/** The digest function of a host: SHA-256 of the canonical form, in hexadecimal. */
export function digestWith(scheme: Pick<Scheme, "hash">): (value: unknown) => Digest {
  return (value) => {
    const bytes = scheme.hash(utf8.encode(`quorate digest 1\n${canonical(value)}`));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") as Digest;
  };
}

/** Who may sign, with the public key of each: 32 bytes. */
export type Keyring = ReadonlyMap<Index, Uint8Array>;
