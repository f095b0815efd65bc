import {
  type AnyAutomaton,
  type Automaton,
  canonical,
  QuorateError,
} from "../../../spec/automaton/index.ts";

/** A transition with its types erased. */
export type AnyTransition = AnyAutomaton["transitions"][string];

/** The outputs of a signature. */
export type OutputsOf<A> = {
  [K in keyof A]: A[K] extends { readonly kind: "output" } ? K : never;
}[keyof A] &
  string;

export type Send = (action: string, payload: object) => void;
type AnyEffect = NonNullable<AnyTransition["effect"]>;

/** @throws QuorateError `automaton-malformed` for cells and observers: no process is one */
export function assertProcess(behaviour: string, { form, name }: AnyAutomaton): void {
  if (form === "leaf") return;
  const what = `${behaviour}: automaton "${name}" is no leaf, and a process is one.`;
  throw new QuorateError("automaton-malformed", what);
}

/** @throws QuorateError `automaton-malformed` unless effects send the action */
export function assertSent(behaviour: string, automaton: AnyAutomaton, action: string): void {
  assertProcess(behaviour, automaton);
  if (automaton.transitions[action]?.kind === "sent") return;
  const what = `${behaviour}: automaton "${automaton.name}" has no sent output ${action}.`;
  throw new QuorateError("automaton-malformed", what);
}

/** The same automaton with other effects, its recovery's among them. */
export function withEffects<S, A>(
  automaton: Automaton<S, A>,
  change: (effect: AnyEffect, transition: AnyTransition | null) => AnyEffect,
): Automaton<S, A> {
  const { recover } = automaton;
  const transitions = Object.entries(automaton.transitions).map(([action, transition]) => {
    const { effect } = transition;
    return [
      action,
      effect === undefined ? transition : { ...transition, effect: change(effect, transition) },
    ];
  });
  return Object.freeze({
    ...automaton,
    recover: recover === null ? null : { ...recover, effect: change(recover.effect, null) },
    transitions: Object.fromEntries(transitions),
  });
}

/** A send that passes on each output once, as an outbox keeps it. */
export function onceEach(send: Send): Send {
  const said = new Set<string>();
  return (action, payload) => {
    const text = `${action} ${canonical(payload)}`;
    if (said.has(text)) return;
    said.add(text);
    send(action, payload);
  };
}

/** The same automaton, which says something else, or several things, or nothing, when it sends. */
export function saying<S, A>(
  automaton: Automaton<S, A>,
  says: (action: string, payload: object) => readonly object[],
): Automaton<S, A> {
  return withEffects(automaton, (effect) => (state, payload, send: Send) => {
    const once = onceEach(send);
    const say: Send = (action, what) => {
      for (const said of says(action, what)) once(action, said);
    };
    return effect(state, payload, say as never);
  });
}
