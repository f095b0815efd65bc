import type { Message as AnyMessage, Wire } from "../../../network/process.ts";
import { misshapen, natural, record, text } from "../../../network/shape.ts";

/*
 * How a replica fetches the state of a checkpoint: nothing of it is signed, since every chunk is checked against a name
 * that the certified digest commits to.
 */

/** Asks for chunks of a checkpoint: of the digest `of`, by their own digests; that of the root is `of`. */
export interface FetchMessage {
  readonly type: "FETCH";
  readonly of: string;
  readonly chunks: readonly string[];
}

export interface ChunkMessage {
  readonly type: "CHUNK";
  readonly digest: string;
  readonly level: number;
  readonly text: string;
}

/** The sender has no state with this digest, or no more. */
export interface GoneMessage {
  readonly type: "GONE";
  readonly of: string;
}

export type TransferMessage = FetchMessage | ChunkMessage | GoneMessage;

/** How many chunks may be asked for at a time: what a requester waits for, and an answer's size. */
export const CHUNKS_AT_ONCE = 8;
/** How many chunks one peer gets a second, from a correct replica. */
export const CHUNKS_PER_SECOND = 256;

/** More levels than any state has that fits into a memory. */
const LEVELS_MAX = 16;
const HASH = /^[0-9a-f]{64}$/;

export const isTransfer = (type: string): type is TransferMessage["type"] =>
  type === "FETCH" || type === "CHUNK" || type === "GONE";

/** Checks the shape; to be called within `shaped`. */
export function decodeTransfer(
  type: TransferMessage["type"],
  message: Wire,
  chunkChars: number,
): TransferMessage {
  switch (type) {
    case "FETCH": {
      const { of, chunks } = record(message, "type", "of", "chunks");
      if (!Array.isArray(chunks) || chunks.length === 0 || chunks.length > CHUNKS_AT_ONCE) {
        return misshapen("no list of chunks");
      }
      return { type, of: hash(of), chunks: chunks.map(hash) };
    }
    case "CHUNK": {
      const fields = record(message, "type", "digest", "level", "text");
      const level = natural(fields.level, "level");
      if (level > LEVELS_MAX) misshapen("too many levels");
      return {
        type,
        digest: hash(fields.digest),
        level,
        text: text(fields.text, chunkChars, "chunk"),
      };
    }
    case "GONE":
      return { type, of: hash(record(message, "type", "of").of) };
  }
}

export const asMessage = (message: TransferMessage): AnyMessage => message as unknown as AnyMessage;

function hash(value: Wire): string {
  const digest = text(value, 64, "digest");
  return HASH.test(digest) ? digest : misshapen("digest is no SHA-256 in hexadecimal");
}
