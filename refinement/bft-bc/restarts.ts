import type { ClientActions } from "../../impl/bft-bc/client-automaton.ts";
import { certificates } from "../../impl/bft-bc/coalition.ts";
import { bftBc, restarting } from "../../impl/bft-bc/composition.ts";
import { type InstanceSize, worldOf } from "../../impl/bft-bc/instances.ts";
import {
  type Client,
  compareTimestamps,
  type PrepareAck,
  type Replica,
  sameTimestamp,
  type Timestamp,
  type WriteAck,
} from "../../impl/bft-bc/messages.ts";
import { REPAIRED, type Rules } from "../../impl/bft-bc/rules.ts";
import type { World } from "../../impl/bft-bc/world.ts";
import {
  type Case,
  type Composition,
  cells,
  compose,
  type Index,
  type Input,
  insert,
  invariant,
  observer,
  type Problem,
  type Property,
  quiescentWhenFinished,
  sortOf,
  type Witness,
  witness,
} from "../../spec/automaton/index.ts";
import { excludesOf, nameOf } from "./problems.ts";

/** Who restarts, at most once in a run. */
export type Who = "replicas" | "clients" | "everyone";

/** A change of the system before it gets its restarts: a mutant. */
export type Mutation = (system: Watched) => Watched;

export type System = ReturnType<typeof systemOf>;
export type Watched = ReturnType<typeof watchedOf>;

/** What a claim about restarts asks of an instance. */
export interface Question {
  readonly size: InstanceSize;
  readonly who: Who;
  readonly properties: (system: System, world: World) => readonly Property[];
  readonly witnesses: (system: System, world: World) => readonly Witness[];
  /** every interleaving of what is sent: outputs are really lost in a restart */
  readonly interleaved?: boolean;
  /** the repaired base protocol without it */
  readonly rules?: Rules;
}

/** The case that a question poses, of the repaired rules or of a mutant of their declaration. */
export function restartCase(
  variant: string,
  question: Question,
  rest: Pick<Case, "expect"> & Partial<Case>,
  mutation: Mutation = (system) => system,
): Case {
  const { size, who, interleaved = false } = question;
  const how = interleaved ? ", outputs lost" : "";
  return {
    variant,
    instance: `${nameOf(size)}, one restart of ${NAMES[who]}${how}`,
    tier: "ci",
    problem: () => problemOf(question, mutation),
    ...rest,
  };
}

const NAMES = {
  replicas: "a correct replica",
  clients: "a correct client",
  everyone: "any correct process",
};

function problemOf(question: Question, mutation: Mutation): Problem {
  const world = worldOf(question.size, question.rules ?? REPAIRED);
  const system = systemOf(world, question.who, mutation);
  return {
    system,
    properties: question.properties(system, world),
    witnesses: question.witnesses(system, world),
    reductions: question.interleaved ? [] : ["sends-at-once"],
    excludes: [...excludesOf(question.size), "more than one restart in a run"],
  };
}

function systemOf(world: World, who: Who, mutation: Mutation) {
  const clients = world.scripts.map(({ client }) => client);
  const processes: Index[] = [
    ...(who === "clients" ? [] : world.replicas),
    ...(who === "replicas" ? [] : clients),
  ];
  return restarting(mutation(watchedOf(world)), processes, 1);
}

/** The system with what correct replicas signed, and whether a client restarted as it prepared. */
export function watchedOf(world: World) {
  const system = bftBc(world);
  const parts = { ...system.parts, signed: signatures(world), preparing: preparing(world) };
  const open = [...system.open, "RESTART"] as never[];
  return compose(system.name, parts, { open }) as Composition<typeof parts>;
}

/** Whether a correct replica ever signed a statement, or any, and restarted after it had. */
type Signed = Readonly<Record<string, boolean>>;
interface SignedActions {
  "PREPARE-ACK": Input<PrepareAck>;
  "WRITE-ACK": Input<WriteAck>;
  RESTART: Input<{ readonly process: Index }>;
}

const signedBy = (replica: Index, statement: string) => `${replica} signed ${statement}`;
const anything = (replica: Index) => `${replica} signed`;
const restarted = (replica: Index) => `${replica} restarted after it signed`;

/** Made of cells, so that it may listen to what is sent while sends are taken at once. */
function signatures(world: World) {
  const { replicas } = world;
  const known = certificates(world);
  const start: Record<string, boolean> = {};
  for (const replica of replicas) {
    start[anything(replica)] = start[restarted(replica)] = false;
    for (const { cell } of known.all) start[signedBy(replica, cell)] = false;
  }
  const prepared = ({ replica, object, ts, hash }: PrepareAck) => [
    anything(replica),
    signedBy(replica, known.prepared(object, ts, hash).cell),
  ];
  const written = ({ replica, object, ts, hash }: WriteAck) => [
    anything(replica),
    signedBy(replica, known.written(object, { ts, hash }).cell),
  ];
  const isReplica = (process: Index) => replicas.includes(process as Replica);
  const set = (s: Record<string, boolean>, names: readonly string[]) => {
    for (const name of names) s[name] = true;
  };
  return cells<Signed, SignedActions>("signed", {
    start,
    transitions: {
      "PREPARE-ACK": {
        kind: "input",
        touches: prepared,
        effect: (s, of) => set(s, prepared(of)),
      },
      "WRITE-ACK": {
        kind: "input",
        touches: written,
        effect: (s, of) => set(s, written(of)),
      },
      RESTART: {
        kind: "input",
        touches: ({ process }) =>
          isReplica(process) ? [anything(process), restarted(process)] : [],
        effect(s, { process }) {
          if (isReplica(process) && s[anything(process)]) s[restarted(process)] = true;
        },
      },
    },
  });
}

/** Which client is between its prepare and its write, and whether one restarted there. */
interface Preparing {
  /** at most one entry for each correct client */
  readonly clients: readonly Client[];
  readonly interrupted: boolean;
}

function preparing({ scripts }: World) {
  const of = scripts.map(({ client }) => client);
  type Actions = Pick<ClientActions, "READ-TS-QUORUM" | "PREPARE-QUORUM"> &
    Pick<SignedActions, "RESTART">;
  return observer<Preparing, Actions>("preparing", {
    start: { clients: [], interrupted: false },
    on: {
      "READ-TS-QUORUM": { effect: (s, { client }) => void insert(s.clients, client) },
      "PREPARE-QUORUM": {
        effect(s, { client }) {
          s.clients = s.clients.filter((one) => one !== client);
        },
      },
      RESTART: {
        effect(s, { process }) {
          if (sortOf(process) !== "client" || !of.includes(process as Client)) return;
          if (s.clients.includes(process as Client)) s.interrupted = true;
        },
      },
    },
  });
}

// ---- what the properties speak of

/** No correct replica ever signs two prepares of a client for one timestamp with two hashes. */
export const neverContradicts = (system: System, world: World) => {
  const { allPrepared } = certificates(world);
  const contradictions = allPrepared.flatMap((one) =>
    allPrepared
      .filter(
        ({ by, object, ts }) => by === one.by && object === one.object && sameTimestamp(ts, one.ts),
      )
      .filter(({ hash }) => hash > one.hash)
      .map((other) => [one.cell, other.cell] as const),
  );
  return invariant(system, {
    name: "no replica signs two values of a client under one timestamp",
    reads: ["signed"],
    accumulating: true,
    holds: ({ signed }) =>
      world.replicas.every((replica) =>
        contradictions.every(
          ([one, other]) => !signed[signedBy(replica, one)] || !signed[signedBy(replica, other)],
        ),
      ),
  });
};

/** A replica holds, and so answers with, a timestamp no smaller than each whose write it signed. */
export const holdsWhatItSigned = (system: System, world: World) => {
  const { allWrites } = certificates(world);
  const { objects, replicas: processes } = world;
  return invariant(system, {
    name: "no replica answers with a smaller timestamp than it signed a write of",
    reads: ["signed", "replicas.currentTs"],
    accumulating: true,
    holds: ({ signed, replicas }) =>
      processes.every((replica, at) =>
        allWrites.every(({ cell, object, ts }) => {
          const leaf = objects.indexOf(object) * processes.length + at;
          const held = replicas[leaf]?.currentTs as Timestamp;
          return !signed[signedBy(replica, cell)] || compareTimestamps(held, ts) >= 0;
        }),
      ),
  });
};

/** Where nothing is owed any more, every operation that was invoked has returned to its user. */
export const everyInvocationReturns = (system: System) =>
  quiescentWhenFinished(system, {
    name: "no user is left waiting",
    reads: ["users.waiting"],
    finished: ({ users }) => users.every(({ waiting }) => !waiting),
  });

// ---- what must be reached

export const aSignerRestarts = (system: System, world: World) =>
  witness(system, {
    name: "a correct replica restarts after it signed",
    reads: ["signed"],
    reached: ({ signed }) => world.replicas.some((replica) => signed[restarted(replica)] === true),
  });

export const aClientIsInterrupted = (system: System) =>
  witness(system, {
    name: "a client restarts between its prepare and its write",
    reads: ["preparing"],
    reached: (view) => view.preparing.interrupted,
  });

export const allReturnedDespiteRestart = (system: System, world: World) =>
  witness(system, {
    name: "every operation of every client returned, and a process restarted",
    reads: ["users", "faults"],
    reached: ({ users, faults }) =>
      faults.restarts > 0 &&
      users.every(
        ({ invoked, waiting }, at) => invoked === world.scripts[at]?.operations.length && !waiting,
      ),
  });
