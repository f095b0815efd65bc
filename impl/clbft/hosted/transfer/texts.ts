import { canonical, type DigestFunction } from "../../../../spec/automaton/index.ts";
import type { Snapshot } from "../../execution/automaton.ts";
import { type ChunkTree, treeOf } from "./tree.ts";

/** How many of the last trees are held without anybody's fetching them. */
const RECENT = 2;

/** Checkpoints of this replica's own, by sequence number. */
type Snapshots = Readonly<Record<string, Snapshot>>;

/**
 * The states of this replica's checkpoints as texts in chunks. A checkpoint is digested once, and its chunks are served
 * from what that left behind, not from the state.
 */
export class StateTexts {
  readonly #digest: DigestFunction;
  readonly #chunkChars: number;
  /** by digest, the oldest first */
  readonly #trees = new Map<string, ChunkTree>();
  #pinned: ReadonlySet<string> = new Set();

  constructor(digest: DigestFunction, chunkChars: number) {
    this.#digest = digest;
    this.#chunkChars = chunkChars;
  }

  /** The digest of a checkpoint, for `execution`: of the root of the tree of its canonical form. */
  readonly digest: DigestFunction = (checkpoint) => {
    const tree = treeOf(canonical(checkpoint), this.#chunkChars, this.#digest);
    this.#trees.delete(tree.digest);
    this.#trees.set(tree.digest, tree);
    this.#trim();
    return tree.digest as ReturnType<DigestFunction>;
  };

  /** The newest of this replica's own, if there is one, whatever its digest was when it was stored. */
  newest(snapshots: Snapshots): ChunkTree | null {
    const n = Math.max(0, ...Object.keys(snapshots).map(Number));
    const own = snapshots[`${n}`];
    if (own === undefined) return null;
    return this.#trees.get(own.digest) ?? this.#made(n, own);
  }

  /** The tree of a checkpoint that is remembered, or that is among the snapshots still. */
  find(digest: string, snapshots: Snapshots): ChunkTree | null {
    const known = this.#trees.get(digest);
    if (known !== undefined) return known;
    const found = Object.entries(snapshots).find(([, one]) => one.digest === digest);
    if (found === undefined) return null;
    const [n, snapshot] = found;
    const tree = this.#made(Number(n), snapshot);
    return tree?.digest === digest ? tree : null;
  }

  /** Keeps these trees, whatever newer ones there are. */
  pin(digests: ReadonlySet<string>): void {
    this.#pinned = digests;
    this.#trim();
  }

  #made(n: number, { state }: Snapshots[string]): ChunkTree | null {
    return this.#trees.get(this.digest({ n, state })) ?? null;
  }

  #trim(): void {
    const loose = [...this.#trees.keys()].filter((one) => !this.#pinned.has(one));
    for (const old of loose.slice(0, -RECENT)) this.#trees.delete(old);
  }
}

/** The digest function of checkpoints alone, for who serves nobody. */
export const checkpointDigest =
  (digest: DigestFunction, chunkChars: number): DigestFunction =>
  (checkpoint) =>
    treeOf(canonical(checkpoint), chunkChars, digest).digest as ReturnType<DigestFunction>;
