import {
  type Batch,
  type Message,
  type Request,
  requestOf,
} from "../../../impl/atomic-multicast/atomic/message.ts";
import type { AtomicSystem, AtomicWorld } from "../../../impl/atomic-multicast/atomic/model.ts";
import { isSigned } from "../../../impl/atomic-multicast/atomic/symbolic.ts";
import type { Window } from "../../../impl/atomic-multicast/atomic/window.ts";
import {
  type Action,
  equal,
  eventuallyAlways,
  includedIn,
  invariant,
  leadsTo,
  quiescentWhenFinished,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { atomicMulticastSystem } from "../../../spec/multicast/atomic.ts";
import { sameNumber, sameRequest } from "../../../spec/multicast/request.ts";

/** Whether what is told apart are messages, as the paper says, or numbers. */
export type By = "each message" | "each number";

/** Integrity and total order, in stages: what shows is what the specification shows. */
export const isAtomicMulticast = (system: AtomicSystem, world: AtomicWorld, once: By) =>
  includedIn(system, {
    name: `atomic multicast of ${once}`,
    specification: atomicMulticastSystem({
      correct: world.replicas,
      faulty: world.faultyClients.map(requestOf),
      before: world.multicastBefore ? world.multicast : [],
      stages: world.instances,
      once,
    }),
    visible: {
      "R-MULTICAST": ({ message }: { readonly message: Message }) => ({
        name: "A-MULTICAST",
        payload: requestOf(message),
      }),
      "A-DELIVER": (payload: Action["payload"]) => ({ name: "A-DELIVER", payload }),
    },
  });

/** Total order, as the paper puts it: two messages that two replicas deliver come in one order. */
export const deliversInOneOrder = (system: AtomicSystem) =>
  invariant(system, {
    name: "two messages that two replicas deliver come in one order",
    reads: ["histories.delivered"],
    holds: ({ histories }) =>
      histories.every(({ delivered: these }) =>
        histories.every(({ delivered: those }) => {
          const places = these
            .map(({ message }) => those.findIndex((one) => sameRequest(one.message, message)))
            .filter((place) => place >= 0);
          return places.every((place, at) => at === 0 || (places[at - 1] as number) < place);
        }),
      ),
  });

/** Lemma 7.3 (2): who finished stage k delivered the same messages in it. */
export const sameBatchInEachStage = (system: AtomicSystem, { instances }: AtomicWorld) =>
  invariant(system, {
    name: "replicas that finished a stage delivered the same in it",
    reads: ["histories.delivered", "replicas"],
    holds: ({ histories, replicas }) =>
      Array.from({ length: instances }, (_, at) => at + 1).every((stage) => {
        const batches = histories
          .filter((_, at) => {
            const { k, deciding, batch } = replicas[at] as (typeof replicas)[number];
            return k > stage || (k === stage && !deciding && batch.length === 0);
          })
          .map(({ delivered }) => delivered.filter(({ k }) => k === stage));
        return batches.every((batch) => equal(batch, batches[0]));
      }),
  });

/** How many numbers may be delivered. */
const numbersOf = ({ multicast, faultyClients }: AtomicWorld): number =>
  [...multicast, ...faultyClients].filter(
    (one, at, all) => all.findIndex((other) => sameNumber(one, other)) === at,
  ).length;

/** Each instance delivers something new, so there are no more of them than numbers. */
export const noIdleInstance = (system: AtomicSystem, world: AtomicWorld) => {
  const numbers = numbersOf(world);
  return invariant(system, {
    name: "no more instances than numbers to deliver",
    reads: ["replicas.k"],
    holds: ({ replicas }) => replicas.every(({ k }) => k <= numbers),
  });
};

/** D-OPT2: of two instances one delivers something new. */
export const noTwoIdleInstances = (system: AtomicSystem, world: AtomicWorld) => {
  const bound = 2 * numbersOf(world);
  return invariant(system, {
    name: "no more than two instances for each number to deliver",
    reads: ["replicas.k"],
    holds: ({ replicas }) => replicas.every(({ k }) => k <= bound),
  });
};

/** Agreement and validity, where nothing is owed any more: all delivered the same, and what is owed. */
export const restsWhenAllDelivered = (system: AtomicSystem) =>
  quiescentWhenFinished(system, {
    name: "at rest all correct replicas have delivered the same, and all of correct clients",
    reads: ["replicas", "channel.admitted"],
    finished: ({ replicas, channel }) =>
      replicas.every(
        ({ undelivered, deciding, batch, delivered, contents }) =>
          undelivered.length === 0 &&
          !deciding &&
          batch.length === 0 &&
          equal([delivered, contents], [replicas[0]?.delivered, replicas[0]?.contents]) &&
          channel.admitted.every(
            (message) =>
              isTaken(delivered[message.client], message.seq) ||
              contents.some((one) => sameRequest(one, message)),
          ),
      ),
  });

const isTaken = (window: Window | undefined, seq: number): boolean =>
  window !== undefined && (seq <= window.upTo || window.above.includes(seq));

const delivers = (
  { delivered }: { readonly delivered: readonly { readonly message: Request }[] },
  message: Request,
): boolean => delivered.some((one) => sameRequest(one.message, message));

/** Validity: a correct client's message is delivered by some correct replica, indeed by all. */
export const multicastIsDelivered = (system: AtomicSystem, { multicast }: AtomicWorld) =>
  multicast.map((message) =>
    leadsTo(system, {
      name: `${message.client}'s message is delivered by each correct replica`,
      reads: ["channel.admitted", "histories.delivered"],
      premise: ({ channel }) => channel.admitted.some((one) => sameRequest(one, message)),
      conclusion: ({ histories }) => histories.every((one) => delivers(one, message)),
    }),
  );

/** Agreement: what one correct replica delivers, each correct replica delivers. */
export const deliveredByOneIsDeliveredByAll = (system: AtomicSystem, world: AtomicWorld) =>
  [...world.multicast, ...world.faultyClients.map(requestOf)].map((message) =>
    leadsTo(system, {
      name: `"${message.op}" is delivered by all or none`,
      reads: ["histories.delivered"],
      premise: ({ histories }) => histories.some((one) => delivers(one, message)),
      conclusion: ({ histories }) => histories.every((one) => delivers(one, message)),
    }),
  );

/** Lemma 7.3 (1): if one correct replica proposes to instance k, each does. */
export const allProposeToWhatOneProposesTo = (system: AtomicSystem, world: AtomicWorld) =>
  Array.from({ length: numbersOf(world) }, (_, at) => at + 1).map((k) =>
    leadsTo(system, {
      name: `all propose to instance ${k}, or none`,
      reads: ["histories.proposed"],
      premise: ({ histories }) => histories.some(({ proposed }) => proposed >= k),
      conclusion: ({ histories }) => histories.every(({ proposed }) => proposed >= k),
    }),
  );

/** From some time on no instance runs and nothing is undelivered. */
export const comesToRest = (system: AtomicSystem) =>
  eventuallyAlways(system, {
    name: "from some time on no instance runs",
    reads: ["replicas.deciding", "replicas.undelivered"],
    holds: ({ replicas }) =>
      replicas.every(({ deciding, undelivered }) => !deciding && undelivered.length === 0),
  });

// ---- what must be reached

export const allDeliverAll = (system: AtomicSystem, world: AtomicWorld) =>
  witness(system, {
    name: "each correct replica delivered every number",
    reads: ["replicas"],
    reached: ({ replicas }) =>
      replicas.every(
        ({ delivered, contents, batch }) =>
          batch.length === 0 && Object.keys(delivered).length + contents.length >= numbersOf(world),
      ),
  });

export const forgedIsDecided = (system: AtomicSystem) =>
  witnessAction(system, {
    name: "a forged message is decided",
    action: "DECIDED",
    where: ({ estimate }) =>
      (estimate as readonly { readonly value: Batch }[]).some(({ value }) =>
        value.some((message) => !isSigned(message)),
      ),
  });

export const twoMessagesInOneBatch = (system: AtomicSystem) =>
  witness(system, {
    name: "one batch has two messages",
    reads: ["replicas.batch"],
    reached: ({ replicas }) => replicas.some(({ batch }) => batch.length > 1),
  });
