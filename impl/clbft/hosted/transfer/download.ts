import type { DigestFunction } from "../../../../spec/automaton/index.ts";
import type { Checkpoint } from "../../messages.ts";
import { type Chunk, childrenOf, digestOfChunk, textOf } from "./tree.ts";

/** What became of a chunk that came. */
export type Taken =
  | "taken"
  /** it is not what its name says */
  | "false"
  /** it is there already, or nobody has asked for it */
  | "unwanted";

/** The state of a checkpoint on its way here: only chunks that the certified digest commits to are kept. */
export class Download {
  readonly checkpoint: Checkpoint;
  readonly #digest: DigestFunction;
  /** chunks from elsewhere: those that this state has too need not be fetched */
  readonly #spare: ReadonlyMap<string, Chunk>;
  readonly #chunks = new Map<string, Chunk>();
  readonly #missing = new Set<string>();

  constructor(
    checkpoint: Checkpoint,
    digest: DigestFunction,
    spare: ReadonlyMap<string, Chunk> = new Map(),
  ) {
    this.checkpoint = checkpoint;
    this.#digest = digest;
    this.#spare = spare;
    this.#want(checkpoint.digest);
  }

  /** How many chunks are missing as far as is known. */
  get missing(): number {
    return this.#missing.size;
  }

  /** What came so far. */
  get chunks(): ReadonlyMap<string, Chunk> {
    return this.#chunks;
  }

  /** The next chunks to ask for. */
  next(most: number): string[] {
    const wanted: string[] = [];
    for (const one of this.#missing) {
      if (wanted.length === most) break;
      wanted.push(one);
    }
    return wanted;
  }

  take(name: string, chunk: Chunk): Taken {
    if (!this.#missing.has(name)) return "unwanted";
    if (digestOfChunk(chunk, this.#digest) !== name) return "false";
    this.#missing.delete(name);
    this.#add(name, chunk);
    return "taken";
  }

  /** The whole text; null while chunks are missing. */
  text(): string | null {
    return this.#missing.size > 0 ? null : textOf(this.checkpoint.digest, this.#chunks);
  }

  #want(name: string): void {
    if (this.#chunks.has(name)) return;
    const spare = this.#spare.get(name);
    if (spare === undefined) this.#missing.add(name);
    else this.#add(name, spare);
  }

  #add(name: string, chunk: Chunk): void {
    this.#chunks.set(name, chunk);
    if (chunk.level > 0) for (const child of childrenOf(chunk)) this.#want(child);
  }
}
