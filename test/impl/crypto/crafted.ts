import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, concatBytes, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { fromHex, textBytes } from "./bytes.ts";

/*
 * Signatures that no honest signer makes. Whoever knows the secret scalar a can add points of small
 * order to A and to R and pick any encoding of them: what a verifier then says is up to its
 * corners.
 */

const { Point } = ed25519;
type Point = InstanceType<typeof Point>;

/** L, the order of the base point */
export const GROUP_ORDER = Point.Fn.ORDER;
/** p */
export const FIELD_ORDER = Point.Fp.ORDER;

export const littleEndian = (number: bigint) => numberToBytesLE(number, 32);

/** The eight points whose order divides 8: the multiples of one of order 8. */
export const SMALL_ORDER_POINTS: readonly Point[] = Array.from({ length: 8 }, (_, times) =>
  Point.fromBytes(
    fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
  ).multiplyUnsafe(BigInt(times)),
);

/** The small-order point of the given order, 1, 2, 4 or 8. */
export function pointOfOrder(order: 1 | 2 | 4 | 8): Point {
  return SMALL_ORDER_POINTS[(8 / order) % 8] as Point;
}

export interface Crafted {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Craft {
  /** A = [a]B + a point of small order */
  readonly a: bigint;
  readonly addedToA?: Point;
  /** How A is spelled, if not as its encoding says. */
  readonly publicKey?: Uint8Array;
  /** R = [r]B + a point of small order */
  readonly r: bigint;
  readonly addedToR?: Point;
  readonly spelledR?: Uint8Array;
  /** Whether R + [k]A = [S]B is to hold as it stands: messages are tried until it does, or not. */
  readonly holds: boolean;
}

/** Always right up to a point of small order: the equation times 8 holds. */
export function craft(wanted: Craft): Crafted {
  const { a, addedToA = Point.ZERO, r, addedToR = Point.ZERO } = wanted;
  const publicKey = wanted.publicKey ?? times(a).add(addedToA).toBytes();
  const encodedR = wanted.spelledR ?? times(r).add(addedToR).toBytes();
  for (let attempt = 0; attempt < 1000; attempt++) {
    const message = textBytes(`crafted ${attempt}`);
    const k = Point.Fn.create(bytesToNumberLE(sha512(concatBytes(encodedR, publicKey, message))));
    // Of k mod L, as verifiers reduce it: L times a point of small order is not zero.
    const left = addedToR.add(addedToA.multiplyUnsafe(k % 8n));
    if (left.is0() !== wanted.holds) continue;
    const s = littleEndian(Point.Fn.create(r + k * a));
    return { publicKey, message, signature: concatBytes(encodedR, s) };
  }
  throw new Error("No message makes this signature.");
}

function times(scalar: bigint): Point {
  return Point.BASE.multiplyUnsafe(scalar);
}

/** The same signature with another S: what it stands for is equal modulo L if `s` is. */
export function withS(signature: Uint8Array, change: (s: bigint) => bigint): Uint8Array {
  const s = bytesToNumberLE(signature.subarray(32));
  return concatBytes(signature.subarray(0, 32), littleEndian(change(s)));
}
