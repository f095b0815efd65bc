import type { Composition, Leaf } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import type { Family } from "../explore/families.ts";
import { type Joint, Model } from "../explore/model.ts";

/** A closure that is larger is refused: local states of a track, … */
const MOST_LOCALS = 20_000;
/** … actions of all leaves, … */
const MOST_ACTIONS = 20_000;
/** … and rows and effects that have to be worked out. */
const MOST_WORK = 500_000;

/** The id of `true` in a cell that starts with a boolean. */
const TRUE = 1;

/** A set that keeps the order of insertion and can be indexed. */
export class Ids {
  readonly list: number[] = [];
  readonly #all = new Set<number>();

  has(id: number): boolean {
    return this.#all.has(id);
  }

  /** Whether the id is new. */
  add(id: number): boolean {
    if (this.#all.has(id)) return false;
    this.#all.add(id);
    this.list.push(id);
    return true;
  }
}

/**
 * The local states that each leaf has under all actions of the instance, whatever the other leaves
 * do: the least sets that hold the start states and are closed under every action that some leaf
 * offers in them. It holds at least what is reachable. The model is its own, so that nothing here
 * counts as visited or covered.
 */
export class Closure {
  readonly model: Model;
  /** by track: its local ids, in the order in which they were found */
  readonly locals: readonly Ids[];
  /** by action: the families that offer it, by their position in the model */
  readonly offeredBy: number[][] = [];
  /** by action, by track: where the action may be enabled, as far as this track tells */
  readonly possible: Map<number, Ids>[] = [];
  readonly #refuse: (what: string) => never;
  /** by family, by action and track: how many values were combined already */
  readonly #combined = new Map<string, readonly number[]>();
  #work = 0;
  #grew = false;

  /**
   * @param reduction what the closure is for, as it is named in a refusal
   * @throws QuorateError `reduction-refused` where it is too large, or where model code throws in
   * a local state that may not even be reachable
   */
  constructor(system: Composition, reduction: string) {
    this.#refuse = (what) => {
      throw new QuorateError("reduction-refused", `${reduction} in "${system.name}": ${what}.`);
    };
    this.model = new Model(system, false, []);
    this.locals = this.model.tracks.map(() => new Ids());
    for (const start of this.model.startVectors()) {
      start.forEach((local, track) => {
        this.#reach(track, local);
      });
    }
    try {
      this.#close();
    } catch (cause) {
      if (!(cause instanceof QuorateError) || cause.code === "reduction-refused") throw cause;
      this.#refuse(`in a local state that may not be reachable, ${cause.message}`);
    }
  }

  /** Whether the local state is one of the closure. */
  has(track: number, local: number): boolean {
    return this.locals[track]?.has(local) ?? false;
  }

  /** The id of an action, or −1 where the closure has no such action. */
  actionId(action: Action): number {
    const known = this.model.actions.length;
    const id = this.model.actionId(action);
    return id < known ? id : -1;
  }

  /** Whether the action is never enabled. */
  isDead(action: number): boolean {
    const possible = this.possible[action];
    return possible === undefined || [...possible.values()].some(({ list }) => list.length === 0);
  }

  /** Where the action may be enabled, as far as the track tells. */
  possibleAt(action: number, track: number): readonly number[] {
    return (this.possible[action]?.get(track) ?? (this.locals[track] as Ids)).list;
  }

  #reach(track: number, local: number): void {
    const locals = this.locals[track] as Ids;
    if (!locals.add(local)) return;
    this.#grew = true;
    if (locals.list.length <= MOST_LOCALS) return;
    const name = this.model.tracks[track]?.name;
    this.#refuse(`the closure of ${name} has more than ${MOST_LOCALS} local states`);
  }

  #close(): void {
    const { model } = this;
    do {
      this.#grew = false;
      model.families.forEach((family, at) => {
        this.#offer(family, at);
      });
      for (let action = 0; action < model.actions.length; action++) this.#step(action);
    } while (this.#grew);
  }

  /** Finds what a family offers at combinations of values that are new. */
  #offer(family: Family, at: number): void {
    const tracks = [...family.tracks];
    const values = tracks.map((track) => (this.locals[track] as Ids).list);
    this.#combineOnce(`family ${at}`, family.leaf, values, (ids) => {
      for (const action of this.model.rowOf(family, ids)) {
        this.#know(action, at);
        tracks.forEach((track, position) => {
          this.#allow(action, track, ids[position] as number);
        });
      }
    });
  }

  #know(action: number, at: number): void {
    if (this.model.actions.length > MOST_ACTIONS) this.#refuse(`more than ${MOST_ACTIONS} actions`);
    const families = this.offeredBy[action] ?? [];
    this.offeredBy[action] = families;
    if (families.includes(at)) return;
    families.push(at);
    this.#grew = true;
    const tracks = [...(this.model.families[at] as Family).tracks];
    const needed = this.model.needsOf(action);
    const possible = this.possible[action];
    if (possible === undefined) {
      const guards = new Set([...tracks, ...needed]);
      this.possible[action] = new Map(Array.from(guards, (track) => [track, new Ids()]));
      return;
    }
    // Offered by either family: a track that only one looks at tells nothing.
    for (const track of possible.keys()) {
      if (!tracks.includes(track) && !needed.includes(track)) possible.delete(track);
    }
  }

  #allow(action: number, track: number, local: number): void {
    if (this.model.needsOf(action).includes(track)) return;
    if (this.possible[action]?.get(track)?.add(local)) this.#grew = true;
  }

  /** Takes the steps of an action from local states that are new. */
  #step(action: number): void {
    const { model } = this;
    if (this.offeredBy[action] === undefined) return;
    for (const track of model.needsOf(action)) {
      if (!this.has(track, TRUE)) return;
      this.possible[action]?.get(track)?.add(TRUE);
    }
    const leaf = model.families[this.offeredBy[action]?.[0] as number]?.leaf as Leaf;
    // One more family may change where the action is possible altogether.
    const offers = `${action} of ${this.offeredBy[action]?.length}`;
    for (const { track, slot } of participantsOf(model, action)) {
      const values = [this.possibleAt(action, track)];
      this.#combineOnce(`${offers} ${track}`, leaf, values, ([local]) => {
        this.#reach(track, model.computeNext(track, local as number, slot));
      });
    }
    for (const joint of model.joints[action] ?? []) {
      const tracks = [...new Set(joint.tracks)];
      const values = tracks.map((track) => this.possibleAt(action, track));
      this.#combineOnce(`${offers} joint ${joint.leaf}`, leaf, values, (ids) => {
        nextOf(model, joint, tracks, ids).forEach((to, at) => {
          this.#reach(tracks[at] as number, to);
        });
      });
    }
  }

  #combineOnce(
    key: string,
    leaf: Leaf,
    values: readonly (readonly number[])[],
    use: (ids: number[]) => void,
  ): void {
    const before = this.#combined.get(key) ?? null;
    const now = values.map(({ length }) => length);
    if (before !== null && now.every((length, at) => length === before[at])) return;
    this.#combined.set(key, now);
    const product = (lengths: readonly number[]) => lengths.reduce((all, one) => all * one, 1);
    this.#work += product(now) - (before === null ? 0 : product(before));
    if (this.#work > MOST_WORK) {
      this.#refuse(
        `the closure takes more than ${MOST_WORK} steps, the last of them in ${leaf.name}`,
      );
    }
    combine(values, before, use);
  }
}

/** The tracks that take part in an action by themselves, with their slots in the memo. */
export function participantsOf(
  { partStart, partTrack, partSlot }: Model,
  action: number,
): { readonly track: number; readonly slot: number }[] {
  const found: { track: number; slot: number }[] = [];
  for (let at = partStart[action] as number; at < (partStart[action + 1] as number); at++) {
    found.push({ track: partTrack[at] as number, slot: partSlot[at] as number });
  }
  return found;
}

/** Every combination of values, but those of the first `before` of each alone. */
export function combine(
  values: readonly (readonly number[])[],
  before: readonly number[] | null,
  use: (ids: number[]) => void,
): void {
  const lengths = values.map(({ length }) => length);
  if (lengths.includes(0)) return;
  // Of a single track the values that are known are passed over at once.
  const places = values.map((_, at) => (values.length === 1 ? (before?.[at] ?? 0) : 0));
  if (values.length === 1 && places[0] === lengths[0]) return;
  for (;;) {
    if (before === null || places.some((place, at) => place >= (before[at] as number))) {
      use(places.map((place, at) => values[at]?.[place] as number));
    }
    let at = places.length - 1;
    for (; at >= 0; at--) {
      places[at] = (places[at] as number) + 1;
      if ((places[at] as number) < (lengths[at] as number)) break;
      places[at] = 0;
    }
    if (at < 0) return;
  }
}

/** What an effect on several cells leads to, at each combination of values where it is possible. */
export function jointSteps(
  closure: Closure,
  action: number,
  joint: Joint,
  use: (tracks: readonly number[], from: readonly number[], to: readonly number[]) => void,
): void {
  const tracks = [...new Set(joint.tracks)];
  const values = tracks.map((track) => closure.possibleAt(action, track));
  combine(values, null, (ids) => use(tracks, ids, nextOf(closure.model, joint, tracks, ids)));
}

/** The step of a joint, which may name a track twice, by its tracks. */
function nextOf(
  model: Model,
  joint: Joint,
  tracks: readonly number[],
  ids: readonly number[],
): number[] {
  const all = Array.from(joint.tracks, (track) => ids[tracks.indexOf(track)] as number);
  const to = model.nextOfJoint(joint, all);
  return tracks.map((track) => to[joint.tracks.indexOf(track)] as number);
}
