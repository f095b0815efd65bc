import type { Decider } from "./decide.ts";
import type { Model } from "./model.ts";
import type { States } from "./states.ts";
import type { Stepper } from "./stepper.ts";
import { type Partition, partitionOf, placeOf, type Ref } from "./store.ts";

/** Chooses which of the steps of a state are explored: partial order, eager steps. */
export interface Selection {
  /**
   * @param words the state
   * @param moving the enabled actions that lead to another state, in canonical order of families
   * @returns some of them, at least one where there are any; `moving` itself where all are needed
   */
  select(words: Int32Array, moving: readonly number[]): readonly number[];
}

/** Finds the representative of a state's orbit: symmetry. */
export interface Orbits {
  /** Replaces a state by its representative, in place. May throw OVERFLOW. */
  represent(words: Int32Array): void;
  relayout(): void;
}

/** What finds the steps of stored states. */
export interface Steps {
  transitions: number;
  /** An action changed something, perhaps for the first time. */
  fire(action: number): void;
  /** @throws OVERFLOW the layout must be widened, and the state expanded again */
  expand(ref: Ref): void;
  relayout(): void;
}

/** Finds the steps of states one at a time, and explores some of them only, up to symmetry. */
export class ReducedExpander implements Steps {
  transitions = 0;
  readonly #model: Model;
  readonly #states: States;
  readonly #stepper: Stepper;
  readonly #decider: Decider;
  readonly #selection: Selection | null;
  readonly #orbits: Orbits | null;
  readonly #fired = new Set<number>();
  #cur = new Int32Array(0);

  constructor(
    model: Model,
    states: States,
    stepper: Stepper,
    decider: Decider,
    selection: Selection | null,
    orbits: Orbits | null,
  ) {
    this.#model = model;
    this.#states = states;
    this.#stepper = stepper;
    this.#decider = decider;
    this.#selection = selection;
    this.#orbits = orbits;
  }

  relayout(): void {
    this.#orbits?.relayout();
  }

  fire(action: number): void {
    if (this.#fired.has(action)) return;
    this.#fired.add(action);
    this.#decider.fired(action);
  }

  expand(ref: Ref): void {
    const { layout } = this.#states;
    const stored = (this.#states.partitions[partitionOf(ref)] as Partition).words;
    const base = placeOf(ref) * layout.words;
    const cur = stored.slice(base, base + layout.words);
    this.#cur = cur;
    const successors = this.#successors();
    const moving = [...successors.keys()];
    if (moving.every((action) => this.#model.spontaneous[action] === 1)) {
      this.#decider.ended(ref, cur, moving.length === 0);
    }
    const taken = this.#selection?.select(cur, moving) ?? moving;
    if (this.#decider.checksSteps) {
      for (const action of taken) {
        this.#decider.step(ref, cur, action, successors.get(action) as Int32Array, 0);
      }
    }
    // Nothing is stored before the last place where OVERFLOW may be thrown.
    for (const action of taken) this.#orbits?.represent(successors.get(action) as Int32Array);
    for (const action of taken) {
      this.fire(action);
      this.transitions++;
      this.#states.add(successors.get(action) as Int32Array, ref);
    }
  }

  /** Where each enabled action leads that changes something. */
  #successors(): Map<number, Int32Array> {
    const { layout } = this.#states;
    const cur = this.#cur;
    const idOf = (track: number) => layout.idAt(cur, 0, track);
    const successors = new Map<number, Int32Array>();
    for (const family of this.#model.families) {
      for (const action of this.#model.rowOf(family, Array.from(family.tracks, idOf))) {
        if (successors.has(action)) continue;
        const next = cur.slice();
        this.#stepper.take(action, next);
        if (next.some((word, at) => word !== cur[at])) successors.set(action, next);
      }
    }
    return successors;
  }
}
