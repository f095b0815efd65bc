import type { Action } from "../../spec/automaton/execute.ts";
import type { Model } from "../explore/model.ts";
import type { States } from "../explore/states.ts";
import type { Closure } from "./closure.ts";

/** What the search calls a local state or an action, and what its closure does. */
export class Translation {
  /** the local ids of the current state, by track, as the closure has them */
  readonly locals: Int32Array;
  readonly #closure: Closure;
  readonly #model: Model;
  readonly #states: States;
  readonly #localIds: number[][];
  readonly #actionIds: number[] = [];

  constructor(closure: Closure, model: Model, states: States) {
    this.#closure = closure;
    this.#model = model;
    this.#states = states;
    this.locals = new Int32Array(closure.locals.length);
    this.#localIds = closure.locals.map(() => []);
  }

  /** Makes a state of the search the current one. */
  setState(words: Int32Array): void {
    const { layout } = this.#states;
    for (let track = 0; track < this.locals.length; track++) {
      this.locals[track] = this.localOf(track, layout.idAt(words, 0, track));
    }
  }

  /** A local state of the search, in the closure. */
  localOf(track: number, local: number): number {
    const known = this.#localIds[track]?.[local];
    if (known !== undefined) return known;
    const id = this.#closure.model.intern(track, this.#model.values[track]?.[local]);
    if (!this.#closure.has(track, id)) {
      throw new Error(`a local state of ${this.#model.tracks[track]?.name} is not in its closure`);
    }
    (this.#localIds[track] as number[])[local] = id;
    return id;
  }

  /** An action of the search, in the closure. */
  actionOf(action: number): number {
    const known = this.#actionIds[action];
    if (known !== undefined) return known;
    const taken = this.#model.actions[action] as Action;
    const id = this.#closure.actionId(taken);
    if (id < 0) throw new Error(`action ${taken.name} is not in the closure`);
    this.#actionIds[action] = id;
    return id;
  }
}
