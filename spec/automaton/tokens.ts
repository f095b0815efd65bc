import { canonical, type Index } from "./values.ts";

/** A digest of a value: opaque. Equal digests mean equal values, and nothing else is known. */
export type Digest = string & { readonly __digest: true };

/** A signature as protocols see it: who signed, and the digest of what. Its bytes live elsewhere. */
export interface Token<Signer extends Index = Index> {
  readonly by: Signer;
  readonly over: Digest;
}

/** Computes digests: symbolic in the checker, a real hash function in a host. */
export type DigestFunction = (value: unknown) => Digest;

/** The ideal hash function: injective, because the digest is the canonical form itself. */
export const symbolicDigest: DigestFunction = (value) => `digest(${canonical(value)})` as Digest;
