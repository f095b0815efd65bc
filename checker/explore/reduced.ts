import { NO_ACTION } from "./commuting.ts";
import type { Decider } from "./decide.ts";
import type { Layout } from "./layout.ts";
import type { Model } from "./model.ts";
import type { States } from "./states.ts";
import type { Stepper } from "./stepper.ts";
import type { Ref } from "./store.ts";

/** Chooses which of the steps of a state are explored: partial order, eager steps. */
export interface Selection {
  /**
   * @param words the state
   * @param moving the enabled actions that lead to another state, in canonical order of families
   * @returns some of them, at least one where there are any; `moving` itself where all are needed
   */
  select(words: Int32Array, moving: readonly number[]): readonly number[];
}

/** A run of the system, packed by a layout of its own. */
export interface NamedRun {
  readonly layout: Layout;
  readonly stepper: Stepper;
  readonly states: readonly Int32Array[];
  /** an action from the last state; −1 for none */
  readonly action: number;
}

/** Finds the representative of a state's orbit: symmetry. */
export interface Orbits {
  /** Replaces a state by its representative, in place. May throw OVERFLOW. */
  represent(words: Int32Array): void;
  /** A step was taken that properties are asked about. */
  step(before: Int32Array, action: number, after: Int32Array): void;
  /** Ends the checks that the reduction is sound. @throws QuorateError `reduction-refused` */
  settle(): void;
  readonly bytes: number;
  relayout(): void;
  /** The run in one naming that a chain of representatives stands for, with an action at its end. */
  named(chain: readonly Int32Array[], action: number): NamedRun;
}

/** What finds the steps of stored states. */
export interface Steps {
  transitions: number;
  /** An action changed something, perhaps for the first time. */
  fire(action: number): void;
  /** @throws OVERFLOW the layout must be widened, and the state expanded again */
  expand(ref: Ref): void;
  /** Whether some step leads from a state, which was expanded before, to the one given. */
  leadsTo(ref: Ref, target: Int32Array): boolean;
  /** A breadth-first level begins. */
  nextLevel?(): void;
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

  leadsTo(ref: Ref, target: Int32Array): boolean {
    const cur = this.#states.wordsOf(ref);
    const successors = this.#successors(cur);
    const moving = [...successors.keys()];
    return (this.#selection?.select(cur, moving) ?? moving).some((action) => {
      const next = successors.get(action) as Int32Array;
      this.#orbits?.represent(next);
      return next.every((word, at) => word === target[at]);
    });
  }

  expand(ref: Ref): void {
    const cur = this.#states.wordsOf(ref);
    const successors = this.#successors(cur);
    const moving = [...successors.keys()];
    if (moving.every((action) => this.#model.spontaneous[action] === 1)) {
      this.#decider.ended(ref, cur, moving.length === 0);
    }
    const taken = this.#selection?.select(cur, moving) ?? moving;
    if (this.#decider.checksSteps) {
      for (const action of taken) {
        const after = successors.get(action) as Int32Array;
        this.#orbits?.step(cur, action, after);
        this.#decider.step(ref, cur, action, after, 0);
      }
    }
    // Nothing is stored before the last place where OVERFLOW may be thrown.
    for (const action of taken) this.#orbits?.represent(successors.get(action) as Int32Array);
    for (const action of taken) {
      this.fire(action);
      this.transitions++;
      this.#states.add(successors.get(action) as Int32Array, ref, NO_ACTION);
    }
  }

  #needsHold(action: number, idOf: (track: number) => number): boolean {
    const holds = this.#model.needsHold(action, idOf);
    this.#model.sawNeeds(action, holds);
    return holds;
  }

  /** Where each enabled action leads that changes something. */
  #successors(cur: Int32Array): Map<number, Int32Array> {
    const { layout } = this.#states;
    const idOf = (track: number) => layout.idAt(cur, 0, track);
    const successors = new Map<number, Int32Array>();
    for (const family of this.#model.families) {
      for (const action of this.#model.rowOf(family, Array.from(family.tracks, idOf))) {
        if (successors.has(action) || !this.#needsHold(action, idOf)) continue;
        const next = cur.slice();
        this.#stepper.take(action, next);
        if (next.some((word, at) => word !== cur[at])) successors.set(action, next);
      }
    }
    return successors;
  }
}
