import type { AnyAutomaton, Automaton } from "./automaton.ts";
import { type Composition, mapAutomata, type Parts } from "./compose.ts";
import { QuorateError } from "./errors.ts";

/*
 * Bugs about crashes, made from the declaration of what survives one. A claim about restarts kills
 * them, or its declaration says more than the protocol needs.
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
