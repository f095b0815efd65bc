import { certificates, complete } from "../../impl/bft-bc/coalition.ts";
import {
  compareTimestamps,
  GENESIS,
  type RegisterObject,
  sameTimestamp,
  spell,
  type Timestamp,
} from "../../impl/bft-bc/messages.ts";
import type { ReplicaState } from "../../impl/bft-bc/replica-automaton.ts";
import type { World } from "../../impl/bft-bc/world.ts";
import { invariant, type View } from "../../spec/automaton/index.ts";
import type { System } from "./problems.ts";

/*
 * What proofs may exist, and what replicas may store: Lemma 1 and the goals of section 3.2.
 */

type Prepared = ReturnType<typeof certificates>["allPrepared"][number];

export const isLater = (a: Timestamp, b: Timestamp) => compareTimestamps(a, b) > 0;

/** The states of the correct replicas for one object. */
export function replicasOf(world: World, all: readonly ReplicaState[], object: RegisterObject) {
  const count = world.replicas.length;
  const from = world.objects.indexOf(object) * count;
  return all.slice(from, from + count);
}

/** ts_max of Lemma 1: the (f + 1)st highest timestamp that correct replicas store. */
function tsMax(world: World, all: readonly ReplicaState[], object: RegisterObject): Timestamp {
  const stored = replicasOf(world, all, object).map(({ currentTs }) => currentTs);
  return [...stored].sort((a, b) => compareTimestamps(b, a))[1] ?? GENESIS;
}

/** Lemma 1 (1): up to the stop, no write proof is for a later timestamp than ts_max. */
export const noWriteProofAboveTsMax = (system: System, world: World) => {
  const { allWrites } = certificates(world);
  return invariant(system, {
    name: "no write proof above ts_max",
    reads: ["replicas", "medium"],
    accumulating: true,
    holds: ({ replicas, medium }) =>
      allWrites.every(
        ({ cell, object, ts }) =>
          !complete(medium[cell]) || !isLater(ts, tsMax(world, replicas, object)),
      ),
  });
};

/** Whether of each faulty client, for each object, this holds of its prepare proofs above ts_max. */
function everyPreparedAbove(world: World, holds: (above: readonly Prepared[]) => boolean) {
  const { allPrepared } = certificates(world);
  return ({ replicas, medium }: View<System["parts"], "replicas" | "medium">): boolean =>
    world.faultyClients.every(({ client }) =>
      world.objects.every((object) => {
        const bound = tsMax(world, replicas, object);
        return holds(
          allPrepared.filter(
            (one) =>
              one.by === client &&
              one.object === object &&
              complete(medium[one.cell]) &&
              isLater(one.ts, bound),
          ),
        );
      }),
    );
}

/** Lemma 1 (2): a faulty client has prepare proofs for at most one timestamp above ts_max. */
export const onePreparedTimestampAboveTsMax = (system: System, world: World) => {
  return invariant(system, {
    name: "at most one prepared timestamp of a client above ts_max",
    reads: ["replicas", "medium"],
    accumulating: true,
    holds: everyPreparedAbove(
      world,
      (above) => new Set(above.map(({ ts }) => spell(ts))).size <= 1,
    ),
  });
};

/** Lemma 1 (3): one value for each timestamp above ts_max with a prepare proof. */
export const onePreparedValueAboveTsMax = (system: System, world: World) => {
  const { allPrepared } = certificates(world);
  return invariant(system, {
    name: "at most one prepared value for a timestamp above ts_max",
    reads: ["replicas", "medium"],
    accumulating: true,
    holds: ({ replicas, medium }) =>
      allPrepared.every((one) => {
        if (!complete(medium[one.cell])) return true;
        if (!isLater(one.ts, tsMax(world, replicas, one.object))) return true;
        return allPrepared.every(
          (other) =>
            other.object !== one.object ||
            other.hash === one.hash ||
            !sameTimestamp(other.ts, one.ts) ||
            !complete(medium[other.cell]),
        );
      }),
  });
};

/** Lemma 1′: a faulty client has so many prepare proofs above ts_max, in either list, at most. */
export const proofsAboveTsMax = (system: System, world: World, count: number) => {
  return invariant(system, {
    name: `at most ${count} prepare proofs of a client above ts_max`,
    reads: ["replicas", "medium"],
    accumulating: true,
    holds: everyPreparedAbove(world, (above) => above.length <= count),
  });
};

/** Section 3.2, goal 1: correct replicas never store two values under one timestamp. */
export const oneValueUnderOneTimestamp = (system: System, world: World) =>
  invariant(system, {
    name: "no two values under one timestamp",
    reads: ["replicas.currentTs", "replicas.data"],
    holds: ({ replicas }) =>
      world.objects.every((object) => {
        const stored = replicasOf(world, replicas as readonly ReplicaState[], object);
        return stored.every((one) =>
          stored.every(
            (other) => one.data === other.data || !sameTimestamp(one.currentTs, other.currentTs),
          ),
        );
      }),
  });

/** Section 3.2, goal 3: val ≤ completed writes + clients that write. */
export const timestampsAreNotSkipped = (system: System, world: World) => {
  const { allPrepared, allWrites } = certificates(world);
  const writers = new Set(allPrepared.map(({ by }) => by)).size;
  return invariant(system, {
    name: "no timestamp beyond completed writes and clients",
    reads: ["medium"],
    holds: ({ medium }) => {
      const completed = allWrites.filter(({ cell }) => complete(medium[cell])).length;
      return allPrepared.every(
        ({ cell, ts }) => !complete(medium[cell]) || ts.val <= completed + writers,
      );
    },
  });
};

/** Section 7: a prepared timestamp is at most one step above what has completed. */
export const predecessorsCompleted = (system: System, world: World) => {
  const { allPrepared, allWrites } = certificates(world);
  return invariant(system, {
    name: "no prepare proof more than one step above what has completed",
    reads: ["medium"],
    holds: ({ medium }) => {
      const completed = allWrites.filter(({ cell }) => complete(medium[cell]));
      const largest = Math.max(0, ...completed.map(({ ts }) => ts.val));
      return allPrepared.every(({ cell, ts }) => !complete(medium[cell]) || ts.val <= largest + 1);
    },
  });
};
