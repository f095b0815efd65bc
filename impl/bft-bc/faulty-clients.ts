import type { Index } from "../../spec/automaton/index.ts";
import { below, happens, pick } from "../adversary/dice.ts";
import type { Behaviour } from "../adversary/index.ts";
import { nobleScheme } from "../crypto/noble.ts";
import { digestWith } from "../crypto/scheme.ts";
import type { Message, ProcessHost, Signatures, Wire } from "../network/process.ts";
import {
  type Client,
  compareTimestamps,
  GENESIS,
  type RegisterObject,
  sameTimestamp,
  successor,
  type Timestamp,
} from "./messages.ts";
import { asMessage, asReply, type Reply, type Request, type ShownPrepare } from "./wire.ts";

/*
 * Faulty clients that know BFT-BC. What one learns all know, so one goes on with what another has
 * left behind when it stopped, as Definition 1 fears. They sign nothing that a client may not sign
 * and repeat what replicas signed: all that the paper's adversary can.
 */

/** What they do all the time, by name, with how often each is drawn. */
interface Plan {
  /** prepares one timestamp after another in advance, with any write proof that may make room */
  readonly hoards: number;
  /** prepares another value under a timestamp that it has prepared */
  readonly repeats: number;
  /** writes what somebody prepared to some of the replicas */
  readonly writes: number;
  /** writes another value than the one that a proof is for */
  readonly swaps: number;
}

const PLANS: Readonly<Record<string, Plan>> = {
  "prepares-ahead": { hoards: 6, repeats: 0, writes: 1, swaps: 0 },
  "prepares-twice": { hoards: 2, repeats: 5, writes: 2, swaps: 0 },
  "swaps-values": { hoards: 1, repeats: 0, writes: 1, swaps: 3 },
  conspires: { hoards: 3, repeats: 3, writes: 3, swaps: 1 },
};

/** The faulty clients that know BFT-BC, by name, made for one run: they conspire. */
export function faultyClients(): Readonly<Record<string, () => Behaviour>> {
  const known = new Coalition();
  return Object.fromEntries(
    Object.entries(PLANS).map(([name, plan]) => [name, () => faultyClient(name, plan, known)]),
  );
}

/** The faulty client acts so often for each object, and then rests. */
const ACTS_MAX = 300;
const PAUSE_MS_MAX = 8;

function faultyClient(name: string, plan: Plan, known: Coalition): Behaviour {
  return {
    name,
    begin(again) {
      const self = again().self as Client;
      const objects = new Map<RegisterObject, { acts: number }>();
      const replicas = new Set<Index>();
      const act = (object: RegisterObject, host: ProcessHost) => {
        const of = { self, object, host, replicas: [...replicas] };
        const deed = drawn(plan, host);
        if (deed === "hoards") known.prepareAhead(of);
        else if (deed === "repeats") known.prepareTwice(of);
        else known.write(of, deed === "swaps");
      };
      const goOn = (object: RegisterObject, host: ProcessHost) => {
        const campaign = objects.get(object);
        if (campaign === undefined || campaign.acts >= ACTS_MAX) return;
        campaign.acts += 1;
        host.after(1 + below(host, PAUSE_MS_MAX), () => {
          act(object, host);
          goOn(object, host);
        });
      };
      return {
        decode(from, message, next) {
          known.hear(from, message);
          return next();
        },
        send({ unit, to, message }, host) {
          const object = unit as RegisterObject;
          replicas.add(to);
          host.send(unit, to, message);
          if (objects.has(object)) return;
          objects.set(object, { acts: 0 });
          goOn(object, host);
        },
      };
    },
  };
}

function drawn(plan: Plan, host: ProcessHost): string | undefined {
  return pick(
    host,
    Object.entries(plan).flatMap(([deed, weight]) => new Array<string>(weight).fill(deed)),
  );
}

/** Who acts, on what, and whom it can reach. */
interface Deed {
  readonly self: Client;
  readonly object: RegisterObject;
  readonly host: ProcessHost;
  readonly replicas: readonly Index[];
}

/** A statement that the coalition has asked for, and who has signed it so far. */
interface Asked {
  readonly object: RegisterObject;
  readonly ts: Timestamp;
  readonly signatures: Map<Index, Uint8Array>;
}

interface Prepared extends Asked {
  readonly hash: string;
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
class Coalition {
  readonly #prepared: Prepared[] = [];
  readonly #written: Asked[] = [];
  /** the largest proof that replicas have shown */
  readonly #shown = new Map<RegisterObject, ShownPrepare>();
  /** whose turn it is to be written, by whom, and until when on that client's clock */
  readonly #turns = new Map<RegisterObject, Turn>();
  #values = 0;

  /** Takes what a replica has said, whoever asked. It may lie: then a proof is not taken elsewhere. */
  hear(from: Index, message: Wire): void {
    const reply = replyIn(message);
    if (reply === null) return;
    if (reply.type === "PREPARE-ACK") {
      const asked = this.#prepared.find(
        (one) =>
          one.object === reply.object && one.hash === reply.hash && sameTimestamp(one.ts, reply.ts),
      );
      asked?.signatures.set(from, reply.signature);
    } else if (reply.type === "WRITE-ACK") {
      this.#writtenOf(reply.object, reply.ts).signatures.set(from, reply.signature);
    } else if (reply.proof !== null) {
      const known = this.#shown.get(reply.object);
      if (known === undefined || compareTimestamps(reply.proof.ts, known.ts) > 0) {
        this.#shown.set(reply.object, reply.proof);
      }
    }
  }

  /** Prepares a value of its own above all that it knows, before the last one is written. */
  prepareAhead(deed: Deed): void {
    const { self, object, host } = deed;
    const own = this.#prepared.filter((one) => one.object === object && one.by === self);
    const open = own.filter((one) => proofOf(one, deed) === null);
    const again = pick(host, open);
    // What did not get a quorum may have been lost, or may be accepted with another write proof.
    if (again !== undefined && (open.length >= 2 || happens(host, 0.7))) {
      this.#askFor(again, deed);
      return;
    }
    if (own.length >= OPEN_MAX) return;
    const proofs = this.#prepared
      .filter((one) => one.object === object)
      .flatMap((one) => proofOf(one, deed) ?? []);
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
      const proof = one.object === object ? proofOf(one, deed) : null;
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
    const { object, host, self } = deed;
    const proofs = this.#written.flatMap((one) => {
      const signatures = one.object === object ? quorumOf(one, deed) : null;
      return signatures === null ? [] : [{ ts: one.ts, signatures }];
    });
    const latest = proofs.sort((a, b) => compareTimestamps(b.ts, a.ts));
    const own = latest.find((one) => one.ts.id === self) ?? null;
    const writeProof = happens(host, 0.5) ? own : (latest[0] ?? null);
    this.#send({ type: "PREPARE", object, ts, hash, predecessor, writeProof }, deed, 1);
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

  #writtenOf(object: RegisterObject, ts: Timestamp): Asked {
    const known = this.#written.find((one) => one.object === object && sameTimestamp(one.ts, ts));
    const asked = known ?? { object, ts, signatures: new Map() };
    if (known === undefined) this.#written.push(asked);
    return asked;
  }
}

function replyIn(message: Wire): Reply | null {
  const { type } = Object(message) as { readonly type?: unknown };
  const isReply = ["READ-TS-REPLY", "READ-REPLY", "PREPARE-ACK", "WRITE-ACK"].some(
    (one) => one === type,
  );
  // A faulty replica may send anything: what lacks a part is of no use to anybody.
  const { ts, proof } = Object(message) as { readonly ts?: unknown; readonly proof?: unknown };
  const about = Object(ts ?? Object(proof).ts) as { readonly val?: unknown };
  return isReply && typeof about.val === "number" ? asReply(message as Message) : null;
}

const proofOf = (one: Prepared, deed: Deed): ShownPrepare | null => {
  const signatures = quorumOf(one, deed);
  return signatures === null ? null : { ts: one.ts, hash: one.hash, signatures };
};

/** 2f + 1 signatures of 3f + 1 replicas, if there are. */
function quorumOf({ signatures }: Asked, { replicas }: Deed): Signatures | null {
  const quorum = 2 * Math.floor((replicas.length - 1) / 3) + 1;
  return signatures.size < quorum ? null : Object.fromEntries([...signatures].slice(0, quorum));
}
