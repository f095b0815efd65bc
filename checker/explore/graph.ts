import type { Global } from "../../spec/automaton/semantics.ts";
import { Evaluator, type Predicate } from "./evaluator.ts";
import { mix } from "./layout.ts";
import type { Model } from "./model.ts";
import { OVERFLOW } from "./overflow.ts";
import type { States } from "./states.ts";
import { Stepper } from "./stepper.ts";
import {
  PARTITION_BITS,
  PARTITIONS,
  type Partition,
  partitionOf,
  placeOf,
  type Ref,
} from "./store.ts";

/** Where a step leads that the search has not stored: only after a search that a budget ended. */
export const UNEXPLORED = -1;

/**
 * Is told of a step. `changes` is false where the step changes the value of a specification's
 * monitor and no automaton: then nothing happens in the system.
 */
export type Visit = (action: number, to: number, changes: boolean) => void;

/**
 * The graph that a search without reductions has found: its states are numbered from 0. Steps are
 * not stored but found again from the memo, so it takes no memory besides a few words.
 */
export class StateGraph {
  readonly size: number;
  /** in the order of their numbers */
  readonly starts: readonly number[];
  readonly model: Model;
  readonly #states: States;
  readonly #stepper: Stepper;
  /** the number of the first state of each partition, and the size */
  readonly #first = new Int32Array(PARTITIONS + 1);
  /** the bits of a state that automata take, without monitors */
  readonly #own: Int32Array;
  readonly #cur: Int32Array;
  readonly #next: Int32Array;

  constructor(model: Model, states: States) {
    this.model = model;
    this.#states = states;
    const { layout, partitions } = states;
    this.#stepper = new Stepper(model, layout, () => undefined);
    partitions.forEach(({ count }, at) => {
      this.#first[at + 1] = (this.#first[at] as number) + count;
    });
    this.size = this.#first[PARTITIONS] as number;
    this.#own = new Int32Array(layout.words);
    model.tracks.forEach(({ leaf }, track) => {
      if (leaf < 0) return;
      const at = layout.word[track] as number;
      const bits = (layout.mask[track] as number) << (layout.shift[track] as number);
      this.#own[at] = (this.#own[at] as number) | bits;
    });
    this.#cur = new Int32Array(layout.words);
    this.#next = new Int32Array(layout.words);
    const starts = model.startVectors().map((start) => {
      layout.pack(start, this.#next, 0);
      return this.#find(layout.sumAt(this.#next, 0));
    });
    this.starts = [...new Set(starts)].sort((a, b) => a - b);
  }

  /** The number of a stored state. */
  indexOf(ref: Ref): number {
    return (this.#first[partitionOf(ref)] as number) + placeOf(ref);
  }

  #partitionOf(index: number): number {
    let [low, high] = [0, PARTITIONS];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#first[middle] as number) <= index) low = middle;
      else high = middle;
    }
    return low;
  }

  #load(index: number, into: Int32Array): void {
    const at = this.#partitionOf(index);
    const { words } = this.#states.partitions[at] as Partition;
    const base = (index - (this.#first[at] as number)) * into.length;
    for (let word = 0; word < into.length; word++) into[word] = words[base + word] as number;
  }

  /** The state in the form of the reference semantics. */
  globalOf(index: number): Global {
    const words = this.#cur.slice();
    this.#load(index, words);
    return this.model.globalOf((track) => this.#states.layout.idAt(words, 0, track));
  }

  /** What a track holds in a state: the value of a specification's monitor, for one. */
  valueAt(index: number, track: number): unknown {
    const words = this.#cur.slice();
    this.#load(index, words);
    return this.model.values[track]?.[this.#states.layout.idAt(words, 0, track)];
  }

  /** A condition, ready to be asked of states by their numbers. */
  predicate(name: string, reads: readonly string[], holds: Predicate): (index: number) => boolean {
    const evaluator = new Evaluator(this.model, this.#states.layout, name, reads, holds);
    const words = this.#cur.slice();
    return (index) => {
      this.#load(index, words);
      return evaluator.holds(words, 0);
    };
  }

  /**
   * Visits every step from a state that leads to another, in a fixed order; an action may be visited
   * twice. `visit` must not call this method.
   */
  moves(index: number, visit: Visit): void {
    const { model } = this;
    const { layout } = this.#states;
    const [cur, next, own] = [this.#cur, this.#next, this.#own];
    this.#load(index, cur);
    const sum = layout.sumAt(cur, 0);
    const idOf = (track: number) => layout.idAt(cur, 0, track);
    for (const family of model.families) {
      const { tracks, rows } = family;
      const single = tracks.length === 1 ? idOf(tracks[0] as number) : -1;
      const row =
        (single < 0 ? undefined : rows.get(single)) ??
        model.rowOf(family, Array.from(tracks, idOf));
      for (let at = 0; at < row.length; at++) {
        const action = row[at] as number;
        if (!model.needsHold(action, idOf)) continue;
        next.set(cur);
        const change = this.#take(action);
        if (change === null) {
          visit(action, UNEXPLORED, true);
          continue;
        }
        let [differs, changes] = [0, 0];
        for (let word = 0; word < next.length; word++) {
          const bits = (next[word] as number) ^ (cur[word] as number);
          differs |= bits;
          changes |= bits & (own[word] as number);
        }
        if (differs !== 0) visit(action, this.#find((sum + change) | 0), changes !== 0);
      }
    }
  }

  /** Takes a step in `#next`; null where it leads to a local state that no stored state can hold. */
  #take(action: number): number | null {
    try {
      return this.#stepper.take(action, this.#next);
    } catch (error) {
      if (error === OVERFLOW) return null;
      throw error;
    }
  }

  #find(sum: number): number {
    const hash = mix(sum);
    const at = hash >>> (32 - PARTITION_BITS);
    const partition = this.#states.partitions[at] as Partition;
    if (partition.count === 0) return UNEXPLORED;
    const place = partition.find(this.#next, 0, this.#next.length, hash);
    return place < 0 ? UNEXPLORED : (this.#first[at] as number) + place;
  }
}
