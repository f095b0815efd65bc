import type { Layout } from "./layout.ts";
import type { Emission, Model } from "./model.ts";
import { OVERFLOW } from "./overflow.ts";

/**
 * Takes steps one track at a time: what sent outputs and effects on several cells need, and the
 * reconstruction of counterexamples.
 */
export class Stepper {
  readonly #model: Model;
  readonly #fired: (action: number) => void;
  #layout: Layout;
  /** how often each action was taken here as a sent output */
  readonly sent: number[] = [];

  constructor(model: Model, layout: Layout, fired: (action: number) => void) {
    this.#model = model;
    this.#layout = layout;
    this.#fired = fired;
  }

  relayout(layout: Layout): void {
    this.#layout = layout;
  }

  /**
   * Takes the step of an action in place, with whatever it makes others send, and returns the
   * change of the hash.
   * @param taken receives the actions in their order
   */
  take(action: number, words: Int32Array, taken?: number[]): number {
    taken?.push(action);
    const model = this.#model;
    let change = 0;
    let emitted: Emission[] | null = null;
    for (
      let at = model.partStart[action] as number;
      at < (model.partStart[action + 1] as number);
      at++
    ) {
      const track = model.partTrack[at] as number;
      const id = this.#layout.idAt(words, 0, track);
      let to = model.computeNext(track, id, model.partSlot[at] as number);
      if (to < 0) {
        const emission = model.emissions[-2 - to] as Emission;
        if (emitted === null) emitted = [emission];
        else emitted.push(emission);
        to = emission.to;
      }
      change = (change + this.#move(words, track, id, to)) | 0;
    }
    for (const joint of model.joints[action] ?? []) {
      const ids = Array.from(joint.tracks, (track) => this.#layout.idAt(words, 0, track));
      const to = model.nextOfJoint(joint, ids);
      joint.tracks.forEach((track, at) => {
        change = (change + this.#move(words, track, ids[at] as number, to[at] as number)) | 0;
      });
    }
    for (const { actions } of emitted ?? []) {
      for (const sent of actions) {
        this.sent[sent] = (this.sent[sent] ?? 0) + 1;
        this.#fired(sent);
        change = (change + this.take(sent, words, taken)) | 0;
      }
    }
    return change;
  }

  /** Moves one track of `words` to a local id and returns the change of the hash. */
  #move(words: Int32Array, track: number, from: number, to: number): number {
    if (to === from) return 0;
    const { word, shift, mask, factors } = this.#layout;
    if (to > (mask[track] as number)) throw OVERFLOW;
    const at = word[track] as number;
    words[at] = (words[at] as number) + ((to - from) << (shift[track] as number));
    return Math.imul(to - from, factors[track] as number);
  }
}
