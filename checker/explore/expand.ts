import { NO_ACTION } from "./commuting.ts";
import type { Decider } from "./decide.ts";
import { mix } from "./layout.ts";
import { LeftOut } from "./left-out.ts";
import { Marks } from "./marks.ts";
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
  readonly #marks: Marks;
  readonly #model: Model;
  readonly #states: States;
  readonly #rows: Rows;
  readonly #stepper: Stepper;
  readonly #decider: Decider;
  /** null where every step must be looked at */
  readonly #leftOut: LeftOut | null;
  /** while a path is sought: the state that a step must lead to, its hash, and whether one did */
  #target: Int32Array | null = null;
  #targetHash = 0;
  #hit = false;
  /** the state that is expanded, and the one that a slow step makes */
  #cur: Int32Array;
  #next: Int32Array;
  /** changes of words that make the successor */
  #patchWord = new Int32Array(64);
  #patchBy = new Int32Array(64);

  /** @param leavesOut whether steps that are found another way may be left out: see `Commuting` */
  constructor(
    model: Model,
    states: States,
    rows: Rows,
    stepper: Stepper,
    decider: Decider,
    leavesOut: boolean,
  ) {
    this.#model = model;
    this.#states = states;
    this.#rows = rows;
    this.#stepper = stepper;
    this.#decider = decider;
    this.#marks = new Marks(model, decider);
    this.#leftOut = leavesOut ? new LeftOut(model, states, rows.commuting) : null;
    this.#cur = new Int32Array(states.layout.words);
    this.#next = new Int32Array(states.layout.words);
  }

  relayout(): void {
    this.#cur = new Int32Array(this.#states.layout.words);
    this.#next = new Int32Array(this.#states.layout.words);
  }

  /** An action changed something, perhaps for the first time. */
  fire(action: number): void {
    if (action >= this.#marks.fired.length) this.#growMarks();
    this.#marks.fire(action);
  }

  #growMarks(): void {
    this.#marks.grow();
    this.#rank();
  }

  nextLevel(): void {
    const { commuting } = this.#rows;
    commuting.nextLevel();
    this.#rank();
  }

  #rank(): void {
    const { commuting } = this.#rows;
    commuting.grow();
    this.#states.ranks = commuting.rank;
  }

  leadsTo(ref: Ref, target: Int32Array): boolean {
    const { transitions } = this;
    this.#target = target;
    this.#targetHash = this.#states.layout.hashAt(target, 0);
    this.#hit = false;
    this.expand(ref);
    this.#target = null;
    this.transitions = transitions;
    return this.#hit;
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
    const { groupBase, index, keyStart, keyWord, keyShift, keyMask, keyAt } = rows;
    const groups = groupBase.length;
    const checksSteps = this.#decider.checksSteps;
    const marks = this.#marks;
    const leftOut = this.#leftOut;
    const target = this.#target;
    const emits = model.sendsAtOnce;
    const cur = this.#cur;
    const next = this.#next;
    let patchWord = this.#patchWord;
    let patchBy = this.#patchBy;
    let { table, rowBase, rowRoom } = memo;
    let code = rows.code;
    let { fired, needsSeen } = marks;
    let steps = 0;
    let owed = 0;

    const partition = states.partitions[partitionOf(ref)] as Partition;
    const stored = partition.words;
    const base = placeOf(ref) * width;
    for (let i = 0; i < width; i++) cur[i] = stored[base + i] as number;
    const sum = layout.sumAt(cur, 0);

    // Where the set begins of what may be left out after the action that led here; 0 for none.
    let after = 0;
    if (leftOut !== null && target === null) {
      after = leftOut.after(partition.via[placeOf(ref) - partition.levelStart] as number);
    }

    for (let g = 0; g < groups; g++) {
      let at: number;
      const keys = groupBase[g] as number;
      if (keys >= 0) {
        let key = 0;
        const end = keyStart[g + 1] as number;
        for (let part = keyStart[g] as number; part < end; part++) {
          const bits = (cur[keyWord[part] as number] as number) >>> (keyShift[part] as number);
          key |= (bits & (keyMask[part] as number)) << (keyAt[part] as number);
        }
        at = index[keys + key] as number;
      } else at = rows.findWide(g, cur);
      if (at === 0) {
        at = rows.compile(g, cur);
        // It may offer an action as no row did before: what may be left out was told without that.
        if (after !== 0) after = (leftOut as LeftOut).again();
        ({ table, rowBase, rowRoom } = memo);
        code = rows.code;
        if (fired.length < model.actions.length) this.#growMarks();
        ({ fired, needsSeen } = marks);
      }
      code[at] = (code[at] as number) + 1;
      const delivered = code[at + 2] as number;
      let left = delivered + (code[at + 3] as number);
      const general = left - delivered;
      at += 4;
      for (; left > 0; left--) {
        const action = code[at] as number;
        let flags = 0;
        let hash = sum;
        let patches = 0;
        let others = 1;
        let joints = 0;
        if (left > general) {
          // A delivery that moves nothing is the most frequent entry of all.
          const track = code[at + 1] as number;
          const id =
            ((cur[word[track] as number] as number) >>> (shift[track] as number)) &
            (mask[track] as number);
          const row = (rowBase[track] as number) + Math.imul(id, rowRoom[track] as number);
          const to = table[row + (code[at + 2] as number)] as number;
          if (to === id) {
            at += 3;
            continue;
          }
          if (
            to >= 0 &&
            after !== 0 &&
            fired[action] === 1 &&
            (leftOut as LeftOut).has(action, after, cur)
          ) {
            at += 3;
            steps++;
            owed++;
            continue;
          }
          at++;
        } else {
          flags = code[at + 1] as number;
          hash = (hash + (code[at + 2] as number)) | 0;
          let needs = code[at + 3] as number;
          patches = code[at + 4] as number;
          others = code[at + 5] as number;
          joints = code[at + 6] as number;
          at += 7;
          if (needs > 0) {
            const end = at + needs * 3;
            while (needs > 0) {
              const bits = (cur[code[at] as number] as number) & (code[at + 1] as number);
              if (bits !== (code[at + 2] as number)) break;
              needs--;
              at += 3;
            }
            at = end;
            const bit = needs === 0 ? 2 : 1;
            if (((needsSeen[action] as number) & bit) === 0) marks.sawNeeds(action, bit);
            if (needs > 0) {
              at += 2 * (patches + others);
              for (; joints > 0; joints--) at += 3 + 4 * (code[at + 2] as number);
              continue;
            }
          }
          while (patches + others > patchWord.length) {
            this.#growPatches();
            patchWord = this.#patchWord;
            patchBy = this.#patchBy;
          }
          if (
            patches > 0 &&
            after !== 0 &&
            flags < SLOW &&
            (others === 0 || !emits) &&
            fired[action] === 1 &&
            (leftOut as LeftOut).has(action, after, cur)
          ) {
            at += 2 * (patches + others);
            for (; joints > 0; joints--) at += 3 + 4 * (code[at + 2] as number);
            steps++;
            if ((flags & SPONTANEOUS) === 0) owed++;
            continue;
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
              if (fired.length < model.actions.length) this.#growMarks();
              ({ fired, needsSeen } = marks);
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
        for (; joints > 0; joints--) {
          const parts = code[at + 2] as number;
          if (slow) {
            at += 3 + 4 * parts;
            continue;
          }
          let place = code[at + 1] as number;
          const number = code[at] as number;
          at += 3;
          for (let part = 0; part < parts; part++, at += 4) {
            const bits = (cur[code[at] as number] as number) >>> (code[at + 1] as number);
            place += (bits & (code[at + 2] as number)) << (code[at + 3] as number);
          }
          let told = code[place] as number;
          if (told === 0) {
            told = rows.compileJoint(action, number, place, cur);
            code = rows.code;
            ({ table, rowBase, rowRoom } = memo);
          }
          hash = (hash + (code[told] as number)) | 0;
          const end = told + 2 + 2 * (code[told + 1] as number);
          for (told += 2; told < end; told += 2) {
            if (patches === patchWord.length) {
              this.#growPatches();
              patchWord = this.#patchWord;
              patchBy = this.#patchBy;
            }
            patchWord[patches] = code[told] as number;
            patchBy[patches++] = code[told + 1] as number;
          }
        }
        let made = cur;
        if (slow) {
          next.set(cur);
          hash = (sum + this.#stepper.take(action, next)) | 0;
          ({ table, rowBase, rowRoom } = memo);
          if (fired.length < model.actions.length) this.#growMarks();
          ({ fired, needsSeen } = marks);
          let same = true;
          for (let i = 0; i < width && same; i++) same = next[i] === cur[i];
          if (same) continue;
          made = next;
          patches = 0;
        } else if (patches === 0) continue;
        steps++;
        if ((flags & SPONTANEOUS) === 0) owed++;
        if (fired[action] === 0) this.fire(action);
        if (after !== 0 && !slow && (leftOut as LeftOut).has(action, after, cur)) continue;
        const mixed = mix(hash);
        if (target !== null) {
          if (mixed === this.#targetHash && !this.#hit) this.#compare(made, patches, target);
          continue;
        }
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
        buffer[start + width + 2] = slow ? NO_ACTION : action;
        buffered[p] = count;
        if (checksSteps) this.#decider.step(ref, cur, action, buffer, start);
        if (count === capacity) {
          states.flush(p);
          // What other workers have told meanwhile may have moved the memo.
          ({ table, rowBase, rowRoom } = memo);
          if (fired.length < model.actions.length) this.#growMarks();
          ({ fired, needsSeen } = marks);
        }
      }
    }
    if (target !== null) return;
    this.transitions += steps;
    if (owed === 0) this.#decider.ended(ref, cur, steps === 0);
  }

  /** Whether a step leads to the state that is sought: its hash is the same. */
  #compare(made: Int32Array, patches: number, target: Int32Array): void {
    const words = made.slice();
    for (let i = 0; i < patches; i++) {
      const word = this.#patchWord[i] as number;
      words[word] = (words[word] as number) + (this.#patchBy[i] as number);
    }
    this.#hit = words.every((word, at) => word === target[at]);
  }
}
