import type { Decider } from "./decide.ts";
import type { Model } from "./model.ts";

/** What a search has noted of each action; the hot loop reads the arrays itself. */
export class Marks {
  /** 1 for each action that has changed something */
  fired = new Uint8Array(64);
  /** bit 0: that the needs of an action lacked was noted; bit 1: that they were there */
  needsSeen = new Uint8Array(64);
  readonly #model: Model;
  readonly #decider: Decider;

  constructor(model: Model, decider: Decider) {
    this.#model = model;
    this.#decider = decider;
  }

  /** Makes room for the actions that the model has met since. */
  grow(): void {
    const room = this.#model.actions.length * 2;
    const [fired, needsSeen] = [new Uint8Array(room), new Uint8Array(room)];
    fired.set(this.fired);
    needsSeen.set(this.needsSeen);
    this.fired = fired;
    this.needsSeen = needsSeen;
  }

  /** An action changed something, perhaps for the first time. */
  fire(action: number): void {
    if (this.fired[action] === 1) return;
    this.fired[action] = 1;
    this.#decider.fired(action);
  }

  /** @param bit a bit of `needsSeen` */
  sawNeeds(action: number, bit: number): void {
    this.needsSeen[action] = (this.needsSeen[action] as number) | bit;
    this.#model.sawNeeds(action, bit === 2);
  }
}
