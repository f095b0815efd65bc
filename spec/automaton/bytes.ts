const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const brand = Symbol.for("quorate.Bytes");

/** An immutable string of bytes: a leaf of a state, equal by content. */
export class Bytes {
  readonly #bytes: Uint8Array;
  readonly [brand] = true;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    Object.freeze(this);
  }

  /** Copies `source`; later changes of the source do not show. */
  static from(source: Iterable<number>): Bytes {
    return new Bytes(Uint8Array.from(source));
  }

  /** The bytes that `hex`, an even number of lower- or upper-case hexadecimal digits, spells. */
  static fromHex(hex: string): Bytes {
    if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) {
      throw new RangeError(`not a hexadecimal string of whole bytes: ${JSON.stringify(hex)}`);
    }
    return new Bytes(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  }

  /** True for Bytes of this or of another loaded copy of the library. */
  static is(value: unknown): value is Bytes {
    return typeof value === "object" && value !== null && brand in value;
  }

  get length(): number {
    return this.#bytes.length;
  }

  toHex(): string {
    return Array.from(this.#bytes, (byte) => HEX[byte]).join("");
  }

  /** A fresh copy, which the caller may change. */
  toUint8Array(): Uint8Array {
    return this.#bytes.slice();
  }

  toJSON(): string {
    return `hex:${this.toHex()}`;
  }
}
