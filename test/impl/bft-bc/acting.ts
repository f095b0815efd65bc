import {
  type Action,
  type AnyAutomaton,
  type Leaf,
  offersOf,
  symbolicDigest,
} from "../../../spec/automaton/index.ts";
import { localOf, nextLocal } from "../../../spec/automaton/semantics.ts";

type Payload = Readonly<Record<string, unknown>>;

/** Runs one automaton by the reference semantics, action by action. */
export function acting<State>(automaton: AnyAutomaton) {
  const leaf: Leaf = { name: automaton.name, part: automaton.name, position: null, automaton };
  let state = automaton.start()[0] as State;
  return {
    get state() {
      return state;
    },
    /** Takes the step and tells what it sends. */
    take(name: string, payload: Payload): readonly Action[] {
      const transition = automaton.transitions[name];
      if (transition === undefined) throw new RangeError(`no action ${name}`);
      const next = nextLocal(leaf, transition, localOf(state), { name, payload });
      state = next.state as State;
      return next.outbox;
    },
    /** The outputs that are enabled. */
    get enabled(): readonly Action[] {
      return offersOf(leaf, localOf(state))
        .filter(({ clauses }) => clauses.every(([, holds]) => holds))
        .map(({ action }) => action);
    },
  };
}

export const hashOf = (value: string) => symbolicDigest(value);
