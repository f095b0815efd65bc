import { type Automaton, symbolicDigest } from "../../../spec/automaton/index.ts";
import {
  admits,
  type ExecutionActions,
  type ExecutionState,
  execution,
} from "../execution/automaton.ts";
import type { Replica } from "../messages.ts";
import { type ClbftWorld, clientWindowOf, hasAllRequests } from "./world.ts";

/**
 * The `execution` of a replica as it runs, but for ADMIT, which is offered for each request that it would admit: a
 * REQUEST comes in the same step, so that nothing waits in `admitted`.
 */
export function servicePart(
  self: Replica,
  world: ClbftWorld,
): Automaton<ExecutionState, ExecutionActions> {
  const { service, rules, requests, numbers, checkpointEvery } = world;
  const clientWindow = clientWindowOf(world);
  const real = execution({
    self,
    service,
    digest: symbolicDigest,
    rules,
    checkpointEvery: checkpointEvery ?? numbers + 1,
    clientWindow,
  });
  /** Whoever has all requests from the start asks again for those that it forgets with an INSTALL. */
  const offered = hasAllRequests(world, self) && checkpointEvery === null ? [] : requests;
  const ADMIT = {
    kind: "output" as const,
    at: { replica: self },
    cite: "CLBFT.REQUEST",
    choose: (s: ExecutionState) =>
      offered
        .filter((request) => admits(s, request, clientWindow))
        .map((request) => ({ replica: self, request })),
  };
  return { ...real, transitions: { ...real.transitions, ADMIT } as never };
}
