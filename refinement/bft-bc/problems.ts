import { certificates, complete, type World } from "../../impl/bft-bc/coalition.ts";
import { bftBc, registerOf } from "../../impl/bft-bc/composition.ts";
import { INITIAL, type InstanceSize, worldOf } from "../../impl/bft-bc/instances.ts";
import {
  compareTimestamps,
  GENESIS,
  type RegisterObject,
  sameTimestamp,
  spell,
  type Timestamp,
} from "../../impl/bft-bc/messages.ts";
import { accepts, type ReplicaState } from "../../impl/bft-bc/replica-automaton.ts";
import type { Rules } from "../../impl/bft-bc/rules.ts";
import {
  type Case,
  get,
  includedIn,
  invariant,
  type Problem,
  type Property,
  quiescentWhenFinished,
  stepInvariant,
  type Witness,
  witness,
  witnessAction,
} from "../../spec/automaton/index.ts";

type System = ReturnType<typeof bftBc>;

/** What a claim asks of an instance. */
export interface Question {
  readonly properties: (system: System, world: World) => readonly Property[];
  readonly witnesses: (system: System, world: World) => readonly Witness[];
  /** true where a property reads what is under way, so that sends must not be taken at once */
  readonly interleaved?: boolean;
}

/** The problem that a question poses on an instance under some rules. */
export function problemOf(size: InstanceSize, rules: Rules, question: Question): Problem {
  const world = worldOf(size, rules);
  const system = bftBc(world);
  return {
    system,
    properties: question.properties(system, world),
    witnesses: question.witnesses(system, world),
    reductions: question.interleaved ? [] : ["sends-at-once"],
    excludes: excludesOf(size),
  };
}

export function excludesOf(size: InstanceSize): string[] {
  const faulty = (size.valuesOfB ?? 0) + (size.valuesOfC ?? 0) > 0;
  return [
    ...(faulty ? [`faulty clients prepare timestamps with val at most ${size.maxForgedVal}`] : []),
    ...(size.onlyPrepares ? [`faulty clients prepare only ${size.onlyPrepares.join(", ")}`] : []),
    ...(size.onlyWrites ? [`the coalition writes only ${size.onlyWrites.join(", ")}`] : []),
    ...(size.reach ? [`faulty clients send to ${size.reach} correct replicas only`] : []),
    "replies to a nonce that its client has left are dropped: nobody can accept them",
    "messages that no correct process would accept are not sent by faulty ones",
  ];
}

/** Names an instance by its size, in words. */
export function nameOf(size: InstanceSize): string {
  const { valuesOfC = 0, valuesOfB = 0, writes = 0, reads = 0, objects = 1 } = size;
  return [
    `${size.faultyReplicas} faulty of 4`,
    valuesOfC > 0 && `c: ${valuesOfC} values to val ${size.maxForgedVal}`,
    valuesOfB > 0 && `b: ${valuesOfB} values`,
    size.onlyPrepares && `only ${size.onlyPrepares.join("+")}`,
    size.reach && `reaching ${size.reach}`,
    size.stops && "c may stop",
    writes > 0 && `${writes} writes`,
    reads > 0 && `${reads} reads`,
    objects > 1 && `${objects} objects`,
  ]
    .filter((part) => typeof part === "string")
    .join(", ");
}

/** One case: a variant of the rules on an instance, and what is expected. */
export function caseOf(
  variant: string,
  rules: Rules,
  size: InstanceSize,
  question: Question,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case {
  return {
    variant,
    instance: nameOf(size),
    tier: "ci",
    problem: () => problemOf(size, rules, question),
    ...rest,
  };
}

// ---- what the properties speak of

const isLater = (a: Timestamp, b: Timestamp) => compareTimestamps(a, b) > 0;

/** The states of the correct replicas for one object. */
function replicasOf(world: World, all: readonly ReplicaState[], object: RegisterObject) {
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

/** Lemma 1 (2): a faulty client has prepare proofs for at most one timestamp above ts_max. */
export const onePreparedTimestampAboveTsMax = (system: System, world: World) => {
  const { allPrepared } = certificates(world);
  return invariant(system, {
    name: "at most one prepared timestamp of a client above ts_max",
    reads: ["replicas", "medium"],
    accumulating: true,
    holds: ({ replicas, medium }) =>
      world.faultyClients.every(({ client }) =>
        world.objects.every((object) => {
          const bound = tsMax(world, replicas, object);
          const above = allPrepared.filter(
            (one) =>
              one.by === client &&
              one.object === object &&
              complete(medium[one.cell]) &&
              isLater(one.ts, bound),
          );
          return new Set(above.map(({ ts }) => spell(ts))).size <= 1;
        }),
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

/** Section 5.1: no correct replica refuses what a correct client is preparing now. */
export const noPrepareRefused = (system: System, world: World) =>
  invariant(system, {
    name: "no replica refuses the current prepare of a correct client",
    reads: ["replicas", "clients.phase"],
    holds: ({ replicas, clients }) =>
      clients.every(({ phase }, at) => {
        if (phase.at !== "prepare") return true;
        const client = (world.scripts[at] as World["scripts"][number]).client;
        return replicasOf(world, replicas, phase.object).every((replica) =>
          accepts(afterPurge(replica, phase, world.rules), { ...phase, client }, world.rules),
        );
      }),
  });

/** The replica as the printed rules leave it when they have read the request's write proof. */
function afterPurge(
  replica: ReplicaState,
  { writeProof }: { readonly writeProof: Timestamp | null },
  rules: Rules,
): ReplicaState {
  if (rules.ownWriteProof) return replica;
  const proof = writeProof ?? GENESIS;
  const writeTs = isLater(proof, replica.writeTs) ? proof : replica.writeTs;
  if (!rules.deletesRecords) return { ...replica, writeTs };
  const kept = Object.entries(replica.prepareList).filter(([, { ts }]) => isLater(ts, writeTs));
  return { ...replica, writeTs, prepareList: Object.fromEntries(kept) };
}

/** Section 5.1: a write takes at most three phases, a read at most two. */
export const phasesAreBounded = (system: System, kind: "reads" | "writes") =>
  invariant(system, {
    name: kind === "reads" ? "reads take at most 2 phases" : "writes take at most 3 phases",
    reads: ["clients.phase"],
    holds: ({ clients }) =>
      clients.every(({ phase }) => {
        if (!("rounds" in phase)) return true;
        const reading = phase.at === "has-read" || phase.at === "write-back";
        return reading === (kind === "writes") || phase.rounds <= (reading ? 2 : 3);
      }),
  });

/** Where nothing is owed any more, every correct client is idle. */
export const everyOperationFinishes = (system: System) =>
  quiescentWhenFinished(system, {
    name: "no operation is left unfinished",
    reads: ["clients.phase"],
    finished: ({ clients }) => clients.every(({ phase }) => phase.at === "idle"),
  });

/** Section 8: reads never return null, and never a value that nobody wrote. */
export const readsReturnValues = (system: System, world: World) => {
  const values = [
    INITIAL,
    ...world.faultyClients.flatMap((one) => one.values),
    ...world.scripts.flatMap(({ operations }) => operations.flatMap(({ write }) => write ?? [])),
  ];
  return invariant(system, {
    name: "reads return a value that was written",
    reads: ["clients.phase"],
    holds: ({ clients }) =>
      clients.every(
        ({ phase }) =>
          phase.at !== "has-read" || (phase.value !== null && values.includes(phase.value)),
      ),
  });
};

/** Section 3.2.2: a read ends in its first phase if all timestamps are equal. */
export const onePhaseWhenTimestampsAgree = (system: System) =>
  stepInvariant(system, {
    name: "a read of equal timestamps takes one phase",
    reads: ["clients.phase"],
    holds: (before, { name, payload }, after) => {
      if (name !== "READ-QUORUM") return true;
      const replies = payload.replies as readonly { readonly ts: Timestamp }[];
      const agree = replies.every(({ ts }) =>
        sameTimestamp(ts, (replies[0] as { ts: Timestamp }).ts),
      );
      return after.clients.every(
        ({ phase }, at) =>
          before.clients[at]?.phase.at !== "read" ||
          phase.at === "read" ||
          (phase.at === "has-read") === agree,
      );
    },
  });

/** The visible traces are those of the register with at most `maxLurking` bad writes after a stop. */
export const isRegister = (system: System, world: World, maxLurking: number | null) =>
  includedIn(system, {
    name:
      maxLurking === null
        ? "an atomic register"
        : `an atomic register with at most ${maxLurking} lurking writes`,
    specification: registerOf(world, maxLurking),
    visible: ["INVOKE-WRITE", "INVOKE-READ", "RETURN-WRITE", "RETURN-READ", "STOP"],
  });

// ---- what must be reached

export const forgedWriteAccepted = (system: System, world: World) =>
  witness(system, {
    name: "a correct replica stores a value of a faulty client",
    reads: ["replicas.data"],
    reached: ({ replicas }) =>
      replicas.some(({ data }) => world.faultyClients.some(({ values }) => values.includes(data))),
  });

export const faultyWriteCompletes = (system: System, world: World) => {
  const { allWrites } = certificates(world);
  return witness(system, {
    name: "a write proof of a faulty client exists",
    reads: ["medium"],
    reached: ({ medium }) =>
      allWrites.some(
        ({ cell, ts }) =>
          complete(medium[cell]) && world.faultyClients.some(({ client }) => client === ts.id),
      ),
  });
};

export const aReadReturns = (system: System, where?: (value: string) => boolean) =>
  witnessAction(system, {
    name: where ? "a read returns a value of interest" : "a read returns",
    action: "RETURN-READ",
    where: ({ value }: { readonly value: string }) => where?.(value) ?? true,
  });

export const aReadWritesBack = (system: System) =>
  witness(system, {
    name: "a read writes back",
    reads: ["clients.phase"],
    reached: ({ clients }) => clients.some(({ phase }) => phase.at === "write-back"),
  });

export const allWritesReturned = (system: System, world: World) =>
  witness(system, {
    name: "every operation of every client returned",
    reads: ["users"],
    reached: ({ users }) =>
      users.every(
        ({ invoked, waiting }, at) => invoked === world.scripts[at]?.operations.length && !waiting,
      ),
  });

export const aRecordIsKept = (system: System, world: World) =>
  witness(system, {
    name: "a correct replica records a prepare of a faulty client",
    reads: ["replicas.prepareList"],
    reached: ({ replicas }) =>
      replicas.some(({ prepareList }) =>
        world.faultyClients.some(({ client }) => get(prepareList, client) !== undefined),
      ),
  });
