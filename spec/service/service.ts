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
 */
export interface Service<State extends Value = Value> {
  readonly name: string;
  readonly start: State;
  /** @param client who asks: its identity was verified */
  apply(state: State, operation: string, client: Index<"client">): Applied<State>;
}
