import {
  type Digest,
  type DigestFunction,
  type Scope,
  threshold,
} from "../../spec/automaton/index.ts";
import {
  type Client,
  GENESIS,
  type PrepareRequest,
  type RegisterObject,
  type Replica,
  type Stamped,
  sameTimestamp,
  spell,
  successor,
  type Timestamp,
  type WriteRequest,
} from "./messages.ts";
import type { Rules } from "./rules.ts";

/** One operation of a correct client. */
export interface Operation {
  readonly object: RegisterObject;
  /** the value to write; a read without it */
  readonly write?: string;
}

/** A bounded instance: who takes part, what correct clients do, what faulty ones may write. */
export interface World {
  readonly rules: Rules;
  readonly digest: DigestFunction;
  readonly objects: readonly RegisterObject[];
  /** the correct replicas */
  readonly replicas: readonly Replica[];
  readonly faultyReplicas: readonly Replica[];
  /** 2f + 1 */
  readonly quorum: number;
  /** each correct client and its operations, one after the other */
  readonly scripts: readonly {
    readonly client: Client;
    readonly operations: readonly Operation[];
  }[];
  readonly faultyClients: readonly {
    readonly client: Client;
    readonly values: readonly string[];
  }[];
  /** the faulty client that may stop; the others of the coalition go on */
  readonly stops: Client | null;
  /** faulty clients prepare no timestamp with a larger val: printed in the evidence */
  readonly maxForgedVal: number;
  /** further limits what faulty clients prepare; printed in the evidence too */
  readonly mayPrepare: ((client: Client, val: number, value: string) => boolean) | null;
  /** the correct replicas that faulty clients send to: all of them unless the evidence says less */
  readonly reach: readonly Replica[];
  /** the values that the coalition writes; null: all that have a proof */
  readonly onlyWrites: readonly string[] | null;
  readonly initial: string;
}

/**
 * Who signed a statement: the correct signers while they are too few for a proof; then that the
 * proof is complete, and after a faulty client's stop whether it was so early that the client may
 * have put it into a request that it signed in advance.
 */
export type Certificate = readonly Replica[] | "complete" | "early";

export const complete = (cell: unknown): boolean => cell === "complete" || cell === "early";

interface Statement {
  readonly cell: string;
  readonly object: RegisterObject;
  /** how many correct signers make a proof: faulty replicas sign everything */
  readonly signatures: number;
  readonly ts: Timestamp;
}

interface Prepared extends Statement {
  readonly hash: Digest;
  readonly value: string;
  readonly by: Client;
}

type CellsOf = Readonly<Record<string, unknown>>;

/** The statements of an instance that correct replicas may sign, and what the coalition makes of them. */
export function certificates(world: World) {
  const { rules, digest, objects, faultyReplicas, quorum, initial, reach } = world;
  const needed = (signatures: number) => Math.max(1, signatures - faultyReplicas.length);
  const writers = [
    ...world.faultyClients.map(({ client, values }) => ({ client, values })),
    ...world.scripts.map(({ client, operations }) => ({
      client,
      values: operations.flatMap(({ write }) => write ?? []),
    })),
  ].filter(({ values }) => values.length > 0);
  const correctWrites = world.scripts
    .flatMap(({ operations }) => operations)
    .filter(({ write }) => write !== undefined).length;
  const vals = Array.from({ length: world.maxForgedVal + correctWrites }, (_, at) => at + 1);
  const named = (object: RegisterObject) => (rules.objectInSignature ? object : "any");
  const preparedCell = (object: RegisterObject, ts: Timestamp, hash: Digest) =>
    `prepared ${named(object)} ${spell(ts)} ${hash}`;
  const writtenCell = (object: RegisterObject, ts: Timestamp) =>
    `written ${named(object)} ${spell(ts)}`;

  const isFaulty = (client: Client) => world.faultyClients.some((one) => one.client === client);

  const prepared: Prepared[] = [];
  const written: Statement[] = [];
  for (const object of rules.objectInSignature ? objects : objects.slice(0, 1)) {
    for (const { client, values } of writers) {
      for (const val of vals) {
        const ts = { val, id: rules.clientInTimestamp ? client : null };
        const signatures = needed(threshold("write-proof", quorum));
        const cell = writtenCell(object, ts);
        if (!written.some((one) => one.cell === cell))
          written.push({ cell, object, signatures, ts });
        for (const value of rules.prepares ? values : []) {
          if (isFaulty(client) && world.mayPrepare?.(client, val, value) === false) continue;
          const hash = digest(value);
          prepared.push({
            cell: preparedCell(object, ts, hash),
            object,
            signatures: needed(threshold("prepare-proof", rules.prepareQuorum ?? quorum)),
            ts,
            hash,
            value,
            by: client,
          });
        }
      }
    }
  }
  const byCell = new Map([...prepared, ...written].map((one) => [one.cell, one]));
  // A statement outside the universe has no cell: then the network refuses, nothing is lost.
  const statement = (cell: string) => byCell.get(cell) ?? { cell, signatures: quorum };
  const all: readonly Statement[] = [...prepared, ...written];
  const proofs = (object: RegisterObject) =>
    prepared.filter(({ cell, ts, hash }) => cell === preparedCell(object, ts, hash));

  /** What a faulty replica can show: the genesis value, and every value with a prepare proof. */
  const stampedKnown = (s: CellsOf, object: RegisterObject): Stamped[] => [
    { ts: GENESIS, value: initial },
    ...(rules.prepares
      ? proofs(object).filter(({ cell }) => complete(s[cell]))
      : plainWrites(world)
    ).map(({ ts, value }) => ({ ts, value })),
  ];

  const reads = ["stopped", ...all.map(({ cell }) => cell)];
  /** After its stop a faulty client's prepares are those that it could have signed before. */
  const usable = (s: CellsOf, client: Client, cell: string) =>
    s[cell] === "early" || (s[cell] === "complete" && !(s.stopped && client === world.stops));

  const forgePrepare: Scope<CellsOf, PrepareRequest>[] = rules.prepares
    ? world.faultyClients.flatMap(({ client, values }) =>
        objects.map((object) => ({
          reads,
          *choose(s: CellsOf) {
            const stamps = proofs(object).filter(({ cell }) => usable(s, client, cell));
            const predecessors = [GENESIS, ...stamps.map(({ ts }) => ts)];
            const writeProofs = [
              null,
              ...written
                .map(({ ts }) => ts)
                .filter((ts) => usable(s, client, writtenCell(object, ts))),
            ];
            for (const predecessor of unique(predecessors)) {
              if (predecessor.val >= world.maxForgedVal) continue;
              const ts = successor(predecessor, rules.clientInTimestamp ? client : null);
              for (const value of values) {
                if (world.mayPrepare?.(client, ts.val, value) === false) continue;
                for (const writeProof of writeProofs) {
                  for (const replica of reach) {
                    const hash = digest(value);
                    yield { object, replica, client, ts, predecessor, hash, writeProof };
                  }
                }
              }
            }
          },
        })),
      )
    : [];

  const forgeWrite: Scope<CellsOf, WriteRequest>[] = world.faultyClients
    .slice(0, 1)
    .flatMap(({ client }) =>
      objects.map((object) => ({
        reads: rules.prepares ? reads : ["stopped"],
        *choose(s: CellsOf) {
          const writes = rules.prepares
            ? proofs(object).filter(({ cell }) => complete(s[cell]))
            : plainWrites(world);
          const values = world.faultyClients.flatMap((one) => one.values);
          for (const { ts, hash, value } of writes) {
            if (world.onlyWrites?.includes(value) === false) continue;
            for (const shown of rules.prepares ? unique([value, ...values]) : [value]) {
              for (const replica of reach) {
                yield { object, replica, client, value: shown, proof: { ts, hash } };
              }
            }
          }
        },
      })),
    );

  return {
    all,
    prepared: (object: RegisterObject, ts: Timestamp, hash: Digest) =>
      statement(preparedCell(object, ts, hash)),
    written: (object: RegisterObject, ts: Timestamp) => statement(writtenCell(object, ts)),
    preparedBy: (client: Client) =>
      prepared.filter(({ by }) => by === client).map(({ cell }) => cell),
    allWritten: written.map(({ cell }) => cell),
    allPrepared: prepared,
    allWrites: written,
    stampedKnown,
    forgePrepare,
    forgeWrite,
  };
}

/** In the plain protocol a faulty client signs any of its values under any timestamp of its own. */
function plainWrites(world: World) {
  const { rules, digest, maxForgedVal } = world;
  return world.faultyClients.flatMap(({ client, values }) =>
    values.flatMap((value) =>
      Array.from({ length: maxForgedVal }, (_, at) => ({
        ts: { val: at + 1, id: rules.clientInTimestamp ? client : null },
        hash: digest(value),
        value,
      })),
    ),
  );
}

function unique<T extends string | Timestamp>(items: readonly T[]): T[] {
  return items.filter(
    (item, at) =>
      items.findIndex((other) =>
        typeof item === "string" || typeof other === "string"
          ? item === other
          : sameTimestamp(item, other),
      ) === at,
  );
}
