import { type Digest, has, threshold, union } from "../../spec/automaton/index.ts";
import {
  type Client,
  GENESIS,
  type PrepareProof,
  type RegisterObject,
  type Replica,
  type Stamped,
  spell,
  type Timestamp,
  type Written,
} from "./messages.ts";
import type { World } from "./world.ts";

/**
 * Who signed a statement: the correct signers while they are too few for a proof; then that the
 * proof is complete, and after a faulty client's stop whether it was so early that the client may
 * have put it into a request that it signed in advance. Where faulty replicas may fall silent, a
 * proof that needs their signatures still tells its correct signers.
 */
export type Certificate =
  | readonly Replica[]
  | { readonly withFaulty: readonly Replica[] }
  | "complete"
  | "early";

/** Whether a proof exists: the coalition has 2f + 1 signatures, with those of faulty replicas. */
export const complete = (cell: unknown): boolean => cell !== undefined && !Array.isArray(cell);

/** Whether 2f + 1 replicas that still answer have signed: faulty ones answer until they fall silent. */
export const completeFor = (cell: unknown, silent: boolean): boolean =>
  silent ? typeof cell === "string" : complete(cell);

export interface Statement {
  readonly cell: string;
  readonly object: RegisterObject;
  /** how many correct signers make a proof: faulty replicas sign everything */
  readonly signatures: number;
  readonly ts: Timestamp;
}

export interface PreparedStatement extends Statement {
  readonly hash: Digest;
  readonly value: string;
  readonly by: Client;
}

/** `hash` is null where a WRITE-ACK does not name it. */
export interface WrittenStatement extends Statement, Written {
  readonly by: Client;
}

export type CellsOf = Readonly<Record<string, unknown>>;

/** What one more signature makes of a certificate. */
export type Signing = (certificate: Certificate, by: Replica) => Certificate;

/**
 * The statements of an instance that correct replicas may sign, each with the cell of its
 * certificate. They end at the largest timestamp that the instance's writes and forgeries can reach.
 */
export function statementsOf(world: World) {
  const { rules, digest, objects, faultyReplicas, quorum, initial } = world;
  const needed = (signatures: number) => Math.max(1, signatures - faultyReplicas.length);
  const writeProof = threshold("write-proof", quorum);
  const prepareProof = threshold("prepare-proof", rules.prepareQuorum ?? quorum);
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
  const isFaulty = (client: Client) => world.faultyClients.some((one) => one.client === client);
  /** Correct clients write above what others have prepared, and without choices above themselves. */
  const each = rules.optimised && !rules.choiceSigned ? 2 : 1;
  const valsOf = (client: Client) => {
    const length = world.maxExpectedVal + (isFaulty(client) ? 0 : each * correctWrites);
    return Array.from({ length }, (_, at) => at + 1);
  };
  const named = (object: RegisterObject) => (rules.objectInSignature ? object : "any");
  const preparedCell = (object: RegisterObject, ts: Timestamp, hash: Digest) =>
    `prepared ${named(object)} ${spell(ts)} ${hash}`;
  const writtenCell = (object: RegisterObject, { ts, hash }: Written) =>
    `written ${named(object)} ${spell(ts)}${hash === null ? "" : ` ${hash}`}`;
  const chosenCell = (object: RegisterObject, ts: Timestamp, hash: Digest) =>
    `chosen ${named(object)} ${spell(ts)} ${hash}`;

  const prepared: PreparedStatement[] = [];
  const written: WrittenStatement[] = [];
  for (const object of rules.objectInSignature ? objects : objects.slice(0, 1)) {
    for (const { client, values } of writers) {
      for (const val of valsOf(client)) {
        const ts = { val, id: rules.clientInTimestamp ? client : null };
        const mayBe = (value: string) =>
          !isFaulty(client) || world.mayPrepare?.(client, val, value) !== false;
        const hashes = rules.writtenHash ? values.filter(mayBe).map(digest) : [null];
        for (const hash of hashes) {
          const cell = writtenCell(object, { ts, hash });
          if (written.some((one) => one.cell === cell)) continue;
          written.push({ cell, object, signatures: needed(writeProof), ts, hash, by: client });
        }
        for (const value of rules.prepares ? values.filter(mayBe) : []) {
          const hash = digest(value);
          prepared.push({
            cell: preparedCell(object, ts, hash),
            object,
            signatures: needed(prepareProof),
            ts,
            hash,
            value,
            by: client,
          });
        }
      }
    }
  }
  const all: readonly Statement[] = [...prepared, ...written];
  const byCell = new Map(all.map((one) => [one.cell, one]));
  // A statement outside the universe has no cell: then the network refuses, nothing is lost.
  const statement = (cell: string) => byCell.get(cell) ?? { cell, signatures: quorum };

  /** L.CLIENT.CHOOSE: what correct clients have to choose before anybody can use it. */
  const chosen = rules.choiceSigned ? prepared.filter(({ by }) => !isFaulty(by)) : [];
  const choices = new Set(chosen.map(({ object, ts, hash }) => chosenCell(object, ts, hash)));

  /** Whether the coalition can show the prepare proof. */
  const isShown = (s: CellsOf, { cell, object, ts, hash }: PreparedStatement) => {
    const choice = chosenCell(object, ts, hash);
    return complete(s[cell]) && (!choices.has(choice) || s[choice] === true);
  };
  const proofs = (object: RegisterObject) =>
    prepared.filter(({ cell, ts, hash }) => cell === preparedCell(object, ts, hash));

  /** What a faulty replica can show: the genesis value, and every value with a prepare proof. */
  const stampedKnown = (s: CellsOf, object: RegisterObject): Stamped[] => [
    { ts: GENESIS, value: initial },
    ...(rules.prepares ? proofs(object).filter((one) => isShown(s, one)) : plainWrites(world)).map(
      ({ ts, value }) => ({ ts, value }),
    ),
  ];

  const sign =
    (signatures: number): Signing =>
    (certificate, by) => {
      if (typeof certificate === "string") return certificate;
      const signers = "withFaulty" in certificate ? certificate.withFaulty : certificate;
      if (has(signers, by)) return certificate;
      const now = union(signers, [by]);
      if (now.length < signatures) return now;
      if (!world.mayFallSilent) return "complete";
      return now.length < signatures + faultyReplicas.length ? { withFaulty: now } : "complete";
    };

  return {
    all,
    allPrepared: prepared,
    allWrites: written,
    /** the cells that say what correct clients chose */
    choices: [...choices],
    prepared: (object: RegisterObject, ts: Timestamp, hash: Digest) =>
      statement(preparedCell(object, ts, hash)),
    written: (object: RegisterObject, of: Written) => statement(writtenCell(object, of)),
    /** L.BACKGROUND: what a replica that prepared this signs before it holds it */
    early: (object: RegisterObject, { ts, hash }: PrepareProof) =>
      statement(writtenCell(object, { ts, hash: rules.writtenHash ? hash : null })),
    /** the cell of a choice that somebody waits for, and null for all others */
    choice(object: RegisterObject, ts: Timestamp, hash: Digest): string | null {
      const cell = chosenCell(object, ts, hash);
      return choices.has(cell) ? cell : null;
    },
    isKnown: (cell: string) => byCell.has(cell),
    sign,
    proofs,
    isShown,
    stampedKnown,
  };
}

/** In the plain protocol a faulty client signs any of its values under any timestamp of its own. */
export function plainWrites(world: World) {
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
