import { type Commuting, NO_ACTION } from "./commuting.ts";
import type { Model } from "./model.ts";
import type { States } from "./states.ts";

/** What depends on the action that led to a state is not yet looked up. */
const UNKNOWN = -2;

/**
 * Tells which steps of a state may be left out, since they are found after another order of the same
 * actions: see `Commuting`.
 */
export class LeftOut {
  readonly #model: Model;
  readonly #states: States;
  readonly #commuting: Commuting;
  /** the action that led to the state, and the sets of what depends on it at the tracks it changed */
  #via = NO_ACTION;
  readonly #dependent = new Int32Array(64);
  /** how many sets there are; −1 where one is not known */
  #sets = -1;

  constructor(model: Model, states: States, commuting: Commuting) {
    this.#model = model;
    this.#states = states;
    this.#commuting = commuting;
  }

  /**
   * A state is expanded to which an action led.
   * @returns where the set begins of what may be left out after it; 0 for none
   */
  after(via: number): number {
    this.#via = via;
    this.#sets = UNKNOWN;
    return via >= 0 ? this.#commuting.setOf(via) : 0;
  }

  /** The same again, once rows were compiled: they may offer actions as none did before. */
  again(): number {
    return this.#commuting.setOf(this.#via);
  }

  /**
   * Whether a step may be left out after the one that led to the state.
   *
   * @param after what `after` or `again` gave
   * @param cur the state
   */
  has(action: number, after: number, cur: Int32Array): boolean {
    const commuting = this.#commuting;
    const [word, bit] = [action >>> 5, action & 31];
    let { bits } = commuting;
    if (word >= (bits[after - 2] as number)) return false;
    if ((((bits[after + word] as number) >>> bit) & 1) === 0) return false;
    if (this.#sets === UNKNOWN) this.#findDependent(cur);
    bits = commuting.bits;
    for (let at = 0; at < this.#sets; at++) {
      const set = this.#dependent[at] as number;
      if (word >= (bits[set - 2] as number)) return false;
      if ((((bits[set + word] as number) >>> bit) & 1) === 1) return false;
    }
    return this.#sets >= 0;
  }

  /** Finds what depends on the action that led to the state, at each track where it took part. */
  #findDependent(cur: Int32Array): void {
    const { partStart, partTrack, partSlot } = this.#model;
    const { word, shift, mask } = this.#states.layout;
    const [from, to] = [partStart[this.#via] as number, partStart[this.#via + 1] as number];
    this.#sets = -1;
    if (to - from > this.#dependent.length) return;
    for (let part = from; part < to; part++) {
      const track = partTrack[part] as number;
      const bits = (cur[word[track] as number] as number) >>> (shift[track] as number);
      const id = bits & (mask[track] as number);
      const at = this.#commuting.dependentAt(track, id, partSlot[part] as number);
      if (at === 0) return;
      this.#dependent[part - from] = at;
    }
    this.#sets = to - from;
  }
}
