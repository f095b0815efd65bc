import type {
  Client,
  PrepareRequest,
  ReadTsPrepRequest,
  RegisterObject,
  Replica,
  Timestamp,
  WriteRequest,
  Written,
} from "../../../../impl/bft-bc/messages.ts";
import { GENESIS, sameTimestamp, successor } from "../../../../impl/bft-bc/messages.ts";
import type { Rules } from "../../../../impl/bft-bc/rules.ts";
import {
  chosenStatement,
  preparedStatement,
  type Reply,
  type Request,
  type ShownPrepare,
  type ShownWrite,
  shownPrepare,
  shownWrite,
  writtenOf,
  writtenStatement,
} from "../../../../impl/bft-bc/wire.ts";
import type { Certificate, Signed } from "../../../../impl/network/process.ts";
import {
  canonical,
  type Digest,
  type Index,
  type Value,
} from "../../../../spec/automaton/index.ts";

interface Heard {
  readonly statement: Value;
  readonly signatures: ReadonlyMap<Index, Uint8Array>;
}

type Known = ReadonlyMap<string, Heard>;

interface Prepared {
  readonly says: string;
  readonly object: RegisterObject;
  readonly ts: Timestamp;
  readonly hash: Digest;
}

export interface CoalitionOptions {
  readonly rules: Rules;
  readonly quorum: number;
  readonly faultyReplicas: readonly Replica[];
  readonly faultyClients: readonly Client[];
  /** signs as a faulty process: the keys that the coalition holds, and no others */
  readonly sign: (by: Index, statement: Value) => Uint8Array;
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
    const { client, object, ts, predecessor, hash, writeProof, completed } = request;
    const known = this.#atStop.get(client) ?? this.#known;
    const shown = this.#shown(object, known).find((one) => sameTimestamp(one.ts, predecessor));
    const written = writeProof && this.#written(object, writeProof, known);
    if (shown === undefined && !sameTimestamp(predecessor, GENESIS)) return null;
    if (written === null && writeProof !== null) return null;
    const before = completed && this.#writtenAt(object, completed, known);
    if (before === null && completed !== null) return null;
    return {
      type: "PREPARE",
      object,
      ts,
      hash,
      predecessor: shown ?? null,
      writeProof: written,
      completed: before,
    };
  }

  /** Phase 1 of a faulty client in the optimised protocol. */
  readTsPrep(request: ReadTsPrepRequest): Request | null {
    const { client, object, nonce, hash, writeProof } = request;
    const known = this.#atStop.get(client) ?? this.#known;
    const written = writeProof && this.#written(object, writeProof, known);
    if (written === null && writeProof !== null) return null;
    return { type: "READ-TS-PREP", object, nonce, hash, writeProof: written };
  }

  write({ object, value, proof }: WriteRequest): Request | null {
    const { ts, hash } = proof;
    const shown = this.#chosen(
      this.#proof(preparedStatement(object, ts, hash), this.#known),
      this.#known,
    );
    return shown && { type: "WRITE", object, value, proof: shown };
  }

  /** All that a faulty replica can say to a request so that the client takes it for an answer. */
  answers(by: Replica, asker: Client, request: Request): Reply[] {
    const { object } = request;
    switch (request.type) {
      case "READ":
        return [null, ...this.#shown(object, this.#known)].map((proof) => {
          const value = proof === null ? "" : (this.#options.preimages.get(proof.hash) ?? "");
          return { type: "READ-REPLY", object, nonce: request.nonce, proof, value };
        });
      case "READ-TS":
      case "READ-TS-PREP":
        return [null, ...this.#shown(object, this.#known)].flatMap((proof): Reply[] => {
          const of = {
            object,
            nonce: request.nonce,
            proof,
            written: this.#holds(by, object, proof),
          };
          if (request.type !== "READ-TS-PREP") return [{ type: "READ-TS-REPLY", ...of }];
          const { hash } = request;
          const ts = successor(proof?.ts ?? GENESIS, asker);
          const signature = this.#options.sign(by, preparedStatement(object, ts, hash));
          return [null, { ts, hash, signature }].map((prepared) => ({
            type: "READ-TS-PREP-REPLY",
            ...of,
            prepared,
          }));
        });
      case "PREPARE": {
        const { ts, hash } = request;
        const signature = this.#options.sign(by, preparedStatement(object, ts, hash));
        return [{ type: "PREPARE-ACK", object, ts, hash, signature }];
      }
      case "WRITE": {
        const written = writtenOf(request.proof, this.#options.rules);
        const signature = this.#options.sign(by, writtenStatement(object, written));
        return [{ type: "WRITE-ACK", object, ...written, signature }];
      }
    }
  }

  /** The prepare proofs that can be shown for an object. */
  #shown(object: RegisterObject, known: Known): ShownPrepare[] {
    return [...known.values()].flatMap(({ statement }) => {
      const said = statement as unknown as Prepared;
      if (said.says !== "PREPARE-ACK" || said.object !== object) return [];
      return this.#chosen(this.#proof(statement, known), known) ?? [];
    });
  }

  /** A prepare proof with its client's choice, which a faulty client makes whenever it is asked. */
  #chosen(proof: Certificate | null, known: Known): ShownPrepare | null {
    const shown = shownPrepare(proof);
    const { rules, faultyClients, sign } = this.#options;
    if (shown === null || proof === null || !rules.choiceSigned) return shown;
    const { object, ts, hash } = proof.statement as unknown as Prepared;
    const statement = chosenStatement(object, ts, hash);
    const heard = known.get(canonical(statement))?.signatures.get(ts.id as Index);
    const isFaulty = faultyClients.some((one) => one === ts.id);
    const chosen = isFaulty ? sign(ts.id as Index, statement) : (heard ?? null);
    return chosen && { ...shown, chosen };
  }

  #written(object: RegisterObject, written: Written, known: Known): ShownWrite | null {
    return shownWrite(this.#proof(writtenStatement(object, written), known));
  }

  /** A write proof for a timestamp, whatever hash it names. */
  #writtenAt(object: RegisterObject, ts: Timestamp, known: Known): ShownWrite | null {
    const shown = [...known.values()].flatMap(({ statement }) => {
      const said = statement as unknown as Partial<Prepared>;
      if (said.says !== "WRITE-ACK" || said.object !== object) return [];
      if (!sameTimestamp(said.ts as Timestamp, ts)) return [];
      return this.#written(object, { ts, hash: said.hash ?? null }, known) ?? [];
    });
    return shown[0] ?? null;
  }

  /** Section 7: what a faulty replica signs of what it shows. */
  #holds(by: Replica, object: RegisterObject, proof: ShownPrepare | null): Uint8Array | null {
    const { rules, sign } = this.#options;
    if (!rules.strong || proof === null) return null;
    return sign(by, writtenStatement(object, writtenOf(proof, rules)));
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
