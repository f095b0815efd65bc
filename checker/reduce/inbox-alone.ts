import type { AnyAutomaton } from "../../spec/automaton/automaton.ts";
import { UndeclaredCell } from "../../spec/automaton/cells.ts";
import { type Action, execute, type Outcome } from "../../spec/automaton/execute.ts";
import { canonical, freeze } from "../../spec/automaton/values.ts";

/**
 * Runs effects on a part of a state, where any other field is out of reach: so what they do is
 * known for all values of the other fields at once.
 */
export class InboxAlone {
  readonly #guarded: AnyAutomaton;
  readonly #inbox: string;
  readonly #received = new Map<string, unknown>();
  readonly #ignoring = new Map<string, boolean>();

  constructor(automaton: AnyAutomaton, inbox: string) {
    // Fields of a record are guarded as cells are.
    this.#guarded = { ...automaton, form: "cells" };
    this.#inbox = inbox;
  }

  /** What an inbox is after a receipt; undefined where that depends on other fields, or sends. */
  after(inbox: unknown, receipt: number, action: Action): unknown {
    const key = `${receipt} ${canonical(inbox)}`;
    if (this.#received.has(key)) return this.#received.get(key);
    const outcome = this.#run({ [this.#inbox]: inbox }, action);
    const received =
      outcome === null || outcome.sent.length > 0
        ? undefined
        : (outcome.state as Record<string, unknown>)[this.#inbox];
    this.#received.set(key, received);
    return received;
  }

  /** Whether the effect of an action neither reads nor writes the inbox, in some state. */
  isIgnoredBy(action: Action, id: number, state: object, rest: number): boolean {
    const key = `${id} ${rest}`;
    let ignored = this.#ignoring.get(key);
    if (ignored === undefined) {
      const { [this.#inbox]: _, ...others } = state as Record<string, unknown>;
      ignored = this.#run(others, action) !== null;
      this.#ignoring.set(key, ignored);
    }
    return ignored;
  }

  #run(state: object, action: Action): Outcome | null {
    const transition = this.#guarded.transitions[action.name];
    if (transition === undefined || transition.restarts) return null;
    try {
      const outcome = execute(this.#guarded, action, transition, freeze(state));
      const made = Object.keys(outcome.state as object);
      return made.length === Object.keys(state).length ? outcome : null;
    } catch (error) {
      if (error instanceof UndeclaredCell) return null;
      throw error;
    }
  }
}
