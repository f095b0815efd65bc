import {
  type Action,
  type Composition,
  canonical,
  type Global,
  type Parts,
  type Property,
  type Readable,
  type StatesOf,
  stepsFrom,
  type View,
} from "../../../spec/automaton/index.ts";
import { simulates } from "../../../spec/automaton/refinement.ts";
import { localOf } from "../../../spec/automaton/semantics.ts";

/** The global state of a composition whose parts are single automata. */
function globalOf(specification: Composition, states: Readonly<Record<string, unknown>>): Global {
  return specification.leaves.map(({ part }) => localOf(states[part]));
}

/** The step of the specification from one state to another; none where they are one. */
function stepBetween(specification: Composition, before: Global, after: Global): Action[] {
  const to = canonical(after);
  if (canonical(before) === to) return [];
  const step = stepsFrom(specification, before).find((one) => canonical(one.to) === to);
  return step === undefined ? [] : [step.action];
}

/**
 * Refinement as TLA+ has it, `Spec => Abstract!Spec` without its fairness: under the mapping each
 * step is one of the specification or changes nothing there. The names of actions do not count.
 */
export function refines<P extends Parts, Q extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: {
    readonly name: string;
    readonly specification: Composition<Q>;
    readonly reads: readonly R[];
    readonly mapping: (view: View<P, R>) => StatesOf<Q>;
  },
): Property {
  const { specification, mapping } = body;
  const known = new Map<string, Action[]>();
  return simulates(system, {
    ...body,
    visible: [],
    answers: (before, _, after) => {
      const [from, to] = [before, after].map((view) =>
        globalOf(specification as Composition, mapping(view)),
      ) as [Global, Global];
      const key = canonical([from, to]);
      const answer = known.get(key) ?? stepBetween(specification as Composition, from, to);
      known.set(key, answer);
      return answer;
    },
  });
}
