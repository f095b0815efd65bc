import type { Action } from "../../spec/automaton/execute.ts";
import type { Model } from "../explore/model.ts";
import type { FairClasses } from "./classes.ts";

export const [UNFAIR, WEAK, STRONG] = [0, 1, 2];

/** The fairness class of each action of a model, and how fair each class is taken to be. */
export class Obligations {
  /** by class: it can be lowered, to find out which fairness a property needs */
  readonly strengths: number[] = [];
  readonly #model: Model;
  readonly #classes: FairClasses;
  /** by action */
  readonly #known: number[] = [];

  constructor(model: Model, classes: FairClasses) {
    this.#model = model;
    this.#classes = classes;
  }

  get count(): number {
    return this.strengths.length;
  }

  /** The class of an action that is owed a step; −1 for others. */
  of(action: number): number {
    let known = this.#known[action];
    if (known === undefined) {
      known = this.#classes.of(this.#model.actions[action] as Action);
      this.#known[action] = known;
      for (let at = this.strengths.length; at < this.#classes.classes.length; at++) {
        this.strengths.push(this.#classes.classes[at]?.strength === "strong" ? STRONG : WEAK);
      }
    }
    return known >= 0 && this.strengths[known] !== UNFAIR ? known : -1;
  }
}
