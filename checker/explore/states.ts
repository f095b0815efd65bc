import { NO_ACTION } from "./commuting.ts";
import { Layout } from "./layout.ts";
import type { Model } from "./model.ts";
import {
  PARTITION_BITS,
  PARTITIONS,
  Partition,
  partitionOf,
  placeOf,
  type Ref,
  refOf,
} from "./store.ts";
import type { Team } from "./team.ts";

/** How many states the buffer of a partition holds at first. */
const FIRST_CAPACITY = 16;
/** Buffers grow up to so many words each … */
const MAX_BUFFER_WORDS = 1 << 14;
/** … and one state for so many that the partition stores. */
const STATES_PER_BUFFERED = 8;
/** What a track that outgrows its width gets besides, while there are fewer than many states. */
const SPARE_BITS = 2;
const MANY = 100_000;
/** A cache line: buffers that began at multiples of a page would displace each other. */
const PADDING = 16;

/** Is told of each state when it is found first. */
export interface Discovery {
  /** @param via an action that led to it from a state of the level before; NO_ACTION if not known */
  found(ref: Ref, words: Int32Array, base: number, via: number): void;
  /** Another worker has seen an action lead from one state to another. */
  learn(action: number, words: Int32Array, to: number, from: number): void;
}

/**
 * The states found so far. Successors are not looked up at once: each is appended to the buffer of
 * its partition, and a full buffer is inserted while the partition's table stays in the cache.
 */
export class States {
  readonly partitions = Array.from({ length: PARTITIONS }, () => new Partition());
  layout: Layout;
  /** the length of a buffered state: its words, its parent, its hash, the action that led there */
  stride: number;
  /** the buffer of partition p begins at p · bufferRoom */
  buffer = new Int32Array(0);
  bufferRoom = 0;
  /** how many states each partition's buffer holds, and how many it can */
  readonly buffered = new Int32Array(PARTITIONS);
  capacity = FIRST_CAPACITY;
  count = 0;
  /** breadth first: the number of the level that is expanded; the start states are level 1 */
  level = 0;
  /** by action: see `Commuting` */
  ranks = new Int32Array(0);
  /** the workers that search together; each holds the states of its own partitions */
  team: Team | null = null;
  /** depth first: states to expand, and the length of the path to what is being buffered */
  readonly stack: Ref[] | null;
  pathLength = 0;
  readonly #discovery: Discovery;

  constructor(model: Model, depthFirst: boolean, discovery: Discovery) {
    this.stack = depthFirst ? [] : null;
    this.#discovery = discovery;
    this.layout = new Layout(model.tracks.map((_, track) => initialBits(model, track)));
    const counts = model.localCounts();
    if (this.layout.overflows(counts)) this.layout = this.layout.widened(counts, SPARE_BITS);
    this.stride = this.layout.words + 3;
    this.#allotBuffer();
  }

  #allotBuffer(): void {
    this.bufferRoom = this.capacity * this.stride + PADDING;
    this.buffer = new Int32Array(this.bufferRoom * PARTITIONS);
  }

  /**
   * Buffers a state. The expander has this inlined.
   * @param via the action that led to it, or NO_ACTION
   */
  add(words: Int32Array, parent: Ref, via: number): void {
    const { layout, stride, buffer } = this;
    const hash = layout.hashAt(words, 0);
    const at = hash >>> (32 - PARTITION_BITS);
    const to = at * this.bufferRoom + (this.buffered[at] as number) * stride;
    for (let word = 0; word < layout.words; word++) buffer[to + word] = words[word] as number;
    buffer[to + stride - 3] = parent;
    buffer[to + stride - 2] = hash;
    buffer[to + stride - 1] = via;
    this.buffered[at] = (this.buffered[at] as number) + 1;
    if (this.buffered[at] === this.capacity) this.flush(at);
  }

  flushAll(): void {
    for (let at = 0; at < PARTITIONS; at++) if ((this.buffered[at] as number) > 0) this.flush(at);
  }

  /** Inserts a partition's buffered states, or sends them to the worker that owns it. */
  flush(at: number): void {
    const count = this.buffered[at] as number;
    this.buffered[at] = 0;
    const from = at * this.bufferRoom;
    if (this.team?.owns(at) === false) this.#send(this.team, at, from, count);
    else this.#insert(at, this.buffer, from, count, this.stride);
  }

  /** Sends each state with its parent: the owner must know from where the action led to it. */
  #send(team: Team, at: number, from: number, count: number): void {
    const { stride, buffer } = this;
    const width = stride - 3;
    const step = stride + width;
    const records = new Int32Array(count * step);
    for (let one = 0; one < count; one++) {
      const start = from + one * stride;
      records.set(buffer.subarray(start, start + stride), one * step);
      const parent = buffer[start + width] as number;
      const base = placeOf(parent) * width;
      const { words } = this.partitions[partitionOf(parent)] as Partition;
      records.set(words.subarray(base, base + width), one * step + stride);
    }
    team.send(at, records, step, count);
  }

  /** Inserts states that another worker has sent. */
  receive(at: number, words: Int32Array, from: number, count: number): void {
    this.#insert(at, words, from, count, this.stride * 2 - 3);
  }

  /**
   * Inserts states of a partition: its part of the table stays in the cache meanwhile.
   * @param step from one state to the next; longer than the stride where their parents follow them
   */
  #insert(at: number, buffer: Int32Array, first: number, count: number, step: number): void {
    const partition = this.partitions[at] as Partition;
    const { stride, stack, ranks } = this;
    const width = stride - 3;
    const depth = stack === null ? -1 : this.pathLength;
    partition.reserve(count, this.layout);
    const end = first + count * step;
    const { levelEnd } = partition;
    for (let from = first; from < end; from += step) {
      const hash = buffer[from + width + 1] as number;
      const place = partition.find(buffer, from, width, hash);
      if (place < 0) {
        const added = partition.add(buffer, from, width, -1 - place, hash, depth);
        this.count++;
        const via = stack === null ? (buffer[from + width + 2] as number) : NO_ACTION;
        if (stack === null) {
          if (step > stride && via >= 0) {
            this.#discovery.learn(via, buffer, from, from + stride);
          }
          partition.setVia(added, via);
        } else {
          partition.parents[added] = buffer[from + width] as number;
          partition.depths[added] = depth;
          stack.push(refOf(at, added));
        }
        this.#discovery.found(refOf(at, added), partition.words, added * width, via);
      } else if (stack === null) {
        if (place < levelEnd) continue;
        const via = buffer[from + width + 2] as number;
        const known = partition.viaNext[place - levelEnd] as number;
        if (via < 0 || (known >= 0 && (ranks[via] as number) >= (ranks[known] as number))) continue;
        if (step > stride) this.#discovery.learn(via, buffer, from, from + stride);
        partition.viaNext[place - levelEnd] = via;
      } else if (depth < (partition.depths[place] as number)) {
        partition.depths[place] = depth;
        partition.parents[place] = buffer[from + width] as number;
        stack.push(refOf(at, place));
      }
    }
  }

  /** Makes what the last level found the new level; false where it found nothing. */
  openLevel(): boolean {
    let any = false;
    this.#growBuffer();
    this.level++;
    for (const partition of this.partitions) if (partition.openLevel(this.level)) any = true;
    return any;
  }

  #growBuffer(): void {
    const before = this.capacity;
    const wanted = this.count / (PARTITIONS * STATES_PER_BUFFERED);
    while (this.capacity < wanted && this.capacity * 2 * this.stride <= MAX_BUFFER_WORDS) {
      this.capacity *= 2;
    }
    if (this.capacity > before) this.#allotBuffer();
  }

  /** Some track has outgrown its width: everything is packed anew. */
  widen(counts: readonly number[]): void {
    this.flushAll();
    const from = this.layout;
    this.layout = from.widened(counts, this.count < MANY ? SPARE_BITS : 1);
    for (const partition of this.partitions) partition.repack(from, this.layout);
    this.stride = this.layout.words + 3;
    this.#allotBuffer();
  }

  wordsOf(ref: Ref): Int32Array {
    const { words: width } = this.layout;
    const base = placeOf(ref) * width;
    return (this.partitions[partitionOf(ref)] as Partition).words.slice(base, base + width);
  }

  /** Depth first: the state before it on its shortest known path. */
  parentOf(ref: Ref): Ref {
    return (this.partitions[partitionOf(ref)] as Partition).parents[placeOf(ref)] as Ref;
  }

  /** Breadth first: the level of a state, from 1. */
  levelOf(ref: Ref): number {
    const [partition, place] = [this.partitions[partitionOf(ref)] as Partition, placeOf(ref)];
    return place >= partition.levelEnd ? this.level + 1 : partition.levelOf(place);
  }

  /** Breadth first: the states of a level. */
  *onLevel(level: number): Generator<Ref> {
    for (const [at, partition] of this.partitions.entries()) {
      const [from, to] = partition.placesOf(level);
      for (let place = from; place < to; place++) yield refOf(at, place);
    }
  }

  /**
   * Breadth first: how many states each level has, those last that were found and not expanded; null
   * depth first.
   */
  levels(): number[] | null {
    if (this.stack !== null) return null;
    const counts = Array.from({ length: this.level + 1 }, () => 0);
    for (const partition of this.partitions) {
      for (let level = 1; level <= this.level; level++) {
        const [from, to] = partition.placesOf(level);
        counts[level - 1] = (counts[level - 1] as number) + to - from;
      }
      counts[this.level] = (counts[this.level] as number) + partition.count - partition.levelEnd;
    }
    return counts;
  }

  /** The length of the longest shortest path that a depth-first search knows, in edges. */
  deepest(): number {
    let deepest = 0;
    for (const { count, depths } of this.partitions) {
      for (let at = 0; at < count; at++) deepest = Math.max(deepest, depths[at] as number);
    }
    return deepest;
  }

  get bytes(): number {
    let bytes = 0;
    for (const partition of this.partitions) bytes += partition.bytes;
    return bytes + this.buffer.byteLength;
  }
}

function initialBits(model: Model, track: number): number {
  const [value] = model.values[track] ?? [];
  if (model.tracks[track]?.cell !== null) return typeof value === "boolean" ? 1 : 2;
  return 3;
}
