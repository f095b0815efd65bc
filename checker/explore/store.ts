import type { Layout } from "./layout.ts";

export const PARTITION_BITS = 8;
export const PARTITIONS = 1 << PARTITION_BITS;
const INDEX_BITS = 32 - PARTITION_BITS;
const INDEX_MASK = (1 << INDEX_BITS) - 1;
const NO_INTS = new Int32Array(0);
/** Fuller than this the table is doubled. */
const FULL = 0.8;
/** How much longer an array becomes that is full. */
const GROWTH = 1.125;

/** Names a stored state: its partition and its place there, in one 32-bit integer. */
export type Ref = number;

export const refOf = (partition: number, at: number): Ref => (partition << INDEX_BITS) | at;
export const partitionOf = (ref: Ref): number => ref >>> INDEX_BITS;
export const placeOf = (ref: Ref): number => ref & INDEX_MASK;

/** No state: the parent of a start state, and of every state of a breadth-first search. */
export const NO_REF: Ref = -1;

/**
 * One partition of the exact set of states: packed words in order of discovery, and an
 * open-addressing table. An entry of the table is 0 where it is free; else its low bits are
 * place + 1 and its high bits some bits of the hash, so that most other states are passed over
 * without reading their words. States of one partition stay close in memory.
 *
 * A breadth-first search keeps no parents: a path is found again level by level, see `Paths`.
 */
export class Partition {
  words = NO_INTS;
  /** in depth-first searches: on the shortest known path */
  parents = NO_INTS;
  /** in depth-first searches: the length of the shortest known path */
  depths = NO_INTS;
  /** in depth-first searches: the length of that path when the state was expanded last; 0 before */
  expandedAt = NO_INTS;
  count = 0;
  table = NO_INTS;
  /** the current breadth-first level: places from here … */
  levelStart = 0;
  /** … to before here */
  levelEnd = 0;
  /** an action that led to each state of the current level: the least by rank of those stored */
  via = NO_INTS;
  /** the same of the next level, from {@link levelEnd} on */
  viaNext = NO_INTS;
  /** places with which a level began, and the levels, where they are not empty */
  readonly #starts: number[] = [];
  readonly #levels: number[] = [];

  /** The place of the state, or −1 − slot, the free table slot where it belongs. */
  find(words: Int32Array, from: number, width: number, hash: number): number {
    const { table } = this;
    const own = this.words;
    const mask = table.length - 1;
    const tag = tagOf(hash);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = table[slot] as number;
      if (entry === 0) return -1 - slot;
      const place = entry ^ tag;
      if (place >>> INDEX_BITS !== 0) continue;
      const base = (place - 1) * width;
      let word = 0;
      while (word < width && own[base + word] === words[from + word]) word++;
      if (word === width) return place - 1;
    }
  }

  /**
   * Appends a state to the free slot that {@link find} gave, and returns its place.
   * @param depth −1 in a breadth-first search
   */
  add(
    words: Int32Array,
    from: number,
    width: number,
    slot: number,
    hash: number,
    depth: number,
  ): number {
    const place = this.count++;
    if (place > INDEX_MASK - 1) throw new RangeError("a partition of the state set is full");
    if (place * width + width > this.words.length) this.#grow(place, width, depth >= 0);
    const own = this.words;
    const at = place * width;
    for (let word = 0; word < width; word++) own[at + word] = words[from + word] as number;
    this.table[slot] = (place + 1) | tagOf(hash);
    return place;
  }

  #grow(place: number, width: number, depthFirst: boolean): void {
    const room = Math.max(64, Math.ceil(place * GROWTH));
    this.words = resized(this.words, room * width);
    if (!depthFirst) return;
    this.parents = resized(this.parents, room);
    this.depths = resized(this.depths, room);
    this.expandedAt = resized(this.expandedAt, room);
  }

  /** Notes the action that led to a state of the next level. */
  setVia(place: number, action: number): void {
    const at = place - this.levelEnd;
    if (at >= this.viaNext.length) {
      this.viaNext = resized(this.viaNext, Math.max(64, Math.ceil(at * 1.5)));
    }
    this.viaNext[at] = action;
  }

  /** What the last level found becomes the level; returns whether there is any. */
  openLevel(level: number): boolean {
    this.levelStart = this.levelEnd;
    this.levelEnd = this.count;
    [this.via, this.viaNext] = [this.viaNext, this.via];
    if (this.levelEnd === this.levelStart) return false;
    this.#starts.push(this.levelStart);
    this.#levels.push(level);
    return true;
  }

  /** The level of a place that is not in the next one. */
  levelOf(place: number): number {
    return this.#levels[lastAtMost(this.#starts, place)] as number;
  }

  /** The places of a level: from … to before. */
  placesOf(level: number): readonly [from: number, to: number] {
    const at = lastAtMost(this.#levels, level);
    if (this.#levels[at] !== level) return [0, 0];
    return [this.#starts[at] as number, this.#starts[at + 1] ?? this.levelEnd];
  }

  /** Makes room so that `more` states can be added without a table growing in between. */
  reserve(more: number, layout: Layout): void {
    const needed = Math.ceil((this.count + more) / FULL);
    if (needed <= this.table.length) return;
    let size = Math.max(64, this.table.length);
    while (size < needed) size *= 2;
    const table = new Int32Array(size);
    const mask = size - 1;
    const { words: width } = layout;
    for (let place = 0; place < this.count; place++) {
      const hash = layout.hashAt(this.words, place * width);
      let slot = hash & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = (place + 1) | tagOf(hash);
    }
    this.table = table;
  }

  /** Packs every state anew. Hashes do not depend on the layout, so the table stays. */
  repack(from: Layout, to: Layout): void {
    const words = new Int32Array(
      (this.parents.length || Math.ceil(this.count * GROWTH)) * to.words,
    );
    from.repack(this.words, this.count, to, words);
    this.words = words;
  }

  get bytes(): number {
    const { words, parents, depths, expandedAt, via, viaNext, table } = this;
    const arrays = [words, parents, depths, expandedAt, via, viaNext, table];
    const levels = 16 * this.#starts.length;
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, levels);
  }
}

/** Bits of the hash that name neither the partition nor, in most tables, the slot. */
function tagOf(hash: number): number {
  return (hash >>> (INDEX_BITS - PARTITION_BITS)) << INDEX_BITS;
}

/** The position of the last of some ascending numbers that is not above `value`. */
function lastAtMost(numbers: readonly number[], value: number): number {
  let [from, to] = [0, numbers.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if ((numbers[middle] as number) <= value) from = middle;
    else to = middle;
  }
  return from;
}

function resized(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
