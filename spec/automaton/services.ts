import type { Value } from "./values.ts";

/**
 * The application that a protocol replicates. In the checker its state is plain data inside the
 * automaton's state; in a host it is an opaque handle that is changed in place. `apply` is called
 * on a draft or on the live state alike, and must be deterministic.
 */
export interface Service<State, Operation extends Value, Reply extends Value> {
  readonly name: string;
  start(): State;
  /** Changes `state` in place and answers. */
  apply(state: State, operation: Operation): Reply;
  /** The state as plain data, digested in canonical form. */
  snapshot(state: State): Value;
  restore(snapshot: Value): State;
  /** Undoes the latest `apply`; only for protocols that speculate. */
  rollback?(state: State, operation: Operation, reply: Reply, before: Value): void;
}

/** One integer that can be read and increased: the smallest service that tells orders apart. */
export const counterService: Service<{ count: number }, { readonly add: number }, number> = {
  name: "counter",
  start: () => ({ count: 0 }),
  apply(state, operation) {
    state.count += operation.add;
    return state.count;
  },
  snapshot: (state) => state.count,
  restore: (snapshot) => ({ count: snapshot as number }),
  rollback(state, _operation, _reply, before) {
    state.count = before as number;
  },
};
