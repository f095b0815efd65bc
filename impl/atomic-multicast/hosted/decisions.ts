import { keepMessage, keptMessage } from "../../network/kept.ts";
import type { ProcessHost } from "../../network/process.ts";
import type { Bounds } from "./bounds.ts";
import type { DecideMessage } from "./wire.ts";

const SLOT = "decide";

/**
 * The last decisions with their certificates, each in a unit of its own, so that a new one does not
 * have all of them written again. A later decision takes the place of the one a window before.
 */
export class Decisions {
  readonly #window: number;

  constructor({ window }: Pick<Bounds, "window">) {
    this.#window = window;
  }

  keep(decide: DecideMessage, host: ProcessHost): void {
    keepMessage(host, this.#unitOf(decide.k), SLOT, decide);
  }

  /** The decision of an instance with its estimate; null if it is too old, or was taken over. */
  of(k: number, host: ProcessHost): DecideMessage | null {
    const kept = keptMessage<DecideMessage>(host, this.#unitOf(k), SLOT);
    return kept?.k === k ? kept : null;
  }

  #unitOf(k: number): string {
    return `decision ${k % this.#window}`;
  }
}

/** Whether a unit holds a decision, and no automata. */
export const isDecision = (unit: string): boolean => unit.startsWith("decision ");
