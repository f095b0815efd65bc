import type {
  Client,
  PrepareRequest,
  RegisterObject,
  Replica,
  Timestamp,
  WriteRequest,
} from "../../../../impl/bft-bc/messages.ts";
import { GENESIS, sameTimestamp } from "../../../../impl/bft-bc/messages.ts";
import {
  preparedStatement,
  type Reply,
  type Request,
  type ShownPrepare,
  shownPrepare,
  shownWrite,
  writtenStatement,
} from "../../../../impl/bft-bc/wire.ts";
import type { Certificate, Signed } from "../../../../impl/network/process.ts";
import { canonical, type Index, type Value } from "../../../../spec/automaton/index.ts";

interface Heard {
  readonly statement: Value;
  readonly signatures: ReadonlyMap<Index, Uint8Array>;
}

type Known = ReadonlyMap<string, Heard>;

interface Prepared {
  readonly says: string;
  readonly object: RegisterObject;
  readonly ts: Timestamp;
  readonly hash: string;
}

export interface CoalitionOptions {
  readonly quorum: number;
  readonly faultyReplicas: readonly Replica[];
  /** signs as a faulty replica: the keys that the coalition holds, and no others */
  readonly sign: (by: Replica, statement: Value) => Uint8Array;
  /** what a digest is of: a value may be guessed before its writer shows it */
  readonly preimages: ReadonlyMap<string, string>;
}

/**
 * The faulty processes with real keys. Of correct replicas it has those signatures that went over the
 * network; what it cannot prove with them it cannot say.
 */
export class Coalition {
  readonly #options: CoalitionOptions;
  readonly #known = new Map<string, Heard>();
  /** by client that stopped: what it knew then. Its requests were all made before. */
  readonly #atStop = new Map<Client, Known>();

  constructor(options: CoalitionOptions) {
    this.#options = options;
  }

  hears(signed: readonly Signed[]): void {
    for (const { by, statement, signature } of signed) {
      const key = canonical(statement);
      const before = this.#known.get(key)?.signatures ?? [];
      this.#known.set(key, { statement, signatures: new Map([...before, [by, signature]]) });
    }
  }

  stop(client: Client): void {
    this.#atStop.set(client, new Map(this.#known));
  }

  /** Whether a correct replica's signature over a statement went over the network. */
  hasHeard(by: Replica, statement: Value): boolean {
    return this.#known.get(canonical(statement))?.signatures.has(by) ?? false;
  }

  /** The request of a faulty client, or null where the coalition has no proof for it. */
  prepare(request: PrepareRequest): Request | null {
    const { client, object, ts, predecessor, hash, writeProof } = request;
    const known = this.#atStop.get(client) ?? this.#known;
    const shown = this.#shown(object, known).find((one) => sameTimestamp(one.ts, predecessor));
    const written =
      writeProof === null ? null : this.#proof(writtenStatement(object, writeProof), known);
    if (shown === undefined && !sameTimestamp(predecessor, GENESIS)) return null;
    if (written === null && writeProof !== null) return null;
    return {
      type: "PREPARE",
      object,
      ts,
      hash,
      predecessor: shown ?? null,
      writeProof: shownWrite(written),
    };
  }

  write({ object, value, proof }: WriteRequest): Request | null {
    const { ts, hash } = proof;
    const shown = shownPrepare(this.#proof(preparedStatement(object, ts, hash), this.#known));
    return shown && { type: "WRITE", object, value, proof: shown };
  }

  /** All that a faulty replica can say to a request so that the client takes it for an answer. */
  answers(by: Replica, request: Request): Reply[] {
    const { object, type } = request;
    switch (type) {
      case "READ-TS":
      case "READ":
        return [null, ...this.#shown(object, this.#known)].map((proof) => {
          const of = { object, nonce: request.nonce, proof };
          const value = proof === null ? "" : (this.#options.preimages.get(proof.hash) ?? "");
          return type === "READ"
            ? { type: "READ-REPLY", ...of, value }
            : { type: "READ-TS-REPLY", ...of };
        });
      case "PREPARE": {
        const { ts, hash } = request;
        const signature = this.#options.sign(by, preparedStatement(object, ts, hash));
        return [{ type: "PREPARE-ACK", object, ts, hash, signature }];
      }
      case "WRITE": {
        const { ts } = request.proof;
        const signature = this.#options.sign(by, writtenStatement(object, ts));
        return [{ type: "WRITE-ACK", object, ts, signature }];
      }
    }
  }

  /** The prepare proofs that can be shown for an object. */
  #shown(object: RegisterObject, known: Known): ShownPrepare[] {
    return [...known.values()].flatMap(({ statement }) => {
      const said = statement as unknown as Prepared;
      if (said.says !== "PREPARE-ACK" || said.object !== object) return [];
      return shownPrepare(this.#proof(statement, known)) ?? [];
    });
  }

  /** A quorum of signatures: those of faulty replicas, and what is missing of correct ones. */
  #proof(statement: Value, known: Known): Certificate | null {
    const { faultyReplicas, sign, quorum } = this.#options;
    const own = faultyReplicas.map((by): [Index, Uint8Array] => [by, sign(by, statement)]);
    const heard = [...(known.get(canonical(statement))?.signatures ?? [])];
    const correct = heard.filter(([by]) => !faultyReplicas.some((one) => one === by));
    const signatures = [...own, ...correct].slice(0, quorum);
    return signatures.length < quorum
      ? null
      : { statement, signatures: Object.fromEntries(signatures) };
  }
}
