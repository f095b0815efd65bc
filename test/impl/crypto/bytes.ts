import { nobleScheme } from "../../../impl/crypto/noble.ts";
import { nodeScheme } from "../../../impl/host/crypto/node.ts";

/** The two implementations of one contract. */
export const SCHEMES = [nodeScheme, nobleScheme];

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function withBitFlipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** A secret key of which the tests need nothing but that it differs from the others. */
export const secretKeyOf = (seed: number) => new Uint8Array(32).fill(seed);

export const textBytes = (text: string) => new TextEncoder().encode(text);
