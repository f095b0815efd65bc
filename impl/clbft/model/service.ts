import type { Service } from "../../../spec/service/service.ts";
import type { ServiceState } from "../messages.ts";

/** Remembers every operation in the order of execution: what tells any two executions apart. */
export const SEQUENCE: Service<readonly string[]> = {
  name: "sequence",
  start: [],
  apply: (state, operation) => ({
    state: [...state, operation],
    result: `${state.length + 1}`,
  }),
};

/** The state that a symbolic digest of a checkpoint stands for: the ideal hash function is its own inverse. */
export function stateUnder(digest: string): ServiceState {
  const { state } = JSON.parse(digest.slice("digest(".length, -1)) as { state: ServiceState };
  return state;
}

/** What no correct replica has executed. */
export const FALSE_STATE: ServiceState = { service: ["false"], clients: {} };
