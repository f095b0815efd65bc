import type { Digest, DigestFunction } from "../../spec/automaton/index.ts";
import { compare, setOf, sortOf } from "../../spec/automaton/index.ts";
import { Exchange, type Retransmission } from "../network/exchange.ts";
import type { HostedProcess, ProcessHost, Signatures } from "../network/process.ts";
import { client } from "./client-automaton.ts";
import {
  ackIn,
  answers,
  COMPLETED,
  largestProof,
  PREDECESSOR,
  PREPARED,
  requestOf,
  SLOT_OF_WRITE,
  signaturesOf,
  type TimestampsReply,
  timestampReply,
  type ValueReply,
} from "./client-messages.ts";
import type { ClientState } from "./client-state.ts";
import {
  byHash,
  byValue,
  type Client,
  type PrepareProof,
  type RegisterObject,
  type Replica,
  type Stamped,
} from "./messages.ts";
import { timestampsRead } from "./quorums.ts";
import { decodeReply } from "./replies.ts";
import {
  asMessage,
  asReply,
  chosenStatement,
  kept,
  type Membership,
  type Reply,
  type Request,
  timestampOf,
  writtenOf,
  writtenStatement,
} from "./wire.ts";

export interface ClientOptions {
  readonly self: Client;
  readonly of: Membership;
  readonly digest: DigestFunction;
  /** the value of an object that nobody wrote */
  readonly initial: string;
  readonly retransmission: Retransmission;
  /** An operation has ended and what it depends on is durable. `value` is null for a write. */
  readonly returned: (object: RegisterObject, value: string | null) => void;
}

/** A request that is under way and the replies to it, one of each replica. */
interface Underway {
  readonly request: Request;
  readonly exchange: Exchange<Reply>;
}

/**
 * A client as hosts run it: one unit for each object, the automaton of section 3.2, and its mailbox,
 * which collects 2f + 1 verified replies of distinct replicas and hands them over as one input.
 */
export function clientProcess(options: ClientOptions): HostedProcess {
  const { self, of, digest, initial, retransmission, returned } = options;
  const { rules } = of;
  const replicas = [...of.replicas].sort(compare);
  const underway = new Map<RegisterObject, Underway>();
  /** by object: how many phases its operation has begun */
  const phases = new Map<RegisterObject, number>();
  /** by object: the replies of phase 1, of which what replicas prepared may count in phase 2 */
  const early = new Map<RegisterObject, ReadonlyMap<Replica, Reply>>();
  const order = rules.optimised ? byHash(digest) : byValue;

  const open = (object: RegisterObject, request: Request, host: ProcessHost) => {
    const { phase } = host.state(object, "client") as ClientState;
    phases.set(object, "rounds" in phase ? phase.rounds : 1);
    underway.get(object)?.exchange.close();
    const message = asMessage(request);
    const exchange = new Exchange<Reply>(host, object, replicas, message, retransmission);
    underway.set(object, { request, exchange });
    for (const [from, reply] of early.get(object) ?? []) {
      if (request.type === "PREPARE" && answers(reply, request)) exchange.answers.set(from, reply);
    }
    early.delete(object);
  };
  const close = (object: RegisterObject) => {
    underway.get(object)?.exchange.close();
    underway.delete(object);
  };

  /** Hands a quorum over; the exchange is closed first, since the input may open the next. */
  const handOver = (
    object: RegisterObject,
    name: string,
    payload: object,
    host: ProcessHost,
  ): void => {
    close(object);
    host.input(object, { name, payload: { client: self, object, ...payload } });
  };

  /** L.CLIENT.CHOOSE: the prepare proof with which phase 3 begins. */
  const keepPrepared = (
    object: RegisterObject,
    { ts, hash }: PrepareProof,
    signatures: Signatures,
    host: ProcessHost,
  ) => {
    const chosen = rules.choiceSigned ? host.sign(chosenStatement(object, ts, hash)) : null;
    host.keep(object, PREPARED, kept(object, { ts, hash, signatures, chosen }));
  };

  /** Phase 1 of a write: proofs of the largest timestamp, or of what all have prepared. */
  const timestampsReached = (
    object: RegisterObject,
    nonce: number,
    hash: Digest | null,
    replies: ReadonlyMap<Replica, TimestampsReply>,
    host: ProcessHost,
  ) => {
    const all = [...replies.values()];
    const read = timestampsRead(
      all.map((reply) => timestampReply(reply, rules)),
      rules.strong,
    );
    if (read.prepared !== null && hash !== null) {
      const acks = signaturesOf(replies, (reply) => ackIn(reply)?.signature ?? null);
      keepPrepared(object, { ts: read.prepared, hash }, acks, host);
    } else {
      early.set(object, replies);
      const largest = largestProof(all, () => "", order);
      host.keep(object, PREDECESSOR, largest && kept(object, largest));
      if (read.completed !== null && largest !== null) {
        const statement = writtenStatement(object, writtenOf(largest, rules));
        const signatures = signaturesOf(replies, ({ written }) => written);
        host.keep(object, COMPLETED, { statement, signatures });
      }
    }
    handOver(object, "READ-TS-QUORUM", { nonce, ...read }, host);
  };

  const quorumReached = ({ request, exchange }: Underway, host: ProcessHost): void => {
    const { object } = request;
    const { nonce, phase } = host.state(object, "client") as ClientState;
    const replies = exchange.answers;
    switch (request.type) {
      case "READ-TS":
      case "READ-TS-PREP": {
        const hash = request.type === "READ-TS-PREP" ? request.hash : null;
        const said = replies as Map<Replica, TimestampsReply>;
        timestampsReached(object, request.nonce, hash, said, host);
        break;
      }
      case "READ": {
        const values = [...replies.values()] as ValueReply[];
        const largest = largestProof(values, ({ value }) => value, order);
        const certificate = largest && kept(object, largest);
        host.keep(object, PREPARED, certificate);
        if (phase.at === "fetch") host.keep(object, PREDECESSOR, certificate);
        const said = setOf<Stamped>(
          ...values.map(({ proof, value }) => ({ ts: timestampOf(proof), value })),
        );
        handOver(object, "READ-QUORUM", { nonce: request.nonce, replies: said }, host);
        break;
      }
      case "PREPARE": {
        const { ts, hash } = request;
        keepPrepared(
          object,
          { ts, hash },
          signaturesOf(replies, (reply) => ackIn(reply)?.signature ?? null),
          host,
        );
        handOver(object, "PREPARE-QUORUM", { nonce, ts, hash }, host);
        break;
      }
      case "WRITE": {
        const written = writtenOf(request.proof, rules);
        const slot = SLOT_OF_WRITE[phase.at];
        if (slot !== undefined) {
          const statement = writtenStatement(object, written);
          host.keep(object, slot, { statement, signatures: signaturesOf(replies, writtenIn) });
        }
        handOver(object, "WRITE-QUORUM", { nonce, ...written }, host);
        break;
      }
    }
  };

  return {
    self,
    recovers: true,
    unit: () => ({ client: client(self, rules, digest) }),
    decode(from, message) {
      if (sortOf(from) !== "replica") return { refused: "only replicas send replies" };
      const decoded = decodeReply(from as Replica, message, of);
      if ("refused" in decoded) return decoded;
      const reply = asReply(decoded.message);
      const waiting = underway.get(reply.object);
      if (waiting === undefined || !answers(reply, waiting.request)) {
        return { refused: "not awaited" };
      }
      if (reply.type === "READ-REPLY") {
        const { value, proof } = reply;
        const isShown = proof === null ? value === initial : digest(value) === proof.hash;
        if (!isShown) return { refused: "a value that its proof does not show" };
      }
      return decoded;
    },
    deliver(from, { message }, host) {
      const reply = asReply(message);
      // It was awaited when it came; while its signatures were verified others made the quorum.
      const waiting = underway.get(reply.object);
      if (waiting === undefined || !answers(reply, waiting.request)) return;
      waiting.exchange.answers.set(from, reply);
      if (waiting.exchange.answers.size === of.quorum) quorumReached(waiting, host);
    },
    emit(unit, action, host) {
      const object = unit as RegisterObject;
      const request = requestOf(object, action, host);
      if (request !== null) open(object, request, host);
      else if (action.name === "RETURN-WRITE" || action.name === "RETURN-READ") {
        const { value = null } = action.payload as { readonly value?: string };
        host.phases(value === null ? "write" : "read", phases.get(object) ?? 1);
        phases.delete(object);
        host.release(unit, () => returned(object, value));
      }
    },
    connected(peer, _host) {
      for (const { exchange } of underway.values()) exchange.sendTo(peer);
    },
  };
}

const writtenIn = (reply: Reply): Uint8Array | null =>
  reply.type === "WRITE-ACK" ? reply.signature : null;
