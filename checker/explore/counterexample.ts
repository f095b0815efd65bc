import type { Action } from "../../spec/automaton/execute.ts";
import type { Global } from "../../spec/automaton/semantics.ts";
import type { Found } from "./decide.ts";
import type { Violation } from "./exploration.ts";
import type { Model } from "./model.ts";
import type { States } from "./states.ts";
import type { Stepper } from "./stepper.ts";
import { NO_REF, type Ref } from "./store.ts";
import type { SubsetMonitor } from "./subsets.ts";

/** The monitor of a specification, and where its value is. */
export interface Monitored {
  readonly monitor: SubsetMonitor;
  readonly track: number;
}

/** Finds the runs that lead to violations: parents back to a start state, actions found again. */
export class Counterexamples {
  readonly #model: Model;
  readonly #states: States;
  readonly #stepper: Stepper;

  constructor(model: Model, states: States, stepper: Stepper) {
    this.#model = model;
    this.#states = states;
    this.#stepper = stepper;
  }

  violation({ ref, action }: Found, monitored: Monitored | undefined): Violation {
    const states = this.#chainTo(ref);
    const actions: Action[] = [];
    const specification: (readonly Global[])[] = [];
    const first = states[0] as Int32Array;
    if (monitored !== undefined) specification.push(this.#allowed(first, monitored));
    states.slice(1).forEach((to, at) => {
      const taken = this.#between(states[at] as Int32Array, to);
      actions.push(...this.#named(taken));
      if (monitored === undefined) return;
      // What a step sent at once is not visible: the specification has moved with the step.
      const allowed = this.#allowed(to, monitored);
      for (const _ of taken) specification.push(allowed);
    });
    // A step property is violated by the step itself, before what it makes others send.
    if (action >= 0) actions.push(...this.#named([action]));
    const start = this.#model.globalOf((track) => this.#states.layout.idAt(first, 0, track));
    return { start, actions, specification: monitored === undefined ? null : specification };
  }

  #chainTo(ref: Ref): Int32Array[] {
    const chain: Int32Array[] = [];
    for (let at = ref; at !== NO_REF; at = this.#states.parentOf(at)) {
      chain.push(this.#states.wordsOf(at));
    }
    return chain.reverse();
  }

  #named(ids: readonly number[]): Action[] {
    return ids.map((id) => this.#model.actions[id] as Action);
  }

  #allowed(words: Int32Array, { monitor, track }: Monitored): Global[] {
    const id = this.#states.layout.idAt(words, 0, track);
    return monitor.globalsOf(this.#model.values[track]?.[id]);
  }

  /** The actions of one step: the first that leads there, then what it made others send. */
  #between(from: Int32Array, to: Int32Array): readonly number[] {
    const { layout } = this.#states;
    for (const family of this.#model.families) {
      const ids = Array.from(family.tracks, (track) => layout.idAt(from, 0, track));
      for (const action of this.#model.rowOf(family, ids)) {
        const words = from.slice();
        const taken: number[] = [];
        this.#stepper.take(action, words, taken);
        if (words.every((word, at) => word === to[at])) return taken;
      }
    }
    throw new Error("a stored state has no step from its parent");
  }
}
