import type { AnyAutomaton } from "./automaton.ts";
import { detach, equal, freeze } from "./values.ts";

/**
 * What a crash leaves of a state: durable fields as they are, volatile ones as in the start. It is
 * the state itself where nothing is lost. The checker's restarts and the trace validator use it; a
 * host gets the same from its storage.
 */
export function afterCrash({ fields, start }: AnyAutomaton, state: unknown): unknown {
  const first = start()[0] as Readonly<Record<string, unknown>>;
  const before = state as Readonly<Record<string, unknown>>;
  const lost = Object.keys(first).filter(
    (field) => fields?.[field]?.keeping !== "durable" && !equal(before[field], first[field]),
  );
  if (lost.length === 0) return state;
  const reset = lost.map((field) => [field, detach(first[field])]);
  return freeze({ ...before, ...Object.fromEntries(reset) });
}
