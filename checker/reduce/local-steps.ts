import type { Emission, Model } from "../explore/model.ts";
import { participantsOf } from "./closure.ts";

/** Where a local step leads, and what it sends at once. */
export interface LocalStep {
  readonly to: number;
  readonly sent: readonly number[];
}

const NOTHING: readonly number[] = [];

/** The steps of a model on vectors of local ids that are not packed. */
export class LocalSteps {
  readonly #model: Model;
  readonly #participants: (ReturnType<typeof participantsOf> | undefined)[] = [];

  constructor(model: Model) {
    this.#model = model;
  }

  /** Who takes part in an action with one track. */
  participants(action: number): ReturnType<typeof participantsOf> {
    let found = this.#participants[action];
    if (found === undefined) {
      found = participantsOf(this.#model, action);
      this.#participants[action] = found;
    }
    return found;
  }

  takesPart(track: number, action: number): boolean {
    return this.participants(action).some((one) => one.track === track);
  }

  /** The step of one track, which takes part in the action. */
  of(track: number, local: number, action: number): LocalStep {
    const part = this.participants(action).find((one) => one.track === track);
    if (part === undefined) return { to: local, sent: NOTHING };
    const to = this.#model.computeNext(track, local, part.slot);
    if (to >= 0) return { to, sent: NOTHING };
    const emission = this.#model.emissions[-2 - to] as Emission;
    return { to: emission.to, sent: [...emission.actions] };
  }

  /** Takes the step of an action in place, with what it makes others send. */
  take(vector: Int32Array, action: number, taken?: number[]): void {
    taken?.push(action);
    const sent: number[] = [];
    for (const { track } of this.participants(action)) {
      const step = this.of(track, vector[track] as number, action);
      vector[track] = step.to;
      sent.push(...step.sent);
    }
    for (const joint of this.#model.joints[action] ?? []) {
      const from = Array.from(joint.tracks, (track) => vector[track] as number);
      const to = this.#model.nextOfJoint(joint, from);
      joint.tracks.forEach((track, at) => {
        vector[track] = to[at] as number;
      });
    }
    for (const one of sent) this.take(vector, one, taken);
  }

  /** The enabled actions of a vector, each once. */
  enabled(vector: Int32Array): Set<number> {
    const model = this.#model;
    const found = new Set<number>();
    const idOf = (track: number) => vector[track] as number;
    for (const family of model.families) {
      for (const action of model.rowOf(family, Array.from(family.tracks, idOf))) {
        if (model.needsHold(action, idOf)) found.add(action);
      }
    }
    return found;
  }
}
