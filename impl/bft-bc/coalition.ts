import type { Scope } from "../../spec/automaton/index.ts";
import {
  type Client,
  GENESIS,
  type PrepareRequest,
  type ReadTsPrepRequest,
  type RegisterObject,
  sameTimestamp,
  successor,
  type Timestamp,
  type WriteRequest,
  type Written,
} from "./messages.ts";
import { type CellsOf, complete, plainWrites, statementsOf } from "./statements.ts";
import type { World } from "./world.ts";

export { complete };

/** Nobody waits for replies to the requests of faulty clients. */
const NO_NONCE = 0;

/** The statements of an instance that correct replicas may sign, and what the coalition makes of them. */
export function certificates(world: World) {
  const { rules, digest, objects, reach } = world;
  const known = statementsOf(world);
  const { all, allPrepared, allWrites, proofs, isShown } = known;

  const reads = ["stopped", ...all.map(({ cell }) => cell), ...known.choices];
  const writtenReads = ["stopped", ...allWrites.map(({ cell }) => cell)];
  /** After its stop a faulty client's requests are those that it could have signed before. */
  const usable = (s: CellsOf, client: Client, cell: string) =>
    s[cell] === "early" || (complete(s[cell]) && !(s.stopped && client === world.stops));

  /** The write proofs that a faulty client can put into a request, and none. */
  const writeProofs = (s: CellsOf, client: Client, object: RegisterObject) => [
    null,
    ...allWrites
      .map(({ ts, hash }): Written => ({ ts, hash }))
      .filter((one) => usable(s, client, known.written(object, one).cell)),
  ];

  /** Section 7: what a prepare above a predecessor can show; without proof only if nobody asks. */
  const predecessorProofs = (
    predecessor: Timestamp,
    written: readonly (Written | null)[],
  ): (Timestamp | null)[] => {
    if (!rules.strong || sameTimestamp(predecessor, GENESIS)) return [null];
    const isProven = written.some((one) => one !== null && sameTimestamp(one.ts, predecessor));
    return [
      ...(rules.provesPredecessor ? [] : [null]),
      ...(isProven && rules.provesPredecessor ? [predecessor] : []),
    ];
  };

  const forgePrepare: Scope<CellsOf, PrepareRequest>[] = rules.prepares
    ? world.faultyClients.flatMap(({ client, values }) =>
        objects.map((object) => ({
          reads,
          *choose(s: CellsOf) {
            const stamps = proofs(object).filter(
              (one) => usable(s, client, one.cell) && isShown(s, one),
            );
            const predecessors = [GENESIS, ...stamps.map(({ ts }) => ts)];
            const written = writeProofs(s, client, object);
            for (const predecessor of unique(predecessors)) {
              if (predecessor.val >= world.maxForgedVal) continue;
              const ts = successor(predecessor, rules.clientInTimestamp ? client : null);
              for (const completed of predecessorProofs(predecessor, written)) {
                for (const value of values) {
                  if (world.mayPrepare?.(client, ts.val, value) === false) continue;
                  const hash = digest(value);
                  for (const writeProof of written) {
                    for (const replica of reach) {
                      if (world.mayForge?.("PREPARE", replica, value) === false) continue;
                      const body = { ts, predecessor, hash, writeProof, completed };
                      yield { object, replica, client, ...body };
                    }
                  }
                }
              }
            }
          },
        })),
      )
    : [];

  /** Phase 1 of the optimised protocol: the replica chooses the timestamp when it gets the request. */
  const forgeReadTsPrep: Scope<CellsOf, ReadTsPrepRequest>[] = rules.optimised
    ? world.faultyClients.flatMap(({ client, values }) =>
        objects.map((object) => ({
          reads: writtenReads,
          *choose(s: CellsOf) {
            for (const writeProof of writeProofs(s, client, object)) {
              for (const value of values) {
                for (const replica of reach) {
                  if (world.mayForge?.("READ-TS-PREP", replica, value) === false) continue;
                  const body = { nonce: NO_NONCE, hash: digest(value), writeProof };
                  yield { object, replica, client, ...body };
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
            ? proofs(object).filter((one) => isShown(s, one))
            : plainWrites(world);
          const values = world.faultyClients.flatMap((one) => one.values);
          for (const { ts, hash, value } of writes) {
            if (world.onlyWrites?.includes(value) === false) continue;
            for (const shown of rules.prepares ? unique([value, ...values]) : [value]) {
              for (const replica of reach) {
                if (world.mayForge?.("WRITE", replica, shown) === false) continue;
                yield { object, replica, client, value: shown, proof: { ts, hash } };
              }
            }
          }
        },
      })),
    );

  return {
    ...known,
    preparedBy: (client: Client) =>
      allPrepared.filter(({ by }) => by === client).map(({ cell }) => cell),
    allWritten: allWrites.map(({ cell }) => cell),
    forgePrepare,
    forgeReadTsPrep,
    forgeWrite,
  };
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
