import { compareContent } from "./content.ts";
import type { Found } from "./decide.ts";
import type { Model } from "./model.ts";
import type { Steps } from "./reduced.ts";
import type { States } from "./states.ts";
import { NO_REF } from "./store.ts";
import type { Inquiry } from "./together.ts";

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

  readonly #inquiry: Inquiry | null;

  /** @param inquiry where other workers hold some of the states */
  constructor(model: Model, states: States, steps: Steps, inquiry: Inquiry | null) {
    this.#model = model;
    this.#states = states;
    this.#steps = steps;
    this.#inquiry = inquiry;
  }

  /** The words of the states of a shortest run (depth first: of a run), from a start state on. */
  to({ ref, elsewhere }: Found): Int32Array[] {
    const chain = [elsewhere?.words ?? this.#states.wordsOf(ref)];
    if (this.#states.stack !== null) {
      for (let at = this.#states.parentOf(ref); at !== NO_REF; at = this.#states.parentOf(at)) {
        chain.push(this.#states.wordsOf(at));
      }
      return chain.reverse();
    }
    for (let level = (elsewhere?.level ?? this.#states.levelOf(ref)) - 1; level > 0; level--) {
      chain.push(this.#before(level, chain.at(-1) as Int32Array));
    }
    return chain.reverse();
  }

  #before(level: number, target: Int32Array): Int32Array {
    const others = this.#inquiry?.ask(level, target) ?? [];
    const own = this.leastBefore(level, target);
    const all = own === null ? others : [own, ...others];
    const least = this.#least(all);
    if (least === null) throw new Error("a stored state has no step from the level before");
    return least;
  }

  /** The least of this worker's states of a level that lead to a state; null where none does. */
  leastBefore(level: number, target: Int32Array): Int32Array | null {
    const found: Int32Array[] = [];
    for (const ref of this.#states.onLevel(level)) {
      if (!this.#steps.leadsTo(ref, target)) continue;
      found.push(this.#states.wordsOf(ref));
      if (found.length > 1) found.splice(0, 2, this.#least(found) as Int32Array);
    }
    return found[0] ?? null;
  }

  #least(all: readonly Int32Array[]): Int32Array | null {
    const { layout } = this.#states;
    return all.reduce<Int32Array | null>(
      (least, one) =>
        least === null || compareContent(this.#model, layout, one, least) < 0 ? one : least,
      null,
    );
  }
}
