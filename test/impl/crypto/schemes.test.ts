import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestWith } from "../../../impl/crypto/scheme.ts";
import { fromHex, SCHEMES, secretKeyOf, textBytes, toHex } from "./bytes.ts";
import { RFC_8032_VECTORS } from "./rfc8032.ts";

const [node, noble] = SCHEMES;

describe.each(SCHEMES)("the scheme $name", (scheme) => {
  test.each(RFC_8032_VECTORS)("derives, signs and verifies as RFC 8032, 7.1, $name", (vector) => {
    const [secretKey, publicKey, message, signature] = [
      fromHex(vector.secretKey),
      fromHex(vector.publicKey),
      fromHex(vector.message),
      fromHex(vector.signature),
    ];
    expect(toHex(scheme.publicKey(secretKey))).toBe(vector.publicKey);
    expect(toHex(scheme.sign(secretKey, message))).toBe(vector.signature);
    expect(scheme.verify(publicKey, message, signature)).toBe(true);
  });

  // FIPS 180-4; the examples that NIST publishes with it.
  test.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ])("hashes as SHA-256 does: %#", (text, digest) => {
    expect(toHex(scheme.hash(textBytes(text)))).toBe(digest);
  });

  test.each([0, 31, 33, 64])("refuses a secret key of %i bytes without showing it", (length) => {
    const secretKey = new Uint8Array(length).fill(0xab);
    for (const use of [
      () => scheme.publicKey(secretKey),
      () => scheme.sign(secretKey, textBytes("a")),
    ]) {
      expect(use).toThrow(RangeError);
      expect(use).toThrow(`A secret key has 32 bytes, not ${length}.`);
    }
  });

  test("gives plain arrays of bytes that share memory with nothing", () => {
    const secretKey = secretKeyOf(1);
    for (const bytes of [
      scheme.publicKey(secretKey),
      scheme.sign(secretKey, textBytes("a")),
      scheme.hash(textBytes("a")),
    ]) {
      expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
      expect(bytes.buffer.byteLength).toBe(bytes.length);
    }
  });

  test("is not confused by views into a larger buffer", () => {
    const around = new Uint8Array(128).fill(7);
    around.set(secretKeyOf(3), 40);
    const view = around.subarray(40, 72);
    expect(scheme.publicKey(view)).toEqual(scheme.publicKey(secretKeyOf(3)));
    const signature = scheme.sign(view, textBytes("a"));
    expect(signature).toEqual(scheme.sign(secretKeyOf(3), textBytes("a")));
  });

  test("keeps apart more keys than it caches, and keys whose bytes change in place", () => {
    const bytes = new Uint8Array(32);
    const message = textBytes("a");
    const seen = new Set<string>();
    for (let seed = 0; seed < 80; seed++) {
      bytes.fill(seed);
      seen.add(toHex(scheme.sign(bytes, message)));
    }
    expect(seen.size).toBe(80);
    expect(scheme.sign(secretKeyOf(0), message)).toEqual(noble?.sign(secretKeyOf(0), message));
  });
});

test("both schemes give the same bytes for random keys and messages", () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 300 }), (secretKey, message) => {
      expect(node?.publicKey(secretKey)).toEqual(noble?.publicKey(secretKey));
      expect(node?.sign(secretKey, message)).toEqual(noble?.sign(secretKey, message));
      expect(node?.hash(message)).toEqual(noble?.hash(message));
    }),
    { numRuns: 50 },
  );
});

test("a host's digest is the same under both schemes, and depends on the value alone", () => {
  const [one, other] = SCHEMES.map(digestWith);
  expect(one?.({ b: [1, "x"], a: null })).toBe(other?.({ a: null, b: [1, "x"] }));
  expect(one?.(1)).toMatch(/^[0-9a-f]{64}$/);
  expect(one?.(1)).not.toBe(one?.("1"));
});
