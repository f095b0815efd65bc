import type { Joint } from "../explore/model.ts";
import { type Closure, combine, jointSteps, participantsOf } from "./closure.ts";

/** The id of `true` in a cell that starts with a boolean. */
const TRUE = 1;
const NEVER = -1;
/** A guard with more combinations of local states counts as dependent on whatever changes it. */
const MOST_VIEWS = 50_000;

/** What an action does to one track, over the closure. */
export interface Touch {
  readonly track: number;
  /** by local id: the next one; {@link NEVER} where the action is not possible */
  readonly next: Int32Array;
  /** pairs of local ids, from and to, where the next one depends on other tracks too; else null */
  readonly pairs: readonly (readonly [number, number])[] | null;
  readonly changes: boolean;
  /** it is part of an effect on several cells, of which some next value depends on another cell */
  readonly entangled: boolean;
}

/**
 * Which actions depend on each other, over the closure of the leaves: two actions *accord* where
 * in each global state in which both are enabled neither disables the other, and both orders lead
 * to the same state. Actions without a common participant do; at a common one its local states
 * decide. What cannot be told from local states counts as dependent.
 */
export class Independence {
  readonly closure: Closure;
  /** by action */
  readonly touches: readonly (readonly Touch[])[];
  /** by track: the actions that touch it or are guarded by it */
  readonly concerned: readonly number[][];
  readonly #dependent: (Int32Array | undefined)[] = [];
  readonly #flags = new Map<string, Uint8Array>();

  constructor(closure: Closure) {
    this.closure = closure;
    const { model } = closure;
    const count = model.actions.length;
    this.touches = Array.from({ length: count }, (_, action) => touchesOf(closure, action));
    this.concerned = model.tracks.map(() => []);
    for (let action = 0; action < count; action++) {
      if (closure.isDead(action)) continue;
      for (const track of this.tracksOf(action)) this.concerned[track]?.push(action);
    }
  }

  /** The tracks that an action touches or is guarded by. */
  tracksOf(action: number): Set<number> {
    const { model, offeredBy } = this.closure;
    const touched = (this.touches[action] ?? []).map(({ track }) => track);
    const guards = (offeredBy[action] ?? []).flatMap((at) => [
      ...(model.families[at]?.tracks ?? []),
    ]);
    return new Set([...touched, ...guards, ...model.needsOf(action)]);
  }

  /** Every other action that does not accord with this one. */
  dependentOn(action: number): Int32Array {
    let found = this.#dependent[action];
    if (found === undefined) {
      const others = new Set<number>();
      for (const track of this.tracksOf(action)) {
        for (const other of this.concerned[track] as number[]) others.add(other);
      }
      others.delete(action);
      found = Int32Array.from([...others].filter((other) => !this.accord(action, other)));
      this.#dependent[action] = found;
    }
    return found;
  }

  /** Whether two actions accord. */
  accord(one: number, other: number): boolean {
    return (
      this.neverTogether(one, other) ||
      (this.#leaves(one, other) && this.#leaves(other, one) && this.#commute(one, other))
    );
  }

  /** Whether no local state of some common guard enables both. */
  neverTogether(one: number, other: number): boolean {
    for (const track of this.closure.possible[one]?.keys() ?? []) {
      if (!this.closure.possible[other]?.has(track)) continue;
      const at = this.#possibleAt(other, track);
      if (!this.closure.possibleAt(one, track).some((local) => at[local] === 1)) return true;
    }
    return false;
  }

  /** Whether `one` never disables `other`. */
  leavesEnabled(one: number, other: number): boolean {
    return this.neverTogether(one, other) || this.#leaves(one, other);
  }

  #leaves(one: number, other: number): boolean {
    const { model, offeredBy } = this.closure;
    const needs = model.needsOf(other);
    for (const touch of this.touches[one] as readonly Touch[]) {
      if (!touch.changes) continue;
      if (needs.includes(touch.track) && !keeps(touch, TRUE)) return false;
      for (const family of offeredBy[other] as number[]) {
        if (!this.#keepsOffer(touch, other, family)) return false;
      }
    }
    return true;
  }

  /** Whether a family still offers the action after the touch of one of its tracks. */
  #keepsOffer(touch: Touch, action: number, at: number): boolean {
    const { model } = this.closure;
    const family = model.families[at] as (typeof model.families)[number];
    const tracks = [...family.tracks];
    const place = tracks.indexOf(touch.track);
    if (place < 0) return true;
    if (tracks.length === 1) {
      const offered = this.offeredAt(action, at);
      const pairs = pairsOf(touch, (local) => offered[local] === 1);
      return pairs.every(([, to]) => offered[to] === 1);
    }
    const values = tracks.map((one) => this.closure.possibleAt(action, one));
    if (values.reduce((all, { length }) => all * length, 1) > MOST_VIEWS) return false;
    let keeps = true;
    const isOffered = (ids: readonly number[]) => model.rowOf(family, ids).includes(action);
    const moves = pairsOf(touch, () => true);
    combine(values, null, (ids) => {
      if (!keeps || !isOffered(ids)) return;
      for (const [from, to] of moves) {
        if (from !== ids[place] || from === to) continue;
        keeps &&= isOffered(ids.map((id, other) => (other === place ? to : id)));
      }
    });
    return keeps;
  }

  /** By local id of the one track of a family: 1 where the family offers the action. */
  offeredAt(action: number, at: number): Uint8Array {
    const key = `${action} of ${at}`;
    let offered = this.#flags.get(key);
    if (offered === undefined) {
      const { model, locals } = this.closure;
      const family = model.families[at] as (typeof model.families)[number];
      const track = family.tracks[0] as number;
      offered = new Uint8Array((model.values[track] ?? []).length);
      for (const local of locals[track]?.list ?? []) {
        if (model.rowOf(family, [local]).includes(action)) offered[local] = 1;
      }
      this.#flags.set(key, offered);
    }
    return offered;
  }

  #commute(one: number, other: number): boolean {
    for (const mine of this.touches[one] as readonly Touch[]) {
      const theirs = this.touches[other]?.find(({ track }) => track === mine.track);
      if (theirs === undefined || (!mine.changes && !theirs.changes)) continue;
      if (mine.entangled || theirs.entangled) return false;
      for (let local = 0; local < mine.next.length; local++) {
        const [first, second] = [mine.next[local] as number, theirs.next[local] as number];
        if (first < 0 || second < 0) continue;
        const [onward, back] = [theirs.next[first] as number, mine.next[second] as number];
        if (onward !== back || onward < 0) return false;
      }
    }
    return true;
  }

  #possibleAt(action: number, track: number): Uint8Array {
    const key = `${action} ${track}`;
    let at = this.#flags.get(key);
    if (at === undefined) {
      at = new Uint8Array((this.closure.model.values[track] ?? []).length);
      for (const local of this.closure.possibleAt(action, track)) at[local] = 1;
      this.#flags.set(key, at);
    }
    return at;
  }
}

/** The moves of a touch, from where `at` holds. */
export function pairsOf(
  { next, pairs }: Touch,
  at: (local: number) => boolean,
): (readonly [number, number])[] {
  if (pairs !== null) return pairs.filter(([from]) => at(from));
  const found: [number, number][] = [];
  next.forEach((to, from) => {
    if (to >= 0 && at(from)) found.push([from, to]);
  });
  return found;
}

/** Whether the touch leaves a track where it is, in this local state. */
function keeps(touch: Touch, local: number): boolean {
  return pairsOf(touch, (from) => from === local).every(([, to]) => to === local);
}

function touchesOf(closure: Closure, action: number): Touch[] {
  if (closure.isDead(action)) return [];
  const { model } = closure;
  const nowhere = (track: number) => new Int32Array((model.values[track] ?? []).length).fill(NEVER);
  const alone = participantsOf(model, action).map(({ track, slot }): Touch => {
    const next = nowhere(track);
    let changes = false;
    for (const local of closure.possibleAt(action, track)) {
      const to = model.computeNext(track, local, slot);
      next[local] = to;
      changes ||= to !== local;
    }
    return { track, next, pairs: null, changes, entangled: false };
  });
  return [...alone, ...(model.joints[action] ?? []).flatMap((joint) => together(joint))];

  function together(joint: Joint): Touch[] {
    const parts = Array.from(new Set(joint.tracks), (track) => ({
      track,
      next: nowhere(track),
      moves: new Map<string, readonly [number, number]>(),
      changes: false,
    }));
    let entangled = false;
    jointSteps(closure, action, joint, (_, from, to) => {
      parts.forEach((part, at) => {
        const [before, after] = [from[at] as number, to[at] as number];
        const known = part.next[before] as number;
        if (known !== NEVER && known !== after) entangled = true;
        part.next[before] = after;
        part.changes ||= before !== after;
        part.moves.set(`${before} ${after}`, [before, after]);
      });
    });
    return parts.map(({ moves, ...part }) => {
      return { ...part, pairs: entangled ? [...moves.values()] : null, entangled };
    });
  }
}
