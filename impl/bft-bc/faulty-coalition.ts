import type { Digest, Index } from "../../spec/automaton/index.ts";
import { happens, pick } from "../adversary/dice.ts";
import { nobleScheme } from "../crypto/noble.ts";
import { digestWith } from "../crypto/scheme.ts";
import type { Message, ProcessHost, Signatures, Wire } from "../network/process.ts";
import {
  type Client,
  compareTimestamps,
  GENESIS,
  type PrepareProof,
  type RegisterObject,
  sameTimestamp,
  successor,
  type Timestamp,
  type Written,
} from "./messages.ts";
import {
  asMessage,
  asReply,
  chosenStatement,
  type Reply,
  type Request,
  type ShownPrepare,
  type ShownWrite,
} from "./wire.ts";

/** Who acts, on what, and whom it can reach. */
export interface Deed {
  readonly self: Client;
  readonly object: RegisterObject;
  readonly host: ProcessHost;
  readonly replicas: readonly Index[];
}

/** A statement that the coalition has asked for, and who has signed it so far. */
interface Asked {
  readonly object: RegisterObject;
  readonly ts: Timestamp;
  /** null where a WRITE-ACK does not name it */
  readonly hash: Digest | null;
  readonly signatures: Map<Index, Uint8Array>;
}

interface Prepared extends Asked {
  readonly hash: Digest;
  readonly value: string;
  readonly by: Client;
  readonly predecessor: ShownPrepare | null;
}

interface Turn {
  readonly ts: Timestamp;
  readonly by: Client;
  readonly untilMs: number;
}

/** Longer than a read takes. */
const TURN_MS = 60;

const digest = digestWith(nobleScheme);

/** No more than this is prepared and not written, so that what it knows stays small. */
const OPEN_MAX = 12;

/** What all faulty clients of a run know together. */
export class Coalition {
  readonly #prepared: Prepared[] = [];
  readonly #written: Asked[] = [];
  /** the largest proof that replicas have shown */
  readonly #shown = new Map<RegisterObject, ShownPrepare>();
  /** whose turn it is to be written, by whom, and until when on that client's clock */
  readonly #turns = new Map<RegisterObject, Turn>();
  /** optimised: the values whose hashes were sent in phase 1 */
  readonly #asked = new Map<Digest, string>();
  #values = 0;
  /** what the protocol's own messages tell of its variant */
  isOptimised = false;
  #isStrong = false;
  #namesHash = false;
  #isChosen = false;

  /** Takes what the correct process behind one of them sends. */
  learn(message: Wire): void {
    const { type, proof } = Object(message) as Partial<Extract<Request, { type: "WRITE" }>>;
    if ((type as string) === "READ-TS-PREP") this.isOptimised = true;
    if (type === "WRITE" && proof?.chosen != null) this.#isChosen = true;
  }

  /** Takes what a replica has said, whoever asked. It may lie: then a proof is not taken elsewhere. */
  hear(from: Index, message: Wire): void {
    const reply = replyIn(message);
    if (reply === null) return;
    if (reply.type === "PREPARE-ACK") this.#hearAck(from, reply.object, reply);
    else if (reply.type === "WRITE-ACK") {
      this.#namesHash ||= reply.hash !== null;
      this.#writtenOf(reply.object, reply).signatures.set(from, reply.signature);
    } else {
      const { object, proof } = reply;
      const known = this.#shown.get(object);
      if (proof !== null && compareTimestamps(proof.ts, known?.ts ?? GENESIS) > 0) {
        this.#shown.set(object, proof);
      }
      if (reply.type === "READ-REPLY") return;
      if (reply.written instanceof Uint8Array && proof !== null) {
        this.#isStrong = true;
        const written = { ts: proof.ts, hash: this.#namesHash ? proof.hash : null };
        this.#writtenOf(object, written).signatures.set(from, reply.written);
      }
      if (reply.type === "READ-TS-PREP-REPLY" && typeof reply.prepared?.ts?.val === "number") {
        this.#hearAck(from, object, reply.prepared);
      }
    }
  }

  #hearAck(
    from: Index,
    object: RegisterObject,
    { ts, hash, signature }: PrepareProof & { readonly signature: Uint8Array },
  ): void {
    const known = this.#prepared.find(
      (one) => one.object === object && one.hash === hash && sameTimestamp(one.ts, ts),
    );
    const value = this.#asked.get(hash);
    if (known !== undefined) known.signatures.set(from, signature);
    else if (value !== undefined && ts.id !== null) {
      const signatures = new Map([[from, signature]]);
      const predecessor = this.#shown.get(object) ?? null;
      this.#prepared.push({ object, ts, hash, value, by: ts.id, predecessor, signatures });
    }
  }

  /** Has replicas prepare a value in phase 1, whatever timestamp each expects. */
  ask(deed: Deed): void {
    const { self, object, host } = deed;
    const again = happens(host, 0.5) ? pick(host, [...this.#asked.keys()]) : undefined;
    const value = this.#value(self);
    const hash = again ?? digest(value);
    if (again === undefined) {
      if (this.#asked.size >= OPEN_MAX) return;
      this.#asked.set(hash, value);
    }
    const writeProof = this.#writeProof(deed);
    this.#send({ type: "READ-TS-PREP", object, nonce: 0, hash, writeProof }, deed, 0.7);
  }

  /** Prepares a value of its own above all that it knows, before the last one is written. */
  prepareAhead(deed: Deed): void {
    const { self, object, host } = deed;
    const own = this.#prepared.filter((one) => one.object === object && one.by === self);
    const open = own.filter((one) => this.#proofOf(one, deed) === null);
    const again = pick(host, open);
    // What did not get a quorum may have been lost, or may be accepted with another write proof.
    if (again !== undefined && (open.length >= 2 || happens(host, 0.7))) {
      this.#askFor(again, deed);
      return;
    }
    if (own.length >= OPEN_MAX) return;
    const proofs = this.#prepared
      .filter((one) => one.object === object)
      .flatMap((one) => this.#proofOf(one, deed) ?? []);
    const shown = this.#shown.get(object);
    if (shown !== undefined) proofs.push(shown);
    const predecessor = proofs.sort((a, b) => compareTimestamps(b.ts, a.ts))[0] ?? null;
    this.#ask(successor(predecessor?.ts ?? GENESIS, self), predecessor, deed);
  }

  /** Prepares another value under one of its timestamps. */
  prepareTwice(deed: Deed): void {
    const { self, object, host } = deed;
    const own = this.#prepared.filter((one) => one.object === object && one.by === self);
    const first = pick(host, own.slice(-3));
    if (first === undefined) {
      this.prepareAhead(deed);
      return;
    }
    const twins = own.filter((one) => sameTimestamp(one.ts, first.ts));
    const twin = pick(host, twins.slice(1));
    if (twin !== undefined) this.#askFor(twin, deed);
    else if (own.length < OPEN_MAX) this.#ask(first.ts, first.predecessor, deed);
  }

  /** Writes what it has a proof for to some of the replicas. */
  write(deed: Deed, isSwapped: boolean): void {
    const { self, object, host } = deed;
    const ready = this.#prepared.flatMap((one) => {
      const proof = one.object === object ? this.#proofOf(one, deed) : null;
      return proof === null ? [] : [{ proof, value: one.value }];
    });
    // In order of the timestamps, so that none is too old when its turn comes, and each for so long
    // that readers meet it.
    const turn = this.#turns.get(object) ?? { ts: GENESIS, by: self, untilMs: host.now() };
    const shown = this.#shown.get(object)?.ts ?? GENESIS;
    const isOver = turn.by === self ? host.now() >= turn.untilMs : happens(host, 0.1);
    const next = ready
      .map(({ proof }) => proof.ts)
      .filter((ts) => compareTimestamps(ts, shown) >= 0 && compareTimestamps(ts, turn.ts) > 0)
      .sort(compareTimestamps)[0];
    const ts = (isOver ? next : undefined) ?? turn.ts;
    if (!sameTimestamp(ts, turn.ts) || turn.by !== self) {
      this.#turns.set(object, { ts, by: self, untilMs: host.now() + TURN_MS });
    }
    const chosen = pick(
      host,
      ready.filter(({ proof }) => sameTimestamp(proof.ts, ts)),
    );
    if (chosen === undefined) {
      this.prepareAhead(deed);
      return;
    }
    const value = isSwapped ? this.#value(self) : chosen.value;
    const reach = pick(host, [0.3, 0.6, 1]) ?? 1;
    this.#send({ type: "WRITE", object, value, proof: chosen.proof }, deed, reach);
  }

  #ask(ts: Timestamp, predecessor: ShownPrepare | null, deed: Deed): void {
    const { self, object } = deed;
    const value = this.#value(self);
    const hash = digest(value);
    const signatures = new Map<Index, Uint8Array>();
    const asked: Prepared = { object, ts, hash, value, by: self, predecessor, signatures };
    this.#prepared.push(asked);
    this.#askFor(asked, deed);
  }

  #askFor({ ts, hash, predecessor }: Prepared, deed: Deed): void {
    const { object } = deed;
    const writeProof = this.#writeProof(deed);
    const below = predecessor?.ts ?? GENESIS;
    const proven = this.#writeProofs(deed).find((one) => sameTimestamp(one.ts, below)) ?? null;
    const completed = this.#isStrong ? proven : null;
    this.#send({ type: "PREPARE", object, ts, hash, predecessor, writeProof, completed }, deed, 1);
  }

  /** Its own latest write proof, or anybody's. */
  #writeProof(deed: Deed): ShownWrite | null {
    const latest = this.#writeProofs(deed);
    const own = latest.find((one) => one.ts.id === deed.self) ?? null;
    return happens(deed.host, 0.5) ? own : (latest[0] ?? null);
  }

  #writeProofs(deed: Deed): ShownWrite[] {
    return this.#written
      .flatMap((one) => {
        const signatures = one.object === deed.object ? quorumOf(one, deed) : null;
        return signatures === null ? [] : [{ ts: one.ts, hash: one.hash, signatures }];
      })
      .sort((a, b) => compareTimestamps(b.ts, a.ts));
  }

  #send(request: Request, { object, host, replicas }: Deed, reach: number): void {
    for (const to of replicas) {
      if (happens(host, reach)) host.send(object, to, asMessage(request));
    }
  }

  /** Every value is another and names its client, so that a reader's answer tells whose it is. */
  #value(self: Client): string {
    this.#values += 1;
    return `${self} ${this.#values}`;
  }

  #writtenOf(object: RegisterObject, { ts, hash }: Written): Asked {
    const known = this.#written.find(
      (one) => one.object === object && one.hash === hash && sameTimestamp(one.ts, ts),
    );
    const asked = known ?? { object, ts, hash, signatures: new Map() };
    if (known === undefined) this.#written.push(asked);
    return asked;
  }

  /** A prepare proof; only its own client can sign that it chose it. */
  #proofOf(one: Prepared, deed: Deed): ShownPrepare | null {
    const { object, ts, hash, by } = one;
    const signatures = quorumOf(one, deed);
    if (signatures === null || (this.#isChosen && by !== deed.self)) return null;
    const chosen = this.#isChosen ? deed.host.sign(chosenStatement(object, ts, hash)) : null;
    return { ts, hash, signatures, chosen };
  }
}

const REPLIES: readonly Reply["type"][] = [
  "READ-TS-REPLY",
  "READ-TS-PREP-REPLY",
  "READ-REPLY",
  "PREPARE-ACK",
  "WRITE-ACK",
];

function replyIn(message: Wire): Reply | null {
  const { type } = Object(message) as { readonly type?: unknown };
  const isReply = REPLIES.some((one) => one === type);
  // A faulty replica may send anything: what lacks a part is of no use to anybody.
  const { ts, proof } = Object(message) as { readonly ts?: unknown; readonly proof?: unknown };
  const about = Object(ts ?? Object(proof).ts) as { readonly val?: unknown };
  return isReply && typeof about.val === "number" ? asReply(message as Message) : null;
}

/** 2f + 1 signatures of 3f + 1 replicas, if there are. */
function quorumOf({ signatures }: Asked, { replicas }: Deed): Signatures | null {
  const quorum = 2 * Math.floor((replicas.length - 1) / 3) + 1;
  return signatures.size < quorum ? null : Object.fromEntries([...signatures].slice(0, quorum));
}
