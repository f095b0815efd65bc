import type { DigestFunction } from "../../../../spec/automaton/index.ts";
import { pieceOf } from "../../../network/pieces.ts";

/**
 * A piece of a state. At level 0 it is a piece of its text; above, the digests of pieces of the level below, one
 * after the other.
 */
export interface Chunk {
  readonly level: number;
  readonly text: string;
}

/** A text cut into chunks, each named by its digest: the name of the root commits to all of them. */
export interface ChunkTree {
  /** of the root */
  readonly digest: string;
  /** by digest; equal chunks are one */
  readonly chunks: ReadonlyMap<string, Chunk>;
}

/** SHA-256 in hexadecimal. */
const DIGEST_CHARS = 64;
/** UTF-8 takes at most three bytes for each UTF-16 code unit. */
const BYTES_PER_CHAR = 3;
const CHUNK_CHARS_MAX = 65_536;
/** What else a message with a chunk holds. */
const OVERHEAD_BYTES = 512;

/**
 * The length of chunks, in UTF-16 code units: it is part of what replicas digest, so it is the same on all of them.
 * @param messageBytes the longest message, at least 1 KiB
 */
export function chunkCharsOf(messageBytes: number): number {
  const fits = Math.floor((messageBytes - OVERHEAD_BYTES) / BYTES_PER_CHAR);
  return Math.max(2 * DIGEST_CHARS, Math.min(CHUNK_CHARS_MAX, fits));
}

/** The name of a chunk. */
export const digestOfChunk = ({ level, text }: Chunk, digest: DigestFunction): string =>
  digest({ level, text });

/** The names of the chunks that a chunk above level 0 stands for. */
export function childrenOf({ text }: Chunk): string[] {
  return Array.from({ length: Math.floor(text.length / DIGEST_CHARS) }, (_, at) =>
    text.slice(at * DIGEST_CHARS, (at + 1) * DIGEST_CHARS),
  );
}

/** Cuts a text into a tree. */
export function treeOf(text: string, chunkChars: number, digest: DigestFunction): ChunkTree {
  const chunks = new Map<string, Chunk>();
  const named = (level: number) => (piece: string) => {
    const chunk = { level, text: piece };
    const name = digestOfChunk(chunk, digest);
    chunks.set(name, chunk);
    return name;
  };
  const wide = chunkChars - (chunkChars % DIGEST_CHARS);
  let names = pieces(text, chunkChars).map(named(0));
  for (let level = 1; names.length > 1; level += 1) {
    names = pieces(names.join(""), wide).map(named(level));
  }
  return { digest: names[0] as string, chunks };
}

/** The text whose tree has this root; null while chunks are missing. */
export function textOf(root: string, chunks: ReadonlyMap<string, Chunk>): string | null {
  const chunk = chunks.get(root);
  if (chunk === undefined) return null;
  if (chunk.level === 0) return chunk.text;
  let text = "";
  for (const child of childrenOf(chunk)) {
    const part = textOf(child, chunks);
    if (part === null) return null;
    text += part;
  }
  return text;
}

/** At least one, none longer than `chars`, none with half of a character at its end. */
function pieces(text: string, chars: number): string[] {
  const all: string[] = [];
  for (let at = 0; at < text.length || at === 0; ) {
    const piece = pieceOf(text, at, chars);
    all.push(piece);
    at += Math.max(1, piece.length);
  }
  return all;
}
