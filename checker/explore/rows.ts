import type { Family } from "./families.ts";
import type { Layout } from "./layout.ts";
import { grown } from "./memo.ts";
import type { Model } from "./model.ts";
import { OVERFLOW } from "./overflow.ts";

/** Families with at most this many bits find their rows in an array, others in a map. */
const NARROW_BITS = 14;
/** The steps of a general entry that need more than the table. */
export const [SPONTANEOUS, SLOW] = [1, 2];
/** What precedes the entries of a row: visits, its number, deliveries, general entries. */
const HEAD = 4;

/**
 * The rows of enabled actions, compiled. What an action does to the tracks of its family is known
 * when the row is made: it is folded into changes of words. Actions that change nothing are left out.
 *
 * A row in {@link code} is: visits · number · d · g, then d deliveries, then g general entries.
 * A delivery changes at most one track, which is not of the family: action · track · slot.
 * A general entry is: action · flags · change of the hash · w · t, then w changes (word · amount),
 * then t other participants (track · slot).
 */
export class Rows {
  code = new Int32Array(1 << 12);
  /** by family: where its keys begin in {@link index}; −1 where it has a map */
  readonly indexBase: Int32Array;
  /** by key: where the row begins in {@link code}, 0 while there is none */
  index = new Int32Array(0);
  /** what makes up the key of family f, from keyStart[f] to keyStart[f + 1] */
  readonly keyStart: Int32Array;
  readonly keyWord: Int32Array;
  readonly keyShift: Int32Array;
  readonly keyMask: Int32Array;
  /** how far the track's id is shifted in the key */
  readonly keyAt: Int32Array;

  readonly #model: Model;
  #layout: Layout;
  #end = 1;
  readonly #wide: Map<number | string, number>[];
  readonly #wideBits: number[] = [];
  readonly #actionsOf: Int32Array[] = [];
  /** how often each action was looked at in rows that are gone */
  readonly #looked: number[] = [];

  constructor(model: Model, layout: Layout) {
    this.#model = model;
    this.#layout = layout;
    const { families } = model;
    this.indexBase = new Int32Array(families.length);
    this.keyStart = new Int32Array(families.length + 1);
    families.forEach(({ tracks }, f) => {
      this.keyStart[f + 1] = (this.keyStart[f] as number) + tracks.length;
    });
    const parts = this.keyStart[families.length] as number;
    this.keyWord = new Int32Array(parts);
    this.keyShift = new Int32Array(parts);
    this.keyMask = new Int32Array(parts);
    this.keyAt = new Int32Array(parts);
    this.#wide = families.map(() => new Map());
    this.relayout(layout);
  }

  /** Forgets the compiled rows: they hold places in the words of a state. */
  relayout(layout: Layout): void {
    this.#addLooked();
    this.#layout = layout;
    this.#end = 1;
    this.#actionsOf.length = 0;
    let keys = 0;
    this.#model.families.forEach(({ tracks }, f) => {
      let [bits, part] = [0, this.keyStart[f] as number];
      for (const track of tracks) {
        this.keyWord[part] = layout.word[track] as number;
        this.keyShift[part] = layout.shift[track] as number;
        this.keyMask[part] = layout.mask[track] as number;
        this.keyAt[part++] = bits;
        bits += 32 - Math.clz32(layout.mask[track] as number);
      }
      this.#wideBits[f] = bits;
      this.#wide[f]?.clear();
      const narrow = tracks.length === 1 || bits <= NARROW_BITS;
      this.indexBase[f] = narrow ? keys : -1;
      if (narrow) keys += 2 ** bits;
    });
    this.index = new Int32Array(keys);
  }

  /** Where the row of a family with a map begins; 0 where it is not compiled yet. */
  findWide(f: number, words: Int32Array): number {
    return this.#wide[f]?.get(this.#wideKey(f, words)) ?? 0;
  }

  #wideKey(f: number, words: Int32Array): number | string {
    const [from, to] = [this.keyStart[f] as number, this.keyStart[f + 1] as number];
    if ((this.#wideBits[f] as number) > 52) return this.#idsIn(f, words).join();
    let key = 0;
    for (let part = from; part < to; part++) {
      const mask = this.keyMask[part] as number;
      const word = words[this.keyWord[part] as number] as number;
      key = key * (mask + 1) + ((word >>> (this.keyShift[part] as number)) & mask);
    }
    return key;
  }

  #idsIn(f: number, words: Int32Array): number[] {
    const { tracks } = this.#model.families[f] as Family;
    return Array.from(tracks, (track) => this.#layout.idAt(words, 0, track));
  }

  /** Compiles the row of a family in a state, and returns where it begins. */
  compile(f: number, words: Int32Array): number {
    const family = this.#model.families[f] as Family;
    const ids = this.#idsIn(f, words);
    const actions = this.#model.rowOf(family, ids);
    const [deliveries, general]: [number[], number[]] = [[], []];
    let [delivered, others] = [0, 0];
    for (const action of actions) {
      const { change, folded, free, flags } = this.#fold(family, ids, action);
      if (folded.length === 0 && flags < SLOW) {
        if (free.length === 0) continue;
        if (free.length === 2 && flags === 0) {
          deliveries.push(action, ...free);
          delivered++;
          continue;
        }
      }
      others++;
      general.push(action, flags, change, folded.length / 2, free.length / 2, ...folded, ...free);
    }
    const at = this.#end;
    this.#end += HEAD + deliveries.length + general.length;
    while (this.#end > this.code.length) this.code = grown(this.code);
    this.code.set([0, this.#actionsOf.push(actions) - 1, delivered, others], at);
    this.code.set(deliveries, at + HEAD);
    this.code.set(general, at + HEAD + deliveries.length);
    this.#put(f, ids, words, at);
    return at;
  }

  #put(f: number, ids: readonly number[], words: Int32Array, at: number): void {
    const base = this.indexBase[f] as number;
    if (base < 0) {
      this.#wide[f]?.set(this.#wideKey(f, words), at);
      return;
    }
    const start = this.keyStart[f] as number;
    const key = ids.reduce(
      (sum, id, part) => sum | (id << (this.keyAt[start + part] as number)),
      0,
    );
    this.index[base + key] = at;
  }

  /** What an action does to the tracks of its family, and who else takes part. */
  #fold(family: Family, ids: readonly number[], action: number) {
    const model = this.#model;
    const free: number[] = [];
    const moved = new Map<number, number>();
    let flags = model.spontaneous[action] === 1 ? SPONTANEOUS : 0;
    const idOf = (track: number) => ids[family.tracks.indexOf(track)];
    const end = model.partStart[action + 1] as number;
    for (let part = model.partStart[action] as number; part < end; part++) {
      const [track, slot] = [model.partTrack[part] as number, model.partSlot[part] as number];
      const id = idOf(track);
      if (id === undefined) {
        free.push(track, slot);
        continue;
      }
      const to = model.computeNext(track, id, slot);
      if (to < 0) flags |= SLOW;
      else if (to !== id) moved.set(track, to - id);
    }
    for (const joint of model.joints[action] ?? []) {
      const from = Array.from(joint.tracks, (track) => idOf(track));
      if (from.includes(undefined)) {
        flags |= SLOW;
        continue;
      }
      const to = model.nextOfJoint(joint, from as number[]);
      joint.tracks.forEach((track, at) => {
        if (to[at] !== from[at]) moved.set(track, (to[at] as number) - (from[at] as number));
      });
    }
    return { ...this.#changesOf(moved, idOf), free, flags };
  }

  /** Moves of tracks as changes of words, and the change of the hash. */
  #changesOf(moved: ReadonlyMap<number, number>, idOf: (track: number) => number | undefined) {
    const { word, shift, mask, factors } = this.#layout;
    const amounts = new Map<number, number>();
    let change = 0;
    for (const [track, by] of moved) {
      if ((idOf(track) as number) + by > (mask[track] as number)) throw OVERFLOW;
      const at = word[track] as number;
      amounts.set(at, ((amounts.get(at) ?? 0) + (by << (shift[track] as number))) | 0);
      change = (change + Math.imul(by, factors[track] as number)) | 0;
    }
    return { change, folded: [...amounts].flat() };
  }

  /** How often each action was looked at, by its id. */
  looked(): readonly number[] {
    this.#addLooked();
    return this.#looked;
  }

  #addLooked(): void {
    for (let at = 1, row = 0; row < this.#actionsOf.length; row++) {
      const visits = this.code[at] as number;
      for (const action of this.#actionsOf[row] as Int32Array) {
        this.#looked[action] = (this.#looked[action] ?? 0) + visits;
      }
      this.code[at] = 0;
      const [delivered, others] = [this.code[at + 2] as number, this.code[at + 3] as number];
      at += HEAD + delivered * 3;
      for (let entry = 0; entry < others; entry++) {
        at += 5 + 2 * ((this.code[at + 3] as number) + (this.code[at + 4] as number));
      }
    }
  }

  get bytes(): number {
    return this.code.byteLength + this.index.byteLength;
  }
}
