import { type Action, actionText } from "../../spec/automaton/execute.ts";
import type { Family } from "./families.ts";
import { grown } from "./memo.ts";
import type { Model } from "./model.ts";

/** The memory that the tables of independence may take, in 32-bit words. */
const MOST_WORDS = 1 << 24;
/** What precedes the bits of a set: their number in words, and the level from which it is stale. */
const HEAD = 2;
const NEVER = 0x7fffffff;
/** An action without a place in the sets of its own: nothing is left out after it. */
export const NO_ACTION = -1;

/**
 * Which steps a breadth-first search may leave out because another path of the same length leads
 * to the same state.
 *
 * Let t lead from s to s₁ and u from s₁ to s₂. If u is enabled in s as well and the two commute
 * there, s₂ is also reached by u first and t last. Order the actions by rank. Among the shortest
 * paths to a state look at their last actions, and at the least of them: no step with that action is
 * ever left out by the rule "u may be left out after t if rank(t) < rank(u) and the two commute in
 * s". So every state is still found, and on its own level; only steps that lead to states that are
 * found anyway are not stored (edge lean search: Bošnački, Elkind, Genest, Peled 2007).
 *
 * Two actions commute where they share no track that either changes. At a shared leaf they commute
 * if both orders lead from each known source of t's step to the same local state, and neither
 * enables the other.
 */
export class Commuting {
  /** sets of actions, one after the other: see {@link HEAD} */
  bits = new Int32Array(1 << 12);
  /** by action: where the set of those begins that may come last after it; 0 while not computed */
  base = new Int32Array(64);
  /** by action: an integer that depends on its text alone */
  rank = new Int32Array(64);
  readonly #model: Model;
  #ranked = 0;
  #end = HEAD;
  /** by action: the families that have offered it */
  readonly #families: Family[][] = [];
  /** by action, of those indexed: the tracks that it reads or changes; and the other way round */
  readonly #tracksOf: Set<number>[] = [];
  readonly #ofTrack: number[][];
  /** sets have been computed that tell of so many actions */
  #covered = 0;
  #levels = 1;

  constructor(model: Model) {
    this.#model = model;
    this.#ofTrack = model.tracks.map(() => []);
  }

  /** A family offers an action: the other workers must know, whoever is to tell what commutes. */
  offered(family: Family, action: number): void {
    if (this.#families[action]?.includes(family)) return;
    const { sharing, families } = this.#model;
    if (sharing === null) {
      this.#addOffer(family, action);
      return;
    }
    sharing.exclusively(
      () => this.#families[action]?.includes(family) || undefined,
      () => {
        sharing.tellOffer(families.indexOf(family), action);
        this.#addOffer(family, action);
        return true;
      },
    );
  }

  /** Another worker has seen a family, by its number, offer an action. */
  adoptOffer(family: number, action: number): void {
    this.#addOffer(this.#model.families[family] as Family, action);
  }

  /** What was computed without the family holds no longer. */
  #addOffer(family: Family, action: number): void {
    this.#families[action] ??= [];
    const families = this.#families[action] as Family[];
    if (families.includes(family)) return;
    families.push(family);
    if (action < this.#tracksOf.length) this.#index(action, family.tracks);
    if (action < this.#covered) this.base.fill(0);
  }

  /** Ranks the actions that are new. */
  grow(): void {
    const { actions } = this.#model;
    while (actions.length > this.rank.length) {
      this.rank = grown(this.rank);
      this.base = grown(this.base);
    }
    for (; this.#ranked < actions.length; this.#ranked++) {
      this.rank[this.#ranked] = hashOf(actionText(actions[this.#ranked] as Action));
    }
  }

  /** A level begins: what was not known before may be known now. */
  nextLevel(): void {
    this.#levels++;
    if (this.#model.actions.length > this.#covered) this.base.fill(0);
  }

  /** Where the set of actions begins that may be left out after `first`, as far as tracks tell. */
  setOf(first: number): number {
    const known = this.base[first] as number;
    if (known !== 0 && !this.#isStale(known)) return known;
    this.grow();
    const count = this.#model.actions.length;
    const at = this.#allot(known, count);
    if (at === 0) return 0;
    this.#covered = Math.max(this.#covered, count);
    const rank = this.rank[first] as number;
    for (let action = 0; action < count; action++) {
      if ((this.rank[action] as number) > rank) this.#mark(at, action);
    }
    this.#indexAll();
    for (const track of this.#tracksOf[first] as Set<number>) {
      for (const action of this.#ofTrack[track] as number[]) {
        if (!this.#has(at, action)) continue;
        if (!this.#mayCommuteAt(track, first, action)) this.#unmark(at, action);
      }
    }
    this.bits[at - 1] = NEVER;
    this.base[first] = at;
    return at;
  }

  /**
   * Where the set of actions begins that do *not* commute with `slot`'s at a track, given that it
   * led to `local`; 0 where there is no room to tell.
   */
  dependentAt(track: number, local: number, slot: number): number {
    const { memo } = this.#model;
    const place = (memo.rowBase[track] as number) + local * (memo.rowRoom[track] as number) + slot;
    const known = memo.after[place] as number;
    if (known !== 0 && !this.#isStale(known)) return known;
    const count = this.#model.actions.length;
    const at = this.#allot(known, count);
    if (at === 0) return 0;
    // Actions that come later are not known to commute: the last word has room for some.
    for (let action = count; action % 32 !== 0; action++) this.#mark(at, action);
    const complete = this.#fill(at, track, local, slot);
    this.bits[at - 1] = this.#levels + 1 + (complete ? this.#levels : this.#levels >> 2);
    memo.after[place] = at;
    return at;
  }

  /** Marks what does not commute, and tells whether everything was known. */
  #fill(at: number, track: number, local: number, slot: number): boolean {
    const { memo } = this.#model;
    const first = memo.actionOf(track, slot);
    const sources = memo.sources(track, local, slot);
    let complete = true;
    memo.actionsOf(track).forEach((action, other) => {
      const last = memo.get(track, local, other);
      for (const source of sources) {
        const between = memo.get(track, source, other);
        const known = last >= 0 && between >= 0 ? memo.get(track, between, slot) : -1;
        const commutes =
          known === last &&
          last >= 0 &&
          this.#isOffered(track, source, action) &&
          this.#isOffered(track, between, first);
        if (commutes) continue;
        this.#mark(at, action);
        if (last === -1 || between === -1 || known === -1) complete = false;
        return;
      }
    });
    return complete;
  }

  /** Whether an action is offered at a local state, where that depends on this track. */
  #isOffered(track: number, local: number, action: number): boolean {
    const [family] = this.#families[action] ?? [];
    if (family === undefined || family.tracks[0] !== track) return true;
    return family.rows.get(local)?.includes(action) === true;
  }

  /** Whether two actions commute at a track that both use, or its local states are to tell. */
  #mayCommuteAt(track: number, one: number, other: number): boolean {
    if (!this.#changes(track, one) && !this.#changes(track, other)) return true;
    return this.#isPlainAt(track, one) && this.#isPlainAt(track, other);
  }

  #changes(track: number, action: number): boolean {
    const { partStart, partTrack, joints } = this.#model;
    const [from, to] = [partStart[action] as number, partStart[action + 1] as number];
    for (let at = from; at < to; at++) if (partTrack[at] === track) return true;
    return joints[action]?.some(({ tracks }) => tracks.includes(track)) === true;
  }

  /** An action takes part at a track by its effect there alone, and is offered there at most. */
  #isPlainAt(track: number, action: number): boolean {
    const { partStart, partTrack, joints } = this.#model;
    const [from, to] = [partStart[action] as number, partStart[action + 1] as number];
    if (!partTrack.subarray(from, to).includes(track)) return false;
    if (joints[action]?.some(({ tracks }) => tracks.includes(track))) return false;
    if (this.#model.needsOf(action).includes(track)) return false;
    const families = this.#families[action] ?? [];
    const reading = families.filter(({ tracks }) => tracks.includes(track));
    return reading.length === 0 || (families.length === 1 && families[0]?.tracks.length === 1);
  }

  #indexAll(): void {
    const { partStart, partTrack, joints, actions } = this.#model;
    for (let action = this.#tracksOf.length; action < actions.length; action++) {
      this.#tracksOf.push(new Set());
      this.#index(action, partTrack.subarray(partStart[action], partStart[action + 1]));
      for (const { tracks } of joints[action] ?? []) this.#index(action, tracks);
      this.#index(action, this.#model.needsOf(action));
      for (const { tracks } of this.#families[action] ?? []) this.#index(action, tracks);
    }
  }

  #index(action: number, tracks: Int32Array): void {
    const known = this.#tracksOf[action] as Set<number>;
    for (const track of tracks) {
      if (known.has(track)) continue;
      known.add(track);
      this.#ofTrack[track]?.push(action);
    }
  }

  #isStale(at: number): boolean {
    return (this.bits[at - 1] as number) <= this.#levels;
  }

  /** Makes room for a set, in the place of an older one where that is long enough; empties it. */
  #allot(before: number, count: number): number {
    const words = (count + 31) >>> 5;
    if (before !== 0 && (this.bits[before - HEAD] as number) >= words) {
      this.bits.fill(0, before, before + words);
      return before;
    }
    if (this.#end + words + HEAD > MOST_WORDS) return 0;
    const at = this.#end + HEAD;
    this.#end = at + words;
    while (this.#end > this.bits.length) this.bits = grown(this.bits);
    this.bits[at - HEAD] = words;
    return at;
  }

  #has(at: number, action: number): boolean {
    return (((this.bits[at + (action >>> 5)] as number) >>> (action & 31)) & 1) === 1;
  }

  #mark(at: number, action: number): void {
    const word = at + (action >>> 5);
    this.bits[word] = (this.bits[word] as number) | (1 << (action & 31));
  }

  #unmark(at: number, action: number): void {
    const word = at + (action >>> 5);
    this.bits[word] = (this.bits[word] as number) & ~(1 << (action & 31));
  }

  get bytes(): number {
    return this.bits.byteLength + this.base.byteLength + this.rank.byteLength;
  }
}

/** FNV-1a, as a signed integer. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}
