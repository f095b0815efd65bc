import type { ServiceSystem } from "../../../impl/clbft/model/service/composition.ts";
import type { ServiceWorld } from "../../../impl/clbft/model/service/world.ts";
import {
  type Action,
  type Composition,
  entries,
  includedIn,
  invariant,
  type Property,
  type Witness,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { singleServerSystem } from "../../../spec/clbft/single-server.ts";

/** Systems with clients: over the ordering environment, or over the real agreement. */
type WithClients = Composition<Pick<ServiceSystem["parts"], "users" | "clients">>;

const same =
  (name: string) =>
  (payload: Action["payload"]): Action => ({ name, payload });

/** What clients see is what one server that does not fail would show them, and answer. */
export const looksLikeOneServer = (
  system: WithClients,
  world: ServiceWorld,
  { answers = true }: { readonly answers?: boolean } = {},
): Property =>
  includedIn(system, {
    name: answers ? "one server, which answers" : "one server",
    specification: singleServerSystem({
      service: world.service,
      correct: world.scripts.map(({ client }) => client),
      faulty: world.requests
        .filter((one) => !world.scripts.some(({ client }) => client === one.client))
        .map(({ client, t, op }) => ({ client, t, op })),
    }),
    // A read is an operation like others.
    visible: {
      INVOKE: same("INVOKE"),
      "INVOKE-READ": same("INVOKE"),
      RETURN: same("RETURN"),
    },
    quiescence: answers,
  });

/** Every operation of every correct client has returned. */
export const allReturned = (system: WithClients, world: ServiceWorld): Witness =>
  witness(system, {
    name: "every operation returned",
    reads: ["users"],
    reached: ({ users }) =>
      users.every(
        ({ invoked, open }, at) =>
          open.length === 0 && invoked === world.scripts[at]?.operations.length,
      ),
  });

export const returns = (system: WithClients, result: string): Witness =>
  witnessAction(system, {
    name: `a client is told "${result}"`,
    action: "RETURN",
    where: (reply) => reply.result === result,
  });

/** An operation is answered by replicas that did not order it. */
export const readsDirectly = (system: ServiceSystem): Witness =>
  witnessAction(system, { name: "a read is answered directly", action: "READ-REPLIES" });

/** Checkpoints of one number of correct replicas have one digest. */
export const checkpointsAgree = (
  system: Composition<Pick<ServiceSystem["parts"], "execution">>,
): Property =>
  invariant(system, {
    name: "checkpoints of correct replicas agree",
    reads: ["execution.snapshots"],
    holds: ({ execution }) => {
      const digests: Record<string, string> = {};
      return execution.every(({ snapshots }) =>
        entries(snapshots).every(([n, { digest }]) => {
          digests[n] ??= digest;
          return digests[n] === digest;
        }),
      );
    },
  });

/** Two correct replicas hold a checkpoint of one number, above all that clients asked for alone. */
export const twoHaveCheckpoint = (
  system: Composition<Pick<ServiceSystem["parts"], "execution">>,
  n: number,
): Witness =>
  witness(system, {
    name: `two replicas hold a checkpoint of ${n}`,
    reads: ["execution.snapshots"],
    reached: ({ execution }) =>
      execution.filter(({ snapshots }) => snapshots[n] !== undefined).length >= 2,
  });
