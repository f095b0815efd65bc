import { constants } from "node:crypto";
import {
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  type TLSSocket,
} from "node:tls";
import type { Index } from "../../../spec/automaton/index.ts";
import { HostError } from "../errors.ts";
import { isPinnedKey, type PinnedKey, pinnedKeyOf } from "../identity/public-key.ts";
import type { TlsTransportOptions } from "./options.ts";

/*
 * Who a peer is, is decided by its TLS key alone. Both sides show a certificate, and TLS 1.3 makes each
 * sign the transcript of this very handshake with the certificate's key (CertificateVerify, RFC 8446,
 * section 4.4.3), which OpenSSL checks whoever issued the certificate; a handshake that node:tls
 * reports as complete has therefore proved possession. Then the key must be one that the
 * configuration pins.
 *
 * That is why `rejectUnauthorized` is off: it asks whether an authority vouches that a name and a key
 * belong together until some date. There is no authority; the configuration says itself which key
 * belongs to whom, and a key is revoked by taking it out. A certificate with another name, an old date
 * or any issuer changes nothing about who can sign with the key.
 */

/** What both sides of every connection insist on. */
export const tlsBasics = {
  minVersion: "TLSv1.3",
  maxVersion: "TLSv1.3",
  rejectUnauthorized: false,
} as const;

/**
 * This process's side of the proof, for connections that it opens and that it accepts.
 * @throws HostError `key-mismatch` if key and certificate do not belong together or are none
 */
export function credentialsOf(own: Pick<TlsTransportOptions, "key" | "certificate">): Credentials {
  const options: SecureContextOptions = {
    key: own.key,
    cert: own.certificate,
    minVersion: tlsBasics.minVersion,
    maxVersion: tlsBasics.maxVersion,
    // A resumed session repeats no proof, so there are no tickets to resume one with.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
  try {
    return { options, context: createSecureContext(options) };
  } catch (error) {
    throw unusable(error);
  }
}

/** The same twice: a server of node:tls takes no context. */
export interface Credentials {
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

function unusable(cause: unknown): HostError {
  const what = "The TLS key and its certificate do not belong together.";
  return new HostError("key-mismatch", what, { cause });
}

/**
 * The pinned key that the peer of a completed handshake has proved to hold.
 * @throws HostError `peer-unknown` if it showed no certificate with an ed25519 key, or proved nothing
 */
export function provenKeyOf(socket: TLSSocket): PinnedKey {
  if (socket.isSessionReused()) throw new HostError("peer-unknown", "It resumed a session.");
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new HostError("peer-unknown", "It has no certificate.");
  const { publicKey } = certificate;
  if (publicKey.asymmetricKeyType !== "ed25519") {
    throw new HostError("peer-unknown", `Its key is of type ${publicKey.asymmetricKeyType}.`);
  }
  return pinnedKeyOf(publicKey);
}

/**
 * Peers by key.
 * @throws HostError `config-invalid` for what is no key, or the key of two peers
 */
export function peersByKey(peers: TlsTransportOptions["peers"]): ReadonlyMap<PinnedKey, Index> {
  const byKey = new Map<PinnedKey, Index>();
  for (const [peer, { key }] of peers) {
    if (!isPinnedKey(key)) {
      throw new HostError("config-invalid", `The TLS key of ${peer} is not 32 bytes in base64url.`);
    }
    const other = byKey.get(key);
    if (other !== undefined) {
      throw new HostError("config-invalid", `${peer} and ${other} have the same TLS key.`);
    }
    byKey.set(key, peer);
  }
  return byKey;
}
