import type { Decider } from "./decide.ts";
import { mix } from "./layout.ts";
import type { Model } from "./model.ts";
import { OVERFLOW } from "./overflow.ts";
import type { Steps } from "./reduced.ts";
import { type Rows, SLOW, SPONTANEOUS } from "./rows.ts";
import type { States } from "./states.ts";
import type { Stepper } from "./stepper.ts";
import { PARTITION_BITS, type Partition, partitionOf, placeOf, type Ref } from "./store.ts";

/** Finds the steps of stored states: the hot loop of the search. */
export class Expander implements Steps {
  transitions = 0;
  /** 1 for each action that has changed something */
  #fired = new Uint8Array(64);
  readonly #model: Model;
  readonly #states: States;
  readonly #rows: Rows;
  readonly #stepper: Stepper;
  readonly #decider: Decider;
  /** the state that is expanded, and the one that a slow step makes */
  #cur: Int32Array;
  #next: Int32Array;
  /** changes of words that make the successor */
  #patchWord = new Int32Array(64);
  #patchBy = new Int32Array(64);

  constructor(model: Model, states: States, rows: Rows, stepper: Stepper, decider: Decider) {
    this.#model = model;
    this.#states = states;
    this.#rows = rows;
    this.#stepper = stepper;
    this.#decider = decider;
    this.#cur = new Int32Array(states.layout.words);
    this.#next = new Int32Array(states.layout.words);
  }

  relayout(): void {
    this.#cur = new Int32Array(this.#states.layout.words);
    this.#next = new Int32Array(this.#states.layout.words);
  }

  /** An action changed something, perhaps for the first time. */
  fire(action: number): void {
    if (action >= this.#fired.length) this.#growFired();
    if (this.#fired[action] === 1) return;
    this.#fired[action] = 1;
    this.#decider.fired(action);
  }

  #growFired(): void {
    const longer = new Uint8Array(this.#model.actions.length * 2);
    longer.set(this.#fired);
    this.#fired = longer;
  }

  #growPatches(): void {
    const room = this.#patchWord.length * 2;
    const [word, by] = [new Int32Array(room), new Int32Array(room)];
    word.set(this.#patchWord);
    by.set(this.#patchBy);
    this.#patchWord = word;
    this.#patchBy = by;
  }

  /**
   * Finds every step of a state and buffers the states it leads to.
   * @throws OVERFLOW the layout must be widened, and the state expanded again
   */
  expand(ref: Ref): void {
    const model = this.#model;
    const states = this.#states;
    const rows = this.#rows;
    const memo = model.memo;
    const { layout, stride, buffer, bufferRoom, buffered, capacity } = states;
    const { word, shift, mask, factors, words: width } = layout;
    const { indexBase, index, keyStart, keyWord, keyShift, keyMask, keyAt } = rows;
    const families = indexBase.length;
    const checksSteps = this.#decider.checksSteps;
    const cur = this.#cur;
    const next = this.#next;
    let patchWord = this.#patchWord;
    let patchBy = this.#patchBy;
    let { table, rowBase, rowRoom } = memo;
    let code = rows.code;
    let fired = this.#fired;
    let steps = 0;
    let owed = 0;

    const stored = (states.partitions[partitionOf(ref)] as Partition).words;
    const base = placeOf(ref) * width;
    for (let i = 0; i < width; i++) cur[i] = stored[base + i] as number;
    const sum = layout.sumAt(cur, 0);

    for (let f = 0; f < families; f++) {
      let at: number;
      const keys = indexBase[f] as number;
      if (keys >= 0) {
        let key = 0;
        const end = keyStart[f + 1] as number;
        for (let part = keyStart[f] as number; part < end; part++) {
          const bits = (cur[keyWord[part] as number] as number) >>> (keyShift[part] as number);
          key |= (bits & (keyMask[part] as number)) << (keyAt[part] as number);
        }
        at = index[keys + key] as number;
      } else at = rows.findWide(f, cur);
      if (at === 0) {
        at = rows.compile(f, cur);
        ({ table, rowBase, rowRoom } = memo);
        code = rows.code;
        if (fired.length < model.actions.length) this.#growFired();
        fired = this.#fired;
      }
      code[at] = (code[at] as number) + 1;
      const general = code[at + 3] as number;
      let left = (code[at + 2] as number) + general;
      at += 4;
      for (; left > 0; left--) {
        const action = code[at] as number;
        let flags = 0;
        let hash = sum;
        let patches = 0;
        let others = 1;
        if (left > general) at++;
        else {
          flags = code[at + 1] as number;
          hash = (hash + (code[at + 2] as number)) | 0;
          patches = code[at + 3] as number;
          others = code[at + 4] as number;
          at += 5;
          while (patches + others > patchWord.length) {
            this.#growPatches();
            patchWord = this.#patchWord;
            patchBy = this.#patchBy;
          }
          for (let i = 0; i < patches; i++, at += 2) {
            patchWord[i] = code[at] as number;
            patchBy[i] = code[at + 1] as number;
          }
        }
        let slow = flags >= SLOW;
        for (; others > 0; others--, at += 2) {
          const track = code[at] as number;
          const s = shift[track] as number;
          const id = ((cur[word[track] as number] as number) >>> s) & (mask[track] as number);
          const entry =
            (rowBase[track] as number) +
            Math.imul(id, rowRoom[track] as number) +
            (code[at + 1] as number);
          let to = table[entry] as number;
          if (to === id || slow) continue;
          if (to < 0) {
            if (to === -1) {
              to = model.computeNext(track, id, code[at + 1] as number);
              ({ table, rowBase, rowRoom } = memo);
              if (fired.length < model.actions.length) this.#growFired();
              fired = this.#fired;
            }
            if (to === id) continue;
            if (to < 0) {
              slow = true;
              continue;
            }
          }
          if (to > (mask[track] as number)) throw OVERFLOW;
          patchWord[patches] = word[track] as number;
          patchBy[patches++] = (to - id) << s;
          hash = (hash + Math.imul(to - id, factors[track] as number)) | 0;
        }
        let made = cur;
        if (slow) {
          next.set(cur);
          hash = (sum + this.#stepper.take(action, next)) | 0;
          ({ table, rowBase, rowRoom } = memo);
          if (fired.length < model.actions.length) this.#growFired();
          fired = this.#fired;
          let same = true;
          for (let i = 0; i < width && same; i++) same = next[i] === cur[i];
          if (same) continue;
          made = next;
          patches = 0;
        } else if (patches === 0) continue;
        steps++;
        if ((flags & SPONTANEOUS) === 0) owed++;
        if (fired[action] === 0) this.fire(action);
        const mixed = mix(hash);
        const p = mixed >>> (32 - PARTITION_BITS);
        const count = (buffered[p] as number) + 1;
        const start = Math.imul(p, bufferRoom) + Math.imul(count - 1, stride);
        for (let i = 0; i < width; i++) buffer[start + i] = made[i] as number;
        for (let i = 0; i < patches; i++) {
          const w = start + (patchWord[i] as number);
          buffer[w] = (buffer[w] as number) + (patchBy[i] as number);
        }
        buffer[start + width] = ref;
        buffer[start + width + 1] = mixed;
        buffered[p] = count;
        if (checksSteps) this.#decider.step(ref, cur, action, buffer, start);
        if (count === capacity) states.flush(p);
      }
    }
    this.transitions += steps;
    if (owed === 0) this.#decider.ended(ref, cur, steps === 0);
  }
}
