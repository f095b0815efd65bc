import { mix } from "../explore/layout.ts";
import type { Model } from "../explore/model.ts";
import type { Names } from "./permute-tracks.ts";

/**
 * Signatures of the places of one symmetry: hashes of all that a state says of an index, with the
 * others nameless. What is renamed has the renamed signatures; a collision of hashes makes places
 * tie that differ, which costs time and no more.
 */
export class Signatures {
  readonly #model: Model;
  readonly #names: readonly Names[];
  readonly #symmetry: number;
  readonly #size: number;
  /** by track and id: for each place, and for each pair of places */
  readonly #ofPlaces: (Int32Array | undefined)[][];
  readonly #ofPairs: (Int32Array | undefined)[][];

  constructor(model: Model, names: readonly Names[], symmetry: number, size: number) {
    this.#model = model;
    this.#names = names;
    this.#symmetry = symmetry;
    this.#size = size;
    this.#ofPlaces = model.tracks.map(() => []);
    this.#ofPairs = model.tracks.map(() => []);
  }

  of(ids: Int32Array): Int32Array {
    return this.#sum(ids, this.#ofPlaces, this.#size, (place) => [place]);
  }

  /** Signatures that tell, besides, how an index stands to each of the others. */
  refined(ids: Int32Array, signatures: Int32Array): Int32Array {
    const size = this.#size;
    const pairs = this.#sum(ids, this.#ofPairs, size * size, (at) => [
      Math.floor(at / size),
      at % size,
    ]);
    for (let before = signatures; ; ) {
      const after = before.map((own, one) => {
        let sum = mix(own);
        for (let other = 0; other < size; other++) {
          if (other === one) continue;
          const pair = pairs[one * size + other] as number;
          sum = (sum + mix(mix(before[other] as number) ^ pair)) | 0;
        }
        return sum;
      });
      if (new Set(after).size <= new Set(before).size) return after;
      before = after;
    }
  }

  /** Sums, over the tracks, what is known of each local state. */
  #sum(
    ids: Int32Array,
    known: (Int32Array | undefined)[][],
    length: number,
    marked: (at: number) => readonly number[],
  ): Int32Array {
    const sums = new Int32Array(length);
    for (let track = 0; track < ids.length; track++) {
      const id = ids[track] as number;
      let hashes = known[track]?.[id];
      if (hashes === undefined) {
        const value = this.#model.values[track]?.[id];
        hashes = Int32Array.from(sums, (_, at) =>
          hashOf((this.#names[track] as Names).anonymous(value, this.#symmetry, marked(at))),
        );
        (known[track] as Int32Array[])[id] = hashes;
      }
      for (let at = 0; at < length; at++) sums[at] = (sums[at] as number) + (hashes[at] as number);
    }
    return sums;
  }
}

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x9e3779b1);
  return mix(hash);
}
