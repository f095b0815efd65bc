import { mix } from "../explore/layout.ts";
import type { Model } from "../explore/model.ts";
import type { States } from "../explore/states.ts";
import { PARTITION_BITS, type Partition } from "../explore/store.ts";
import type { Projection } from "./projections.ts";

/** The states that a search has stored, numbered from 0, to be counted in other ways. */
export class Stored {
  readonly size: number;
  readonly model: Model;
  readonly #states: States;
  /** the number of the first state of each partition */
  readonly #first: number[] = [];

  constructor(model: Model, states: States) {
    this.model = model;
    this.#states = states;
    let size = 0;
    for (const { count } of states.partitions) {
      this.#first.push(size);
      size += count;
    }
    this.size = size;
  }

  #load(index: number, into: Int32Array): void {
    let [low, high] = [0, this.#first.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#first[middle] as number) <= index) low = middle;
      else high = middle;
    }
    const { words } = this.#states.partitions[low] as Partition;
    const base = (index - (this.#first[low] as number)) * into.length;
    for (let word = 0; word < into.length; word++) into[word] = words[base + word] as number;
  }

  /** By track: how many states have each local id. */
  occurrences(): Int32Array[] {
    const { layout, partitions } = this.#states;
    const counts = this.model.values.map((values) => new Int32Array(values.length));
    for (const { words, count } of partitions) {
      counts.forEach((of, track) => {
        for (let place = 0; place < count; place++) {
          const id = layout.idAt(words, place * layout.words, track);
          of[id] = (of[id] as number) + 1;
        }
      });
    }
    return counts;
  }

  /** Exactly how many states remain where states that differ in the projected part alone are one. */
  merged({ tracks }: Projection): number {
    const { layout, partitions } = this.#states;
    const width = layout.words;
    const table = new Int32Array(2 ** Math.ceil(Math.log2(this.size * 1.5 + 2)));
    const mask = table.length - 1;
    const kept = new Int32Array(this.size * width);
    let remaining = 0;
    for (const { words, count } of partitions) {
      for (let place = 0; place < count; place++) {
        const to = remaining * width;
        for (let word = 0; word < width; word++) {
          kept[to + word] = words[place * width + word] as number;
        }
        for (const { track, without } of tracks) {
          const id = layout.idAt(kept, to, track);
          this.#replace(kept, to, track, without[id] as number);
        }
        let slot = mix(layout.sumAt(kept, to)) & mask;
        for (; ; slot = (slot + 1) & mask) {
          const entry = table[slot] as number;
          if (entry === 0) {
            table[slot] = ++remaining;
            break;
          }
          if (isSame(kept, (entry - 1) * width, to, width)) break;
        }
      }
    }
    return remaining;
  }

  #replace(words: Int32Array, base: number, track: number, id: number): void {
    const { word, shift, mask } = this.#states.layout;
    const at = base + (word[track] as number);
    const bits = (mask[track] as number) << (shift[track] as number);
    words[at] = ((words[at] as number) & ~bits) | (id << (shift[track] as number));
  }

  /**
   * How many stored states differ from one in a part of a single track at most, itself included.
   * @param alike the local ids that differ from its own in the part alone
   */
  siblings(index: number, track: number, alike: (id: number) => readonly number[]): number {
    const { layout, partitions } = this.#states;
    const words = new Int32Array(layout.words);
    this.#load(index, words);
    let count = 0;
    for (const id of alike(layout.idAt(words, 0, track))) {
      this.#replace(words, 0, track, id);
      const hash = mix(layout.sumAt(words, 0));
      const partition = partitions[hash >>> (32 - PARTITION_BITS)] as Partition;
      if (partition.count > 0 && partition.find(words, 0, words.length, hash) >= 0) count++;
    }
    return count;
  }
}

function isSame(words: Int32Array, one: number, other: number, width: number): boolean {
  for (let word = 0; word < width; word++) {
    if (words[one + word] !== words[other + word]) return false;
  }
  return true;
}
