import { type Automaton, QuorateError } from "../../../spec/automaton/index.ts";
import type { AnyTransition } from "./saying.ts";

type InputsOf<A> = {
  [K in keyof A]: A[K] extends { readonly kind: "input" } ? K : never;
}[keyof A] &
  string;

/**
 * The same automaton, which takes a second action as it takes an input of its own: a correct process
 * cannot tell a forged message from a delivered one. Two actions keep them apart in
 * counterexamples and witnesses.
 *
 * ```ts
 * const replica = accepting(correctReplica, { FORGE: "DELIVER" });
 * ```
 * @throws QuorateError `automaton-malformed` where it has the new action already, or not the old one
 */
export function accepting<S, A, const M extends Readonly<Record<string, InputsOf<A>>>>(
  automaton: Automaton<S, A>,
  likes: M,
): Automaton<S, A & { readonly [K in keyof M]: A[M[K]] }> {
  const more: Record<string, AnyTransition> = {};
  for (const [added, known] of Object.entries(likes)) {
    const transition = automaton.transitions[known];
    if (transition?.kind !== "input" || Object.hasOwn(automaton.transitions, added)) {
      const what = `Automaton "${automaton.name}" cannot take ${added} as it takes ${known}.`;
      throw new QuorateError("automaton-malformed", what);
    }
    more[added] = transition;
  }
  return Object.freeze({
    ...automaton,
    transitions: { ...automaton.transitions, ...more },
  }) as never;
}
