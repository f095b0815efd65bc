/*
 * What every scheme refuses before it computes anything. RFC 8032 leaves corners in which libraries
 * differ: OpenSSL reads a public key whose y is not reduced, noble does not; OpenSSL takes a key of
 * small order, noble does not. Replicas that disagree on one signature can be driven apart, so
 * these corners are decided here, once, by bytes alone.
 */

/** bytes of a secret key (the seed of RFC 8032, 5.1.5) and of a public key */
export const KEY_LENGTH = 32;
/** bytes of a signature: the encoded point R, then the scalar S */
export const SIGNATURE_LENGTH = 64;

/** Little-endian, as RFC 8032 writes integers. */
const littleEndian = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** p = 2^255 − 19 */
const FIELD_ORDER = littleEndian(`ed${"ff".repeat(30)}7f`);
/** L = 2^252 + 27742317777372353535851937790883648493 */
const GROUP_ORDER = littleEndian(`edd3f55c1a631258d69cf7a2def9de14${"00".repeat(15)}10`);

/** The y of the eight points whose order divides 8: 0, 1, −1 and the two of order 8. */
const SMALL_ORDER_YS = [
  `00${"00".repeat(31)}`,
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map(littleEndian);

/** The sign of x sits above the 255 bits of y. */
const Y_TOP = 0x7f;

/** y of an encoded point is below p, and not that of a point of small order. */
function isStrictPoint(bytes: Uint8Array, at: number): boolean {
  return (
    compareAt(bytes, at, FIELD_ORDER, Y_TOP) < 0 &&
    SMALL_ORDER_YS.every((y) => compareAt(bytes, at, y, Y_TOP) !== 0)
  );
}

/** Compares 32 little-endian bytes at `at`, the last one masked by `top`, with `other`. */
function compareAt(bytes: Uint8Array, at: number, other: Uint8Array, top: number): number {
  for (let digit = KEY_LENGTH - 1; digit >= 0; digit--) {
    const mask = digit === KEY_LENGTH - 1 ? top : 0xff;
    const difference = ((bytes[at + digit] ?? 0) & mask) - (other[digit] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Whether a public key A and a signature (R, S) are in the one form that schemes go on to check:
 * right lengths; y of A and of R below p (RFC 8032, 5.1.3); S below L (5.1.7). Stricter than the
 * RFC: neither A nor R of small order, for a key of small order signs many messages at once.
 * It does not look whether A and R are on the curve: the schemes do, and agree on it.
 */
export function isStrict(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return (
    publicKey.length === KEY_LENGTH &&
    signature.length === SIGNATURE_LENGTH &&
    isStrictPoint(publicKey, 0) &&
    isStrictPoint(signature, 0) &&
    compareAt(signature, KEY_LENGTH, GROUP_ORDER, 0xff) < 0
  );
}

/** @throws RangeError unless the secret key has 32 bytes; the message never shows any of them */
export function assertSecretKey(secretKey: Uint8Array): void {
  if (secretKey.length === KEY_LENGTH) return;
  throw new RangeError(`A secret key has ${KEY_LENGTH} bytes, not ${secretKey.length}.`);
}
