import { createPublicKey, type KeyObject, webcrypto } from "node:crypto";
import { createRequire } from "node:module";
import type * as X509 from "@peculiar/x509";
import { HostError } from "../errors.ts";

const ED25519 = { name: "Ed25519" };

/**
 * A self-signed X.509 certificate for a TLS key, in PEM: the envelope in which TLS carries a public
 * key. Peers look at nothing but the key, so name and dates are constant and the same key gives the
 * same certificate at every start; nothing has to be kept, and nothing expires.
 * @throws HostError `package-missing` without @peculiar/x509
 */
export async function selfSignedCertificate(tlsKey: KeyObject): Promise<string> {
  const x509 = loadX509();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: "01",
      name: "CN=quorate",
      notBefore: new Date(0),
      // "No well-defined expiration date": RFC 5280, section 4.1.2.5.
      notAfter: new Date("9999-12-31T23:59:59Z"),
      extensions: [new x509.BasicConstraintsExtension(false)],
      signingAlgorithm: ED25519,
      keys: {
        privateKey: await imported("pkcs8", tlsKey, "sign"),
        publicKey: await imported("spki", createPublicKey(tlsKey), "verify"),
      },
    },
    webcrypto,
  );
  return certificate.toString("pem");
}

function imported(format: "pkcs8" | "spki", key: KeyObject, usage: "sign" | "verify") {
  const der = key.export({ type: format, format: "der" } as { type: "pkcs8"; format: "der" });
  return webcrypto.subtle.importKey(format, der, ED25519, true, [usage]);
}

function loadX509(): typeof X509 {
  return withMetadata(() => {
    try {
      return createRequire(import.meta.url)("@peculiar/x509");
    } catch (error) {
      throw missing(error);
    }
  });
}

function missing(cause: unknown): HostError {
  return new HostError("package-missing", "The host needs @peculiar/x509.", { cause });
}

/**
 * Runs `load` where Reflect has the two metadata functions that tsyringe, below @peculiar/x509, asks
 * for while it loads and never again. It finds no metadata in our use, so stand-ins that know of none
 * do, and nobody else sees them: loading is synchronous, and they go with it.
 */
function withMetadata<T>(load: () => T): T {
  const added = ["getMetadata", "getOwnMetadata"].filter((name) => !(name in Reflect));
  for (const name of added) {
    Object.defineProperty(Reflect, name, { value: () => undefined, configurable: true });
  }
  try {
    return load();
  } finally {
    for (const name of added) Reflect.deleteProperty(Reflect, name);
  }
}
