import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HostError } from "../errors.ts";
import { type PinnedKey, pinnedKeyOf } from "./public-key.ts";

/**
 * Where a process keeps its two private keys, inside its folder. They are two because they have two
 * lives: a TLS key can be replaced at any time, the signing key is the process in every proof.
 */
export const keyFiles = { signing: "signing.key.pem", tls: "tls.key.pem" } as const;

/** What others pin of a process. */
export interface PublicIdentity {
  readonly signing: PinnedKey;
  readonly tls: PinnedKey;
}

/**
 * Makes a new identity: two ed25519 keys in PKCS #8 PEM files that only their owner may read or write.
 * @throws HostError `config-exists` rather than overwrite a key
 */
export async function createIdentity(folder: string): Promise<PublicIdentity> {
  const signing = await createKeyFile(join(folder, keyFiles.signing));
  const tls = await createKeyFile(join(folder, keyFiles.tls));
  return { signing, tls };
}

/**
 * Makes one new ed25519 key in a PKCS #8 PEM file of mode 0600, on the disk when this resolves.
 * @throws HostError `config-exists` if there is a file already
 */
export async function createKeyFile(file: string): Promise<PinnedKey> {
  const { privateKey } = generateKeyPairSync("ed25519");
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
    throw new HostError("config-exists", `There is a key at ${file}.`, { cause: error });
  });
  try {
    await handle.writeFile(privateKey.export({ type: "pkcs8", format: "pem" }));
    await handle.sync();
  } finally {
    await handle.close();
  }
  return pinnedKeyOf(privateKey);
}

/**
 * Reads the private key of a file and makes sure that it is the one whose public part is pinned.
 * @throws HostError `key-missing`, `key-malformed`
 * @throws HostError `key-mismatch` if the file holds another key, such as another process's
 */
export async function readKeyFile(file: string, pinned: PinnedKey): Promise<KeyObject> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new HostError("key-missing", `${file} cannot be read: ${error.code}.`, { cause: error });
  });
  const key = parse(text, file);
  if (key.asymmetricKeyType !== "ed25519") {
    throw new HostError("key-malformed", `${file} holds a key of type ${key.asymmetricKeyType}.`);
  }
  const found = pinnedKeyOf(key);
  if (found !== pinned) {
    throw new HostError(
      "key-mismatch",
      `${file} holds the private key of ${found}; pinned is ${pinned}.`,
    );
  }
  return key;
}

function parse(text: string, file: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw unparsable(file, error);
  }
}

/** The text stays out of the message: it may be most of a key. */
function unparsable(file: string, cause: unknown): HostError {
  return new HostError("key-malformed", `${file} holds no private key.`, { cause });
}

/**
 * The 32 secret bytes of an ed25519 private key (RFC 8032, section 5.1.5), as a signature scheme
 * takes them.
 * @throws HostError `key-malformed` for any other key
 */
export function secretBytesOf(key: KeyObject): Uint8Array {
  const isSecret = key.type === "private" && key.asymmetricKeyType === "ed25519";
  const jwk = isSecret ? key.export({ format: "jwk" }) : {};
  if (jwk.d === undefined) throw new HostError("key-malformed", "It is no ed25519 private key.");
  return Uint8Array.from(Buffer.from(jwk.d, "base64url"));
}
