import type { Layout } from "../explore/layout.ts";
import type { Model } from "../explore/model.ts";
import { Stepper } from "../explore/stepper.ts";

/**
 * What can be done in a stored state, apart from what monitors make of it. A specification that
 * follows the search is a slot of its states, so the search takes a step that only shows for one
 * that leads to another state; here it changes nothing.
 */
export class Surroundings {
  readonly #model: Model;
  readonly #stepper: Stepper;
  #layout: Layout;
  /** by word: the bits that are not a monitor's */
  #masks = new Int32Array(0);

  constructor(model: Model, layout: Layout) {
    this.#model = model;
    this.#layout = layout;
    this.#stepper = new Stepper(model, layout, () => undefined);
    this.relayout(layout);
  }

  relayout(layout: Layout): void {
    this.#layout = layout;
    this.#stepper.relayout(layout);
    this.#masks = new Int32Array(layout.words);
    this.#model.tracks.forEach(({ leaf }, track) => {
      if (leaf < 0) return;
      const word = layout.word[track] as number;
      const bits = (layout.mask[track] as number) << (layout.shift[track] as number);
      this.#masks[word] = (this.#masks[word] as number) | bits;
    });
  }

  /** The actions that are enabled in a state, each once. */
  *enabled(words: Int32Array): Generator<number> {
    const idOf = (track: number) => this.#layout.idAt(words, 0, track);
    const seen = new Set<number>();
    for (const family of this.#model.families) {
      for (const action of this.#model.rowOf(family, Array.from(family.tracks, idOf))) {
        if (seen.has(action) || !this.#model.needsHold(action, idOf)) continue;
        seen.add(action);
        yield action;
      }
    }
  }

  /** Whether an enabled action leaves the system as it is. The state was expanded before. */
  stays(action: number, words: Int32Array): boolean {
    const next = words.slice();
    this.#stepper.take(action, next);
    return next.every(
      (word, at) => ((word ^ (words[at] as number)) & (this.#masks[at] ?? 0)) === 0,
    );
  }

  /** Whether the system is the same in two states. */
  same(one: Int32Array, base: number, other: Int32Array, otherBase: number): boolean {
    const masks = this.#masks;
    for (let at = 0; at < masks.length; at++) {
      const change = (one[base + at] as number) ^ (other[otherBase + at] as number);
      if ((change & (masks[at] as number)) !== 0) return false;
    }
    return true;
  }
}
