import { compareContent } from "./content.ts";
import type { Model } from "./model.ts";
import type { Steps } from "./reduced.ts";
import type { States } from "./states.ts";
import { NO_REF, type Ref } from "./store.ts";

/**
 * Finds a run to a stored state again. A breadth-first search stores no parents: of each level,
 * from the state's own back to the first, the states are sought that have a step to the one found
 * last, and of those the least by content is taken. So the run does not depend on the order in
 * which states were found. It costs at most another expansion of every state, without insertions.
 */
export class Paths {
  readonly #model: Model;
  readonly #states: States;
  readonly #steps: Steps;

  constructor(model: Model, states: States, steps: Steps) {
    this.#model = model;
    this.#states = states;
    this.#steps = steps;
  }

  /** The words of the states of a shortest run (depth first: of a run), from a start state on. */
  to(ref: Ref): Int32Array[] {
    const chain = [this.#states.wordsOf(ref)];
    if (this.#states.stack !== null) {
      for (let at = this.#states.parentOf(ref); at !== NO_REF; at = this.#states.parentOf(at)) {
        chain.push(this.#states.wordsOf(at));
      }
      return chain.reverse();
    }
    for (let level = this.#states.levelOf(ref) - 1; level > 0; level--) {
      chain.push(this.#before(level, chain.at(-1) as Int32Array));
    }
    return chain.reverse();
  }

  #before(level: number, target: Int32Array): Int32Array {
    let least: Int32Array | null = null;
    for (const ref of this.#states.onLevel(level)) {
      if (!this.#steps.leadsTo(ref, target)) continue;
      const words = this.#states.wordsOf(ref);
      if (least === null || compareContent(this.#model, this.#states.layout, words, least) < 0)
        least = words;
    }
    if (least === null) throw new Error("a stored state has no step from the level before");
    return least;
  }
}
