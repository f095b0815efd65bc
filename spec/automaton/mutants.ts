import type { AnyAutomaton, AnyTransition, Automaton } from "./automaton.ts";
import { type Composition, mapAutomata, type Parts } from "./compose.ts";
import { QuorateError } from "./errors.ts";
import { NEEDS } from "./needs.ts";

/*
 * Bugs made from a system's own declarations: what survives a crash, and the clauses of each
 * precondition. Claims kill them, or the declaration says more than the protocol needs.
 */

/**
 * The same automaton with a durable field made volatile: a restart loses it.
 * @throws QuorateError `automaton-malformed` where there is no such durable field
 */
export function withVolatile<S, A>(
  automaton: Automaton<S, A>,
  field: keyof S & string,
): Automaton<S, A> {
  const { name, fields } = automaton;
  const declared = fields?.[field];
  if (declared?.keeping !== "durable") {
    const what = `Automaton "${name}" has no durable field "${field}".`;
    throw new QuorateError("automaton-malformed", what);
  }
  const changed = { ...declared, keeping: "volatile" as const };
  return Object.freeze({ ...automaton, fields: { ...fields, [field]: changed } });
}

/** The same automaton, which does nothing by itself when it starts again. */
export function withoutRecovery<S, A>(automaton: Automaton<S, A>): Automaton<S, A> {
  return Object.freeze({ ...automaton, recover: null });
}

/** A composition with one durable field made volatile. */
export interface VolatileMutant<P extends Parts = Parts> {
  readonly part: string;
  readonly field: string;
  readonly system: Composition<P>;
}

/** For each durable field of each part that belongs to processes, the composition without it. */
export function volatileMutants<P extends Parts>(composition: Composition<P>): VolatileMutant<P>[] {
  const fieldsOf = new Map<string, readonly string[]>();
  for (const { part, automaton } of composition.leaves) {
    if (automaton.process !== null) fieldsOf.set(part, durableFields(automaton));
  }
  return [...fieldsOf].flatMap(([part, fields]) =>
    fields.map((field) => ({
      part,
      field,
      system: mapAutomata(composition, (one, at) => (at === part ? withVolatile(one, field) : one)),
    })),
  );
}

function durableFields({ fields }: AnyAutomaton): string[] {
  return Object.entries(fields ?? {}).flatMap(([field, { keeping }]) =>
    keeping === "durable" ? [field] : [],
  );
}

/** One clause of a precondition, in every automaton of a part. */
export interface PartClause {
  readonly part: string;
  readonly action: string;
  /** the clause's name; "needs" for the cells that a transition needs */
  readonly clause: string;
}

/** Every clause of every precondition of a composition, in its order. */
export function clausesOf(composition: Composition): PartClause[] {
  const found = new Map<string, PartClause>();
  for (const { part, automaton } of composition.leaves) {
    for (const [action, { when, needs }] of Object.entries(automaton.transitions)) {
      for (const clause of [...Object.keys(when ?? {}), ...(needs === undefined ? [] : [NEEDS])]) {
        found.set(JSON.stringify([part, action, clause]), { part, action, clause });
      }
    }
  }
  return [...found.values()];
}

/**
 * A composition without a clause.
 * @throws QuorateError `automaton-malformed` where no automaton of the part has such a clause
 */
export function withoutClause<P extends Parts>(
  composition: Composition<P>,
  { part, action, clause }: PartClause,
): Composition<P> {
  let dropped = false;
  const changed = mapAutomata(composition, (one, at) => {
    const transition = one.transitions[action];
    const reduced = at === part && transition ? transitionWithout(transition, clause) : null;
    if (reduced === null) return one;
    dropped = true;
    return Object.freeze({ ...one, transitions: { ...one.transitions, [action]: reduced } });
  });
  if (dropped) return changed;
  const what = `Composition "${composition.name}" has no clause ${part}/${action}/${clause}.`;
  throw new QuorateError("automaton-malformed", what);
}

/** The transition without a clause; null where it has no such clause. */
function transitionWithout(transition: AnyTransition, clause: string): AnyTransition | null {
  const { when = {}, needs, ...rest } = transition;
  if (Object.hasOwn(when, clause)) {
    const { [clause]: _, ...others } = when;
    return { ...rest, ...(needs && { needs }), when: others };
  }
  return clause === NEEDS && needs !== undefined ? { ...rest, when } : null;
}
