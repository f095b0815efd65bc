import { generateKeyPairSync, sign, verify, X509Certificate } from "node:crypto";
import { chmod, mkdtemp, readFile, rename, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { ed25519 } from "@noble/curves/ed25519.js";
import { beforeEach, describe, expect, test } from "vitest";
import { selfSignedCertificate } from "../../../../impl/host/identity/certificate.ts";
import {
  createIdentity,
  createKeyFile,
  keyFiles,
  readKeyFile,
  secretBytesOf,
} from "../../../../impl/host/identity/key-files.ts";
import {
  isPinnedKey,
  pinnedKeyBytes,
  pinnedKeyOf,
  publicKeyFrom,
} from "../../../../impl/host/identity/public-key.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "quorate-identity-"));
});

const refusal = (code: string) => expect.objectContaining({ name: "HostError", code });

describe("an identity", () => {
  test("is two different keys that only the owner may read", async () => {
    const identity = await createIdentity(join(folder, "new"));
    expect(identity.signing).not.toBe(identity.tls);
    for (const [use, file] of Object.entries(keyFiles)) {
      const path = join(folder, "new", file);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readFile(path, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
      const key = await readKeyFile(path, identity[use as keyof typeof keyFiles]);
      expect(pinnedKeyOf(key)).toBe(identity[use as keyof typeof keyFiles]);
    }
  });

  test("is never overwritten", async () => {
    await createIdentity(folder);
    const before = await readFile(join(folder, keyFiles.signing));
    await expect(createIdentity(folder)).rejects.toEqual(refusal("config-exists"));
    expect(await readFile(join(folder, keyFiles.signing))).toEqual(before);
  });
});

describe("reading a key", () => {
  test("says which file is missing", async () => {
    const file = join(folder, "none.pem");
    await expect(readKeyFile(file, "x")).rejects.toEqual(refusal("key-missing"));
    await expect(readKeyFile(file, "x")).rejects.toThrow(file);
  });

  test("refuses what is no private key without repeating it", async () => {
    const file = join(folder, "key.pem");
    const pinned = await createKeyFile(file);
    const pem = await readFile(file, "utf8");
    const damaged = pem.replace(/\n.{20}/, "\n");
    for (const text of ["", "secret", damaged]) {
      await writeFile(file, text);
      const error = await readKeyFile(file, pinned).catch((reason: Error) => reason);
      expect(error).toEqual(refusal("key-malformed"));
      if (text !== "") expect(String(error)).not.toContain(text);
    }
  });

  test("refuses keys of other types and public keys", async () => {
    const file = join(folder, "key.pem");
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const ed = generateKeyPairSync("ed25519");
    await writeFile(file, ec.privateKey.export({ type: "pkcs8", format: "pem" }));
    await expect(readKeyFile(file, "x")).rejects.toEqual(refusal("key-malformed"));
    await writeFile(file, ed.publicKey.export({ type: "spki", format: "pem" }));
    await expect(readKeyFile(file, "x")).rejects.toEqual(refusal("key-malformed"));
  });

  test("notices keys that were swapped", async () => {
    const identity = await createIdentity(folder);
    const [signing, tls] = [join(folder, keyFiles.signing), join(folder, keyFiles.tls)];
    await rename(signing, `${signing}.old`);
    await rename(tls, signing);
    await rename(`${signing}.old`, tls);
    await expect(readKeyFile(signing, identity.signing)).rejects.toEqual(refusal("key-mismatch"));
    await expect(readKeyFile(tls, identity.tls)).rejects.toEqual(refusal("key-mismatch"));
    await chmod(folder, 0o700);
  });
});

describe("public and secret parts", () => {
  test("are those that other implementations of ed25519 know", () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const message = Buffer.from("statement");
    const bytes = pinnedKeyBytes(pinnedKeyOf(privateKey));
    expect(ed25519.getPublicKey(secretBytesOf(privateKey))).toEqual(bytes);
    expect(ed25519.verify(sign(null, message, privateKey), message, bytes)).toBe(true);
    const signature = ed25519.sign(message, secretBytesOf(privateKey));
    expect(verify(null, message, publicKeyFrom(pinnedKeyOf(privateKey)), signature)).toBe(true);
  });

  test("are asked of ed25519 keys only", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(() => pinnedKeyOf(publicKey)).toThrow(refusal("key-malformed"));
    expect(() => secretBytesOf(privateKey)).toThrow(refusal("key-malformed"));
    expect(() => secretBytesOf(generateKeyPairSync("ed25519").publicKey)).toThrow(/private/);
  });

  test("are spelled in one way", () => {
    const pinned = pinnedKeyOf(generateKeyPairSync("ed25519").publicKey);
    expect(isPinnedKey(pinned)).toBe(true);
    // 32 bytes leave 4 unused bits in the 43rd character: 15 other spellings of the same bytes.
    const last = pinned.at(-1) ?? "";
    const others = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];
    const valid = others.filter((one) => isPinnedKey(pinned.slice(0, -1) + one));
    expect(valid).toHaveLength(16);
    expect(valid).toContain(last);
    for (const wrong of ["", `${pinned}=`, `${pinned}A`, pinned.slice(1), ` ${pinned}`]) {
      expect(isPinnedKey(wrong)).toBe(false);
      expect(() => publicKeyFrom(wrong)).toThrow(refusal("config-invalid"));
    }
  });
});

describe("a certificate", () => {
  test("carries the TLS key, is signed by it and is the same at every start", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const pem = await selfSignedCertificate(privateKey);
    const certificate = new X509Certificate(pem);
    expect(pinnedKeyOf(certificate.publicKey)).toBe(pinnedKeyOf(privateKey));
    expect(certificate.verify(publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(await selfSignedCertificate(privateKey)).toBe(pem);
    const key = privateKey.export({ type: "pkcs8", format: "pem" });
    expect(() => createSecureContext({ key, cert: pem })).not.toThrow();
  });

  test("is made without leaving anything in Reflect", async () => {
    const before = Reflect.ownKeys(Reflect);
    await selfSignedCertificate(generateKeyPairSync("ed25519").privateKey);
    expect(Reflect.ownKeys(Reflect)).toEqual(before);
  });
});
