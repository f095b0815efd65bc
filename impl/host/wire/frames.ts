import { HostError } from "../errors.ts";

/** Bytes of a frame before its payload: the payload's length, unsigned, big endian. */
export const FRAME_HEAD_BYTES = 4;

/** One frame around a payload of less than 2^32 bytes. */
export function frameOf(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEAD_BYTES + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length);
  frame.set(payload, FRAME_HEAD_BYTES);
  return frame;
}

/**
 * Cuts a stream of bytes into the payloads of its frames. It holds at most one unfinished payload and
 * copies each byte a constant number of times, however the stream is chopped.
 */
export class FrameSplitter {
  readonly #payloadBytesMax: number;
  #head = 0;
  #headBytes = 0;
  /** The payload so far, in a buffer that doubles as bytes come: a length alone allocates nothing. */
  #payload = new Uint8Array(0);
  #payloadBytes = 0;

  /** @param payloadBytesMax of one frame, without its head */
  constructor(payloadBytesMax: number) {
    this.#payloadBytesMax = payloadBytesMax;
  }

  /** Bytes of an unfinished frame that are held. */
  get heldBytes(): number {
    return this.#headBytes + this.#payloadBytes;
  }

  /**
   * Takes the next bytes of the stream.
   * @returns the payloads that are now whole, in order; they may share memory with `chunk`
   * @throws HostError `frame-too-large` as soon as a head announces too much; the stream is then lost
   */
  push(chunk: Uint8Array): Uint8Array[] {
    const payloads: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length) {
      at = this.#takeHead(chunk, at);
      if (this.#headBytes < FRAME_HEAD_BYTES) break;
      const missing = this.#head - this.#payloadBytes;
      const end = Math.min(at + missing, chunk.length);
      const part = chunk.subarray(at, end);
      at = end;
      if (part.length < missing) {
        this.#hold(part);
        break;
      }
      if (this.#payloadBytes === 0) payloads.push(part);
      else {
        this.#hold(part);
        payloads.push(this.#payload.subarray(0, this.#head));
      }
      this.#startFrame();
    }
    return payloads;
  }

  #takeHead(chunk: Uint8Array, from: number): number {
    let at = from;
    for (; this.#headBytes < FRAME_HEAD_BYTES && at < chunk.length; at++) {
      this.#head = this.#head * 256 + (chunk[at] ?? 0);
      this.#headBytes++;
      if (this.#headBytes === FRAME_HEAD_BYTES && this.#head > this.#payloadBytesMax) {
        throw new HostError(
          "frame-too-large",
          `A frame announces ${this.#head} bytes; ${this.#payloadBytesMax} are allowed.`,
        );
      }
    }
    return at;
  }

  #hold(part: Uint8Array): void {
    const needed = this.#payloadBytes + part.length;
    if (needed > this.#payload.length) {
      const capacity = Math.min(this.#head, Math.max(needed, 2 * this.#payload.length, 1024));
      const grown = new Uint8Array(capacity);
      grown.set(this.#payload.subarray(0, this.#payloadBytes));
      this.#payload = grown;
    }
    this.#payload.set(part, this.#payloadBytes);
    this.#payloadBytes = needed;
  }

  #startFrame(): void {
    this.#head = 0;
    this.#headBytes = 0;
    this.#payload = new Uint8Array(0);
    this.#payloadBytes = 0;
  }
}
