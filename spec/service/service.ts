import type { Draft } from "immer";
import type { Index, Value } from "../automaton/index.ts";

/** What one operation does to a service: the state after it and what the client learns. */
export interface Applied<State extends Value = Value> {
  readonly state: State;
  readonly result: string;
}

/**
 * A deterministic service: what the specification runs once, a replicated protocol runs on every
 * replica. `apply` is total and pure: equal arguments give equal results on every machine, any text
 * may come as an operation, and a state is a value that canonical encoding carries.
 *
 * {@link recipeService} makes one of a single recipe.
 */
export interface Service<State extends Value = Value> {
  readonly name: string;
  readonly start: State;
  /** @param client who asks: its identity was verified */
  apply(state: State, operation: string, client: Index<"client">): Applied<State>;
  /**
   * The same as `apply`, on a state that it changes: a host runs it on the live one, so that an
   * operation costs what it changes. Without it a host copies the whole state at each operation. The
   * state must be an array or a record, and must not be kept beyond the call.
   * @returns the result
   */
  applyInPlace?(state: Draft<State>, operation: string, client: Index<"client">): string;
  /**
   * The result of an operation that changes nothing in this state; null of one that may. Pure and
   * total: where it gives a result, `apply` gives the same and the state as it was. Replicas may answer
   * such operations without ordering them; without it every operation is ordered.
   */
  query?(state: State, operation: string, client: Index<"client">): string | null;
}
