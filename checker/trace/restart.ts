import type { AnyAutomaton, Effect } from "../../spec/automaton/automaton.ts";
import { execute } from "../../spec/automaton/execute.ts";
import { type Local, localOf, outboxWith } from "../../spec/automaton/semantics.ts";
import { isRecord } from "../../spec/automaton/values.ts";

/** An automaton that does something when its process starts again. */
interface Recovering {
  readonly recover?: { readonly effect: Effect<unknown, unknown, unknown> } | null;
}

/**
 * A leaf after its process started again: durable fields as they were, the others as in the start
 * state, nothing in the outbox but what the automaton sends at once. Observers are in no process.
 */
export function restarted(automaton: AnyAutomaton, from: Local, start: Local): Local {
  const { fields, form } = automaton;
  if (form === "observer") return from;
  const { recover } = automaton as AnyAutomaton & Recovering;
  const local = localOf(kept(fields, from.state, start.state));
  if (recover == null) return local;
  const restart = { name: "RESTART", payload: {} };
  const transition = { kind: "input", effect: recover.effect } as const;
  const { state, sent } = execute(automaton, restart, transition, local.state);
  return { state, outbox: outboxWith([], sent) };
}

function kept(fields: AnyAutomaton["fields"], from: unknown, start: unknown): unknown {
  if (fields === null || !isRecord(from) || !isRecord(start)) return start;
  const durable = Object.keys(from).filter((field) => fields[field]?.keeping === "durable");
  return { ...start, ...Object.fromEntries(durable.map((field) => [field, from[field]])) };
}
