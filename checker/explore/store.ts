import { type Layout, mix } from "./layout.ts";

export const PARTITION_BITS = 8;
export const PARTITIONS = 1 << PARTITION_BITS;
const INDEX_BITS = 32 - PARTITION_BITS;
const INDEX_MASK = (1 << INDEX_BITS) - 1;
const NO_INTS = new Int32Array(0);

/** Names a stored state: its partition and its place there, in one 32-bit integer. */
export type Ref = number;

export const refOf = (partition: number, at: number): Ref => (partition << INDEX_BITS) | at;
export const partitionOf = (ref: Ref): number => ref >>> INDEX_BITS;
export const placeOf = (ref: Ref): number => ref & INDEX_MASK;

/** No state: the parent of a start state. */
export const NO_REF: Ref = -1;

/**
 * One partition of the exact set of states: packed words in order of discovery, the parent of each,
 * and an open-addressing table of places. States of one partition stay close in memory.
 */
export class Partition {
  words = NO_INTS;
  parents = NO_INTS;
  /** in depth-first searches: the length of the shortest known path */
  depths = NO_INTS;
  count = 0;
  table = NO_INTS;
  /** the current breadth-first level: places from here … */
  levelStart = 0;
  /** … to before here */
  levelEnd = 0;

  /** The place of the state, or −1 − slot, the free table slot where it belongs. */
  find(words: Int32Array, from: number, width: number, hash: number): number {
    const { table } = this;
    const own = this.words;
    const mask = table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = (table[slot] as number) - 1;
      if (place < 0) return -1 - slot;
      let [a, b] = [place * width, from];
      const end = a + width;
      while (a < end && own[a] === words[b]) {
        a++;
        b++;
      }
      if (a === end) return place;
    }
  }

  /** Appends a state to the free slot that {@link find} gave, and returns its place. */
  add(
    words: Int32Array,
    from: number,
    width: number,
    slot: number,
    parent: Ref,
    depth: number,
  ): number {
    const place = this.count++;
    if (place > INDEX_MASK - 1) throw new RangeError("a partition of the state set is full");
    if (place * width + width > this.words.length) {
      const room = Math.max(64, Math.ceil(place * 1.5));
      this.words = resized(this.words, room * width);
      this.parents = resized(this.parents, room);
      if (depth >= 0) this.depths = resized(this.depths, room);
    }
    const at = place * width;
    for (let word = 0; word < width; word++) this.words[at + word] = words[from + word] as number;
    this.parents[place] = parent;
    if (depth >= 0) this.depths[place] = depth;
    this.table[slot] = place + 1;
    return place;
  }

  /** Makes room so that `more` states can be added without a table growing in between. */
  reserve(more: number, layout: Layout, factors: Int32Array): void {
    const needed = Math.ceil((this.count + more) / 0.7);
    if (needed <= this.table.length) return;
    let size = Math.max(128, this.table.length);
    while (size < needed) size *= 2;
    this.rebuild(size, layout, factors);
  }

  rebuild(size: number, layout: Layout, factors: Int32Array): void {
    const table = new Int32Array(size);
    const mask = size - 1;
    for (let place = 0; place < this.count; place++) {
      let sum = 0;
      for (let track = 0; track < factors.length; track++) {
        const id = layout.idAt(this.words, place * layout.words, track);
        sum = (sum + Math.imul(id, factors[track] as number)) | 0;
      }
      let slot = mix(sum) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = place + 1;
    }
    this.table = table;
  }

  /** Packs every state anew. Hashes do not depend on the layout, so the table stays. */
  repack(from: Layout, to: Layout, tracks: number): void {
    const words = new Int32Array((this.parents.length || this.count) * to.words);
    const ids = new Int32Array(tracks);
    for (let place = 0; place < this.count; place++) {
      for (let track = 0; track < tracks; track++) {
        ids[track] = from.idAt(this.words, place * from.words, track);
      }
      to.pack(ids, words, place * to.words);
    }
    this.words = words;
  }

  get bytes(): number {
    const { words, parents, depths, table } = this;
    return words.byteLength + parents.byteLength + depths.byteLength + table.byteLength;
  }
}

function resized(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
