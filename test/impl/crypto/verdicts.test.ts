import { createPublicKey, verify as rawVerify } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Scheme } from "../../../impl/crypto/scheme.ts";
import { isStrict } from "../../../impl/crypto/strict.ts";
import { fromHex, SCHEMES, secretKeyOf, textBytes, withBitFlipped } from "./bytes.ts";
import {
  type Crafted,
  craft,
  FIELD_ORDER,
  GROUP_ORDER,
  littleEndian,
  pointOfOrder,
  SMALL_ORDER_POINTS,
  withS,
} from "./crafted.ts";
import { RFC_8032_VECTORS } from "./rfc8032.ts";

const [node, noble] = SCHEMES as [Scheme, Scheme];
const SIGN_BIT = 255;

const publicKey = node.publicKey(secretKeyOf(1));
const message = textBytes("a message");
const signature = node.sign(secretKeyOf(1), message);
const good: Crafted = { publicKey, message, signature };

interface Case extends Crafted {
  readonly name: string;
  readonly valid: boolean;
  /** Who would accept it if the schemes were not strict: else the case would prove nothing. */
  readonly trap?: "OpenSSL" | "the equation times 8";
}

/** With A of small order and no secret, S = r makes a signature if [k]A is zero. */
const keyless = (order: 1 | 2 | 4 | 8, spelled?: Uint8Array) =>
  craft({
    a: 0n,
    addedToA: pointOfOrder(order),
    r: 77n,
    holds: true,
    ...(spelled && { publicKey: spelled }),
  });

const REDUNDANT_IDENTITY = littleEndian(FIELD_ORDER + 1n);

const cases: Case[] = [
  { name: "an honest signature", ...good, valid: true },
  { name: "a crafted one without tricks", ...craft({ a: 5n, r: 7n, holds: true }), valid: true },
  { name: "another message", ...good, message: textBytes("a massage"), valid: false },
  { name: "no message", ...good, message: new Uint8Array(0), valid: false },
  { name: "another key", ...good, publicKey: node.publicKey(secretKeyOf(2)), valid: false },
  { name: "all zero", ...good, signature: new Uint8Array(64), valid: false },
  { name: "all ones", ...good, signature: new Uint8Array(64).fill(255), valid: false },
  { name: "an empty signature", ...good, signature: new Uint8Array(0), valid: false },
  { name: "a truncated signature", ...good, signature: signature.subarray(0, 63), valid: false },
  { name: "R alone", ...good, signature: signature.subarray(0, 32), valid: false },
  { name: "a byte too many", ...good, signature: Uint8Array.of(...signature, 0), valid: false },
  {
    name: "R and S swapped",
    ...good,
    signature: Uint8Array.of(...signature.subarray(32), ...signature.subarray(0, 32)),
    valid: false,
  },
  { name: "an empty key", ...good, publicKey: new Uint8Array(0), valid: false },
  { name: "a truncated key", ...good, publicKey: publicKey.subarray(0, 31), valid: false },
  { name: "a key of 33 bytes", ...good, publicKey: Uint8Array.of(...publicKey, 0), valid: false },
  { name: "a key off the curve", ...good, publicKey: littleEndian(2n), valid: false },
  { name: "S + L", ...good, signature: withS(signature, (s) => s + GROUP_ORDER), valid: false },
  {
    name: "S + 8L",
    ...good,
    signature: withS(signature, (s) => s + 8n * GROUP_ORDER),
    valid: false,
  },
  { name: "S = L", ...good, signature: withS(signature, () => GROUP_ORDER), valid: false },
  { name: "−S", ...good, signature: withS(signature, (s) => GROUP_ORDER - s), valid: false },
  {
    name: "R with the other sign",
    ...good,
    signature: withBitFlipped(signature, SIGN_BIT),
    valid: false,
  },
  {
    name: "A with the other sign",
    ...good,
    publicKey: withBitFlipped(publicKey, SIGN_BIT),
    valid: false,
  },
  ...([1, 2, 4, 8] as const).map(
    (order): Case => ({
      name: `a key of order ${order}`,
      ...keyless(order),
      valid: false,
      trap: "OpenSSL",
    }),
  ),
  {
    name: "the identity as a key, with the sign of −0",
    ...keyless(1, withBitFlipped(littleEndian(1n), SIGN_BIT)),
    valid: false,
    trap: "OpenSSL",
  },
  {
    name: "the identity as a key, its y not reduced",
    ...keyless(1, REDUNDANT_IDENTITY),
    valid: false,
    trap: "OpenSSL",
  },
  {
    name: "the identity as R",
    ...craft({ a: 5n, r: 0n, holds: true }),
    valid: false,
    trap: "OpenSSL",
  },
  {
    name: "the identity as R, its y not reduced",
    ...craft({ a: 5n, r: 0n, spelledR: REDUNDANT_IDENTITY, holds: true }),
    valid: false,
    trap: "the equation times 8",
  },
  ...([2, 4, 8] as const).flatMap((order): Case[] => [
    {
      name: `R of order ${order}`,
      ...craft({ a: 5n, r: 0n, addedToR: pointOfOrder(order), holds: false }),
      valid: false,
      trap: "the equation times 8",
    },
    {
      name: `R with a part of order ${order}`,
      ...craft({ a: 5n, r: 7n, addedToR: pointOfOrder(order), holds: false }),
      valid: false,
      trap: "the equation times 8",
    },
    {
      name: `a key with a part of order ${order} that shows`,
      ...craft({ a: 5n, addedToA: pointOfOrder(order), r: 7n, holds: false }),
      valid: false,
      trap: "the equation times 8",
    },
    {
      name: `a key with a part of order ${order} that k takes away`,
      ...craft({ a: 5n, addedToA: pointOfOrder(order), r: 7n, holds: true }),
      valid: true,
    },
    {
      name: `parts of order ${order} in the key and in R that cancel out`,
      ...craft({
        a: 5n,
        addedToA: pointOfOrder(order),
        r: 7n,
        addedToR: pointOfOrder(order),
        holds: true,
      }),
      valid: true,
    },
  ]),
];

describe.each(cases)("$name", (one) => {
  const verdict = one.valid ? "accepts" : "refuses";

  test.each(SCHEMES)(`$name ${verdict} it, now and later`, async (scheme) => {
    expect(scheme.verify(one.publicKey, one.message, one.signature)).toBe(one.valid);
    const later = await new Promise((done) => {
      scheme.verifyLater(one.publicKey, one.message, one.signature, done);
    });
    expect(later).toBe(one.valid);
  });
});

/** From 3.5 on (Node 24) OpenSSL refuses points of small order by itself; older ones need `isStrict`. */
const [major = 0, minor = 0] = (process.versions.openssl ?? "0.0").split(".").map(Number);
const isOpenSslStrict = major > 3 || (major === 3 && minor >= 5);
const traps = cases.filter(({ trap }) => trap !== undefined);

test.each(traps.filter(({ trap }) => trap !== "OpenSSL" || !isOpenSslStrict))(
  "without strictness $trap would accept $name",
  (one) => {
    expect(one.trap === "OpenSSL" ? openSslAccepts(one) : acceptedTimes8(one)).toBe(true);
  },
);

test("the key off the curve is off the curve", () => {
  expect(() => ed25519.Point.fromBytes(littleEndian(2n))).toThrow();
});

function openSslAccepts({ publicKey: key, message: text, signature: bytes }: Crafted): boolean {
  const x = Buffer.from(key).toString("base64url");
  const imported = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return rawVerify(null, text, imported, bytes);
}

function acceptedTimes8({ publicKey: key, message: text, signature: bytes }: Crafted): boolean {
  return ed25519.verify(bytes, text, key, { zip215: true });
}

test("every flipped bit of a signature or a key is noticed by both schemes", () => {
  for (let bit = 0; bit < 512; bit++) {
    const flipped = withBitFlipped(signature, bit);
    expect(node.verify(publicKey, message, flipped)).toBe(false);
    if (bit % 8 === 3) expect(noble.verify(publicKey, message, flipped)).toBe(false);
  }
  for (let bit = 0; bit < 256; bit++) {
    const flipped = withBitFlipped(publicKey, bit);
    expect(node.verify(flipped, message, signature)).toBe(false);
    if (bit % 8 === 3) expect(noble.verify(flipped, message, signature)).toBe(false);
  }
});

test("both schemes are total and agree on arbitrary bytes", () => {
  const bytes = fc.uint8Array({ maxLength: 80 });
  const keys = fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 32 }), bytes);
  const canonicalS = fc.uint8Array({ minLength: 64, maxLength: 64 }).map((one) => {
    one[63] = 0;
    return one;
  });
  fc.assert(
    fc.property(keys, bytes, fc.oneof(canonicalS, bytes), (key, text, candidate) => {
      const verdict = node.verify(key, text, candidate);
      expect(noble.verify(key, text, candidate)).toBe(verdict);
    }),
    { numRuns: 200 },
  );
});

describe("what is let through to the curve", () => {
  const point = (y: bigint) => littleEndian(y);

  test.each([
    ["p − 2", FIELD_ORDER - 2n, true],
    ["p − 1, of order 2", FIELD_ORDER - 1n, false],
    ["p", FIELD_ORDER, false],
    ["p + 2", FIELD_ORDER + 2n, false],
    ["2^255 − 1", 2n ** 255n - 1n, false],
    ["2", 2n, true],
    ["1, the identity", 1n, false],
    ["0, of order 4", 0n, false],
  ])("y = %s, with either sign, in A and in R", (_, y, strict) => {
    for (const encoded of [point(y), withBitFlipped(point(y), SIGN_BIT)]) {
      expect(isStrict(encoded, signature)).toBe(strict);
      const asR = Uint8Array.of(...encoded, ...signature.subarray(32));
      expect(isStrict(publicKey, asR)).toBe(strict);
    }
  });

  test.each([
    ["0", 0n, true],
    ["L − 1", GROUP_ORDER - 1n, true],
    ["L", GROUP_ORDER, false],
    ["2^253", 2n ** 253n, false],
    ["2^256 − 1", 2n ** 256n - 1n, false],
  ])("S = %s", (_, s, strict) => {
    expect(
      isStrict(
        publicKey,
        withS(signature, () => s),
      ),
    ).toBe(strict);
  });

  test("no point of small order, in either sign", () => {
    const encodings = SMALL_ORDER_POINTS.map((one) => one.toBytes());
    expect(new Set(encodings.map(String)).size).toBe(8);
    for (const encoded of encodings) {
      expect(isStrict(encoded, signature)).toBe(false);
      expect(isStrict(withBitFlipped(encoded, SIGN_BIT), signature)).toBe(false);
    }
  });

  test.each(RFC_8032_VECTORS)("the key and the signature of RFC 8032, 7.1, $name", (vector) => {
    expect(isStrict(fromHex(vector.publicKey), fromHex(vector.signature))).toBe(true);
  });
});
