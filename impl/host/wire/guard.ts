import { type Token, Tokenizer } from "cborg";
import { HostError } from "../errors.ts";
import type { WireLimits } from "./limits.ts";

const strict = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
};

/** The error for what is not deterministic CBOR of plain data within the limits. */
export function malformed(what: string, cause?: unknown): HostError {
  return new HostError("frame-malformed", what, cause === undefined ? {} : { cause });
}

/**
 * Hands a decoder one CBOR token after another and refuses, before the decoder recurses or allocates,
 * what deterministic CBOR of plain data does not have and what exceeds the limits.
 */
export class GuardedTokens {
  readonly #bytes: Uint8Array;
  readonly #limits: WireLimits;
  readonly #tokens: Tokenizer;
  /** How many items each open array or map still awaits, the outermost first. */
  readonly #awaited: number[] = [];
  #items = 0;

  constructor(bytes: Uint8Array, limits: WireLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#tokens = new Tokenizer(bytes, strict);
  }

  done(): boolean {
    return this.#tokens.done();
  }

  pos(): number {
    return this.#tokens.pos();
  }

  /** @throws HostError `frame-malformed` */
  next(): Token {
    const start = this.pos();
    const token = this.#tokens.next();
    this.#items++;
    if (this.#items > this.#limits.itemsMax) {
      throw malformed(`There are more than ${this.#limits.itemsMax} items.`);
    }
    switch (token.type.name) {
      case "array":
        this.#open(token.value, 1);
        break;
      case "map":
        this.#open(token.value, 2);
        break;
      case "uint":
      case "negint":
        if (!Number.isSafeInteger(token.value)) throw malformed("An integer is not safe.");
        this.#close();
        break;
      case "string":
        this.#keepByteOrderMark(token, start);
        this.#close();
        break;
      case "bytes":
      case "null":
      case "true":
      case "false":
        this.#close();
        break;
      default:
        throw malformed(`There is an item of type ${token.type.name}.`);
    }
    return token;
  }

  #open(count: number, itemsEach: number): void {
    // Each item takes a byte at least, so a count beyond the rest of the input is a lie.
    const items = count * itemsEach;
    if (!(items <= this.#bytes.length - this.pos())) {
      throw malformed("An array or map is longer than what follows.");
    }
    if (this.#awaited.length >= this.#limits.depthMax) {
      throw malformed(`Arrays and maps nest deeper than ${this.#limits.depthMax}.`);
    }
    if (items === 0) this.#close();
    else this.#awaited.push(items);
  }

  /** An item is complete, and with it perhaps what it is the last item of. */
  #close(): void {
    while (this.#awaited.length > 0) {
      const last = this.#awaited.length - 1;
      const awaited = (this.#awaited[last] ?? 0) - 1;
      this.#awaited[last] = awaited;
      if (awaited > 0) return;
      this.#awaited.pop();
    }
  }

  /** cborg's TextDecoder takes a leading U+FEFF for a byte order mark and swallows it. */
  #keepByteOrderMark(token: Token, start: number): void {
    const at = start + headLength(this.#bytes[start] ?? 0);
    const bytes = this.#bytes;
    if (at + 3 > this.pos() || bytes[at] !== 0xef) return;
    if (bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) token.value = `\uFEFF${token.value}`;
  }
}

/** Bytes before the content of a string, by its first byte (RFC 8949, section 3). */
function headLength(first: number): number {
  const additional = first & 31;
  return additional < 24 ? 1 : 1 + 2 ** (additional - 24);
}
