import { compose, symbolicDigest } from "../../../../spec/automaton/index.ts";
import { accepting } from "../../../adversary/checked/index.ts";
import { clbftClient } from "../../client-automaton.ts";
import { execution } from "../../execution/automaton.ts";
import { ordering } from "./ordering.ts";
import { replyMedium } from "./reply-medium.ts";
import { requestMedium } from "./request-medium.ts";
import { user } from "./users.ts";
import { isRead, requestsOf, type ServiceWorld } from "./world.ts";

type Execution = ReturnType<typeof execution>;

/** The same replica, to which a request may come again. */
export const askedAgain = <One extends Execution>(one: One): One =>
  accepting(one, { "REQUEST-AGAIN": "REQUEST" }) as unknown as One;

/** The replicas' services as they run. */
export function executions(world: ServiceWorld): Execution[] {
  const { correct, service, rules, checkpointEvery, replicaWindow } = world;
  return correct.map((self) =>
    execution({
      self,
      service,
      digest: symbolicDigest,
      rules,
      checkpointEvery: checkpointEvery ?? Number.MAX_SAFE_INTEGER,
      clientWindow: replicaWindow,
    }),
  );
}

/** Users, clients, and the network between them and the replicas. */
export function aroundReplicas(world: ServiceWorld) {
  const { correct, scripts, clientWindow, directReads, faultyReplicas, lies } = world;
  const asked = scripts.flatMap(requestsOf);
  return {
    users: scripts.map((script) => user(script, clientWindow, directReads)),
    clients: scripts.map(({ client }) => clbftClient({ self: client, window: clientWindow })),
    requests: requestMedium({
      correct,
      requests: asked,
      asked: world.asked,
      enough: world.enough,
      reads: directReads ? asked.filter(({ op }) => isRead(op)) : [],
    }),
    replies: replyMedium({
      named: asked,
      sizes: world.replySizes,
      rules: world.rules,
      liars: lies === null ? 0 : faultyReplicas.length,
      lies: lies ?? [],
    }),
  };
}

/** Clients and services over {@link ordering}. */
export function serviceModel(world: ServiceWorld) {
  const parts = {
    ...aroundReplicas(world),
    execution: executions(world).map(askedAgain),
    ordering: ordering(world),
  };
  return compose("CLBFT services", parts, { open: ["RESTART", "RECOVER"] });
}

export type ServiceSystem = ReturnType<typeof serviceModel>;
