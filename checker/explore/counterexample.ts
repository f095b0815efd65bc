import type { Action } from "../../spec/automaton/execute.ts";
import type { Global } from "../../spec/automaton/semantics.ts";
import type { Found } from "./decide.ts";
import type { Violation } from "./exploration.ts";
import type { Model } from "./model.ts";
import type { Paths } from "./paths.ts";
import type { NamedRun, Orbits } from "./reduced.ts";
import type { States } from "./states.ts";
import type { Stepper } from "./stepper.ts";
import type { SubsetMonitor } from "./subsets.ts";

/** The monitor of a specification, and where its value is. */
export interface Monitored {
  readonly monitor: SubsetMonitor;
  readonly track: number;
}

/** Finds the runs that lead to violations: the states on the way, and the actions between them. */
export class Counterexamples {
  readonly #model: Model;
  readonly #states: States;
  readonly #stepper: Stepper;
  readonly #paths: Paths;
  readonly #orbits: Orbits | null;

  constructor(model: Model, states: States, stepper: Stepper, paths: Paths, orbits: Orbits | null) {
    this.#model = model;
    this.#states = states;
    this.#stepper = stepper;
    this.#paths = paths;
    this.#orbits = orbits;
  }

  violation(found: Found, monitored: Monitored | undefined): Violation {
    const run = this.#runTo(found);
    const { states, action } = run;
    const actions: Action[] = [];
    const specification: (readonly Global[])[] = [];
    const first = states[0] as Int32Array;
    if (monitored !== undefined) specification.push(this.#allowed(run, first, monitored));
    states.slice(1).forEach((to, at) => {
      const taken = this.#between(run, states[at] as Int32Array, to);
      actions.push(...this.#named(taken));
      if (monitored === undefined) return;
      // What a step sent at once is not visible: the specification has moved with the step.
      const allowed = this.#allowed(run, to, monitored);
      for (const _ of taken) specification.push(allowed);
    });
    // A step property is violated by the step itself, before what it makes others send.
    if (action >= 0) actions.push(...this.#named([action]));
    const start = this.#model.globalOf((track) => run.layout.idAt(first, 0, track));
    return { start, actions, specification: monitored === undefined ? null : specification };
  }

  #runTo(found: Found): NamedRun {
    const { action } = found;
    const states = this.#paths.to(found);
    if (this.#orbits !== null) return this.#orbits.named(states, action);
    return { layout: this.#states.layout, stepper: this.#stepper, states, action };
  }

  #named(ids: readonly number[]): Action[] {
    return ids.map((id) => this.#model.actions[id] as Action);
  }

  #allowed({ layout }: NamedRun, words: Int32Array, { monitor, track }: Monitored) {
    const id = layout.idAt(words, 0, track);
    return monitor.plain(this.#model.values[track]?.[id]);
  }

  /** The actions of one step: the first that leads there, then what it made others send. */
  #between({ layout, stepper }: NamedRun, from: Int32Array, to: Int32Array): readonly number[] {
    const idOf = (track: number) => layout.idAt(from, 0, track);
    for (const family of this.#model.families) {
      for (const action of this.#model.rowOf(family, Array.from(family.tracks, idOf))) {
        if (!this.#model.needsHold(action, idOf)) continue;
        const words = from.slice();
        const taken: number[] = [];
        stepper.take(action, words, taken);
        if (words.every((word, at) => word === to[at])) return taken;
      }
    }
    throw new Error("a stored state has no step from its parent");
  }
}
