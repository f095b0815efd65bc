import type { Closure } from "./closure.ts";
import { type Independence, pairsOf, type Touch } from "./independence.ts";

/** The id of `true` in a cell that starts with a boolean. */
const TRUE = 1;
const [UNKNOWN, DISABLED, ENABLED] = [0, 1, 2];

/** What is enabled in a state, and what has to happen before a disabled action is. */
export class Enabling {
  readonly #independence: Independence;
  readonly #closure: Closure;
  readonly #answers: Uint8Array;
  #locals: Int32Array = new Int32Array(0);
  /** by track: the actions that make it true */
  readonly #making = new Map<number, readonly number[]>();
  /** by track and local state: the actions that leave it */
  readonly #leaving = new Map<string, readonly number[]>();
  /** by action and family of one track: the actions that may bring the family to offer it */
  readonly #offering = new Map<string, readonly number[]>();

  constructor(independence: Independence) {
    this.#independence = independence;
    this.#closure = independence.closure;
    this.#answers = new Uint8Array(this.#closure.model.actions.length);
  }

  /** @param locals the local states of the state that is asked about; not kept by others */
  setState(locals: Int32Array): void {
    this.#locals = locals;
    this.#answers.fill(UNKNOWN);
  }

  isEnabled(action: number): boolean {
    let answer = this.#answers[action];
    if (answer === UNKNOWN) {
      const { model, offeredBy } = this.#closure;
      const enabled =
        model.needsHold(action, (track) => this.#locals[track] as number) &&
        (offeredBy[action] as number[]).some((family) => this.#offers(family, action));
      this.#answers[action] = answer = enabled ? ENABLED : DISABLED;
    }
    return answer === ENABLED;
  }

  #offers(at: number, action: number): boolean {
    const { model } = this.#closure;
    const family = model.families[at] as (typeof model.families)[number];
    const ids = Array.from(family.tracks, (track) => this.#locals[track] as number);
    return model.rowOf(family, ids).includes(action);
  }

  /**
   * Actions of which one has to happen before a disabled action is enabled.
   * @param cost of an action: of several such sets a cheapest is returned
   */
  before(action: number, cost: (action: number) => number): readonly number[] {
    const { model, offeredBy } = this.#closure;
    const sets: (readonly number[])[] = [];
    for (const track of model.needsOf(action)) {
      if (this.#locals[track] !== TRUE) sets.push(this.#makingTrue(track));
    }
    const families = offeredBy[action] as number[];
    if (!families.some((family) => this.#offers(family, action))) {
      // Some family has to offer it first.
      sets.push([...new Set(families.flatMap((family) => this.#toOffer(family, action, cost)))]);
    }
    return cheapest(sets, cost);
  }

  #toOffer(at: number, action: number, cost: (action: number) => number): readonly number[] {
    const { model } = this.#closure;
    const tracks = [...(model.families[at] as (typeof model.families)[number]).tracks];
    const leaving = [...new Set(tracks.flatMap((track) => this.#leavingNow(track)))];
    const [track] = tracks;
    if (tracks.length !== 1 || track === undefined) return leaving;
    return cheapest([leaving, this.#offeringAt(action, at, track)], cost);
  }

  /** The actions that some touch of the track satisfies. */
  #touching(track: number, does: (touch: Touch) => boolean): readonly number[] {
    const { touches, concerned } = this.#independence;
    return (concerned[track] as number[]).filter((action) =>
      (touches[action] as readonly Touch[]).some((one) => one.track === track && does(one)),
    );
  }

  #makingTrue(track: number): readonly number[] {
    const known = this.#making.get(track);
    if (known !== undefined) return known;
    const made = this.#touching(track, (touch) =>
      pairsOf(touch, (from) => from !== TRUE).some(([, to]) => to === TRUE),
    );
    this.#making.set(track, made);
    return made;
  }

  #leavingNow(track: number): readonly number[] {
    const local = this.#locals[track] as number;
    const key = `${track} ${local}`;
    const known = this.#leaving.get(key);
    if (known !== undefined) return known;
    const leaving = this.#touching(track, ({ next, pairs }) =>
      pairs === null
        ? (next[local] as number) >= 0 && next[local] !== local
        : pairs.some(([from, to]) => from === local && to !== local),
    );
    this.#leaving.set(key, leaving);
    return leaving;
  }

  #offeringAt(action: number, family: number, track: number): readonly number[] {
    const key = `${action} ${family}`;
    const known = this.#offering.get(key);
    if (known !== undefined) return known;
    const offered = this.#independence.offeredAt(action, family);
    const offering = this.#touching(track, (touch) =>
      pairsOf(touch, (from) => offered[from] !== 1).some(([, to]) => offered[to] === 1),
    );
    this.#offering.set(key, offering);
    return offering;
  }
}

function cheapest(
  sets: readonly (readonly number[])[],
  cost: (action: number) => number,
): readonly number[] {
  let [best, least]: [readonly number[], number] = [[], Number.POSITIVE_INFINITY];
  for (const set of sets) {
    const dear = set.reduce((sum, action) => sum + cost(action), 0);
    if (dear < least) [best, least] = [set, dear];
  }
  return best;
}
