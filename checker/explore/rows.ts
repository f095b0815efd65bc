import { Commuting } from "./commuting.ts";
import type { Family } from "./families.ts";
import type { Layout } from "./layout.ts";
import { grown } from "./memo.ts";
import type { Joint, Model } from "./model.ts";
import { OVERFLOW } from "./overflow.ts";

/** Groups with at most this many bits find their rows in an array, others in a map. */
const NARROW_BITS = 14;
/** Families of one track each share their rows as long as these bits tell them apart. */
const SHARED_BITS = 10;
/** The steps of a general entry that need more than the table. */
export const [SPONTANEOUS, SLOW] = [1, 2];
/** What precedes the entries of a row: visits, its number, deliveries, general entries. */
const HEAD = 4;
/** Joints whose other tracks take more bits are slow. */
const JOINT_BITS = 10;
/** The local id of `true` in a cell that starts with a boolean. */
const IS_TRUE = 1;

/** Families whose rows are looked up together, in the order of the families. */
interface Group {
  readonly families: readonly Family[];
  /** the bits of all their tracks */
  readonly bits: number;
  /** where its keys begin in {@link Rows.index}; −1 where it has a map */
  readonly base: number;
  readonly wide: Map<number | string, number>;
}

/**
 * The rows of enabled actions, compiled. What an action does to the tracks of its family is known
 * when the row is made: it is folded into changes of words. Actions that change nothing are left out.
 *
 * A row in {@link code} is: visits · number · d · g, then d deliveries, then g general entries.
 * A delivery changes at most one track, which is not of the family: action · track · slot.
 * A general entry is: action · flags · change of the hash · n · w · t · j, then n needs (word · mask ·
 * bits that must be found under the mask), then w changes (word · amount), then t other participants
 * (track · slot), then j joints, each: its number in the action · where its table begins · k, and k
 * times the bits of a track that is not of the family (word · shift · mask · shift in the key). A joint's
 * table has by key the place of: change of the hash · w, and w changes (word · amount).
 */
export class Rows {
  code = new Int32Array(1 << 12);
  /** by group: where its keys begin in {@link index}; −1 where it has a map */
  groupBase = new Int32Array(0);
  /** by key: where the row begins in {@link code}, 0 while there is none */
  index = new Int32Array(0);
  /** the parts of the key of group g, from keyStart[g] to keyStart[g + 1]: some bits of a word */
  keyStart = new Int32Array(1);
  keyWord = new Int32Array(0);
  keyShift = new Int32Array(0);
  keyMask = new Int32Array(0);
  /** how far they are shifted in the key */
  keyAt = new Int32Array(0);
  readonly commuting: Commuting;

  readonly #model: Model;
  #layout: Layout;
  #groups: Group[] = [];
  #end = 1;
  /** by row: where it begins, and the actions that its families offer */
  readonly #rowAt: number[] = [];
  readonly #actionsOf: Int32Array[] = [];
  /** how often each action was looked at in rows that are gone */
  readonly #looked: number[] = [];

  constructor(model: Model, layout: Layout) {
    this.#model = model;
    this.#layout = layout;
    this.commuting = new Commuting(model);
    this.relayout(layout);
  }

  /** Forgets the compiled rows: they hold places in the words of a state. */
  relayout(layout: Layout): void {
    this.#addLooked();
    this.#layout = layout;
    this.#end = 1;
    this.#actionsOf.length = 0;
    this.#rowAt.length = 0;
    this.#groups = [];
    const members: Family[][] = [];
    let room = 0;
    for (const family of this.#model.families) {
      const bits = this.#bitsOf(family);
      const shares = family.tracks.length === 1 && bits <= room;
      if (shares) members.at(-1)?.push(family);
      else members.push([family]);
      room = family.tracks.length > 1 ? 0 : (shares ? room : SHARED_BITS) - bits;
    }
    let keys = 0;
    for (const families of members) {
      const bits = families.reduce((sum, family) => sum + this.#bitsOf(family), 0);
      const narrow = bits <= NARROW_BITS || families[0]?.tracks.length === 1;
      this.#groups.push({ families, bits, base: narrow ? keys : -1, wide: new Map() });
      if (narrow) keys += 2 ** bits;
    }
    this.index = new Int32Array(keys);
    this.#placeKeys();
  }

  #bitsOf({ tracks }: Family): number {
    return tracks.reduce((sum, track) => sum + bitsIn(this.#layout.mask[track] as number), 0);
  }

  /** Tracks that are neighbours in a word and in the key are one part of the key. */
  #placeKeys(): void {
    const { word, shift, mask } = this.#layout;
    const parts: { word: number; shift: number; bits: number; at: number }[] = [];
    const starts = [0];
    for (const { families } of this.#groups) {
      let at = 0;
      for (const track of families.flatMap(({ tracks }) => [...tracks])) {
        const part = { word: word[track] as number, shift: shift[track] as number };
        const bits = bitsIn(mask[track] as number);
        const last = parts.length > (starts.at(-1) as number) ? parts.at(-1) : undefined;
        if (last?.word === part.word && last.shift + last.bits === part.shift) last.bits += bits;
        else parts.push({ ...part, bits, at });
        at += bits;
      }
      starts.push(parts.length);
    }
    this.groupBase = Int32Array.from(this.#groups, ({ base }) => base);
    this.keyStart = Int32Array.from(starts);
    this.keyWord = Int32Array.from(parts, (part) => part.word);
    this.keyShift = Int32Array.from(parts, (part) => part.shift);
    this.keyMask = Int32Array.from(parts, ({ bits }) => 2 ** bits - 1);
    this.keyAt = Int32Array.from(parts, (part) => part.at);
  }

  /** Where the row of a group with a map begins; 0 where it is not compiled yet. */
  findWide(g: number, words: Int32Array): number {
    const group = this.#groups[g] as Group;
    return group.wide.get(this.#wideKey(g, group, words)) ?? 0;
  }

  #wideKey(g: number, { families, bits }: Group, words: Int32Array): number | string {
    if (bits > 52) return this.#idsIn(families[0] as Family, words).join();
    const [from, to] = [this.keyStart[g] as number, this.keyStart[g + 1] as number];
    let key = 0;
    for (let part = from; part < to; part++) {
      // Unsigned: a part may fill its word.
      const mask = (this.keyMask[part] as number) >>> 0;
      const word = words[this.keyWord[part] as number] as number;
      key = key * (mask + 1) + (((word >>> (this.keyShift[part] as number)) & mask) >>> 0);
    }
    return key;
  }

  #idsIn({ tracks }: Family, words: Int32Array): number[] {
    return Array.from(tracks, (track) => this.#layout.idAt(words, 0, track));
  }

  /** Compiles the row of a group in a state, and returns where it begins. */
  compile(g: number, words: Int32Array): number {
    const group = this.#groups[g] as Group;
    const [deliveries, general]: [number[], number[]] = [[], []];
    let [delivered, others] = [0, 0];
    const offered: number[] = [];
    for (const family of group.families) {
      const ids = this.#idsIn(family, words);
      for (const action of this.#model.rowOf(family, ids)) {
        offered.push(action);
        this.commuting.offered(family, action);
        const needs = this.#needsOf(family, ids, action);
        if (needs === null) continue;
        const { change, folded, free, joints, flags } = this.#fold(family, ids, action);
        const alone = folded.length + needs.length + joints.length === 0;
        if (alone && flags < SLOW) {
          if (free.length === 0) continue;
          if (free.length === 2 && flags === 0) {
            deliveries.push(action, ...free);
            delivered++;
            continue;
          }
        }
        others++;
        const counts = [needs.length / 3, folded.length / 2, free.length / 2, joints.length];
        general.push(action, flags, change, ...counts, ...needs, ...folded, ...free);
        general.push(...joints.flat());
      }
    }
    const at = this.#allot(HEAD + deliveries.length + general.length);
    this.#rowAt.push(at);
    const row = this.#actionsOf.push(Int32Array.from(offered)) - 1;
    this.code.set([0, row, delivered, others], at);
    this.code.set(deliveries, at + HEAD);
    this.code.set(general, at + HEAD + deliveries.length);
    if (group.base < 0) group.wide.set(this.#wideKey(g, group, words), at);
    else this.index[group.base + this.#keyIn(g, words)] = at;
    return at;
  }

  #allot(length: number): number {
    const at = this.#end;
    this.#end += length;
    while (this.#end > this.code.length) this.code = grown(this.code);
    return at;
  }

  #keyIn(g: number, words: Int32Array): number {
    let key = 0;
    for (let part = this.keyStart[g] as number; part < (this.keyStart[g + 1] as number); part++) {
      const bits =
        (words[this.keyWord[part] as number] as number) >>> (this.keyShift[part] as number);
      key |= (bits & (this.keyMask[part] as number)) << (this.keyAt[part] as number);
    }
    return key;
  }

  /** What the action needs besides the cells of its family, as words; null where one of those lacks. */
  #needsOf(family: Family, ids: readonly number[], action: number): number[] | null {
    const { word, shift, mask } = this.#layout;
    const masks = new Map<number, [mask: number, bits: number]>();
    for (const track of this.#model.needsOf(action)) {
      const own = family.tracks.indexOf(track);
      if (own >= 0 && ids[own] !== IS_TRUE) {
        this.#model.sawNeeds(action, false);
        return null;
      }
      const [at, up] = [word[track] as number, shift[track] as number];
      const [bits, wanted] = masks.get(at) ?? [0, 0];
      masks.set(at, [bits | ((mask[track] as number) << up), wanted | (IS_TRUE << up)]);
    }
    return Array.from(masks, ([at, [bits, wanted]]) => [at, bits, wanted]).flat();
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
    const joints: number[][] = [];
    model.joints[action]?.forEach((joint, number) => {
      const from = Array.from(joint.tracks, (track) => idOf(track));
      if (from.includes(undefined)) {
        const table = this.#jointTable(joint, idOf);
        if (table === null) flags |= SLOW;
        else joints.push([number, ...table]);
        return;
      }
      const to = model.nextOfJoint(joint, from as number[]);
      joint.tracks.forEach((track, at) => {
        if (to[at] !== from[at]) moved.set(track, (to[at] as number) - (from[at] as number));
      });
    });
    return { ...this.#changesOf(moved, idOf), free, joints, flags };
  }

  /** An empty table for a joint, and the key to it; null where that would be too long. */
  #jointTable(joint: Joint, idOf: (track: number) => number | undefined): number[] | null {
    const { word, shift, mask } = this.#layout;
    const key: number[] = [];
    let bits = 0;
    for (const track of joint.tracks) {
      if (idOf(track) !== undefined) continue;
      key.push(word[track] as number, shift[track] as number, mask[track] as number, bits);
      bits += bitsIn(mask[track] as number);
    }
    if (bits > JOINT_BITS) return null;
    const table = this.#allot(2 ** bits);
    this.code.fill(0, table, this.#end);
    return [table, key.length / 4, ...key];
  }

  /** Fills the table of a joint at a key, and returns the place of what it tells. */
  compileJoint(action: number, number: number, place: number, words: Int32Array): number {
    const joint = this.#model.joints[action]?.[number] as Joint;
    const idOf = (track: number) => this.#layout.idAt(words, 0, track);
    const from = Array.from(joint.tracks, idOf);
    const to = this.#model.nextOfJoint(joint, from);
    const moved = new Map<number, number>();
    joint.tracks.forEach((track, at) => {
      if (to[at] !== from[at]) moved.set(track, (to[at] as number) - (from[at] as number));
    });
    const { change, folded } = this.#changesOf(moved, idOf);
    const at = this.#allot(2 + folded.length);
    this.code.set([change, folded.length / 2, ...folded], at);
    this.code[place] = at;
    return at;
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
    this.#rowAt.forEach((at, row) => {
      const visits = this.code[at] as number;
      for (const action of this.#actionsOf[row] as Int32Array) {
        this.#looked[action] = (this.#looked[action] ?? 0) + visits;
      }
      this.code[at] = 0;
    });
  }

  get bytes(): number {
    return this.code.byteLength + this.index.byteLength + this.commuting.bytes;
  }
}

function bitsIn(mask: number): number {
  return 32 - Math.clz32(mask);
}
