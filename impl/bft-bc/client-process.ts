import type { Action, DigestFunction } from "../../spec/automaton/index.ts";
import { compare, setOf, sortOf } from "../../spec/automaton/index.ts";
import { Exchange, type Retransmission } from "../network/exchange.ts";
import type { Certificate, HostedProcess, ProcessHost, Signatures } from "../network/process.ts";
import { type ClientState, client } from "./client-automaton.ts";
import {
  type Client,
  compareTimestamps,
  type PrepareBody,
  type RegisterObject,
  type Replica,
  sameTimestamp,
  type Timestamp,
  type WriteBody,
} from "./messages.ts";
import type { Rules } from "./rules.ts";
import {
  asMessage,
  asReply,
  decodeReply,
  kept,
  type Membership,
  preparedStatement,
  type Reply,
  type Request,
  type ShownPrepare,
  shownPrepare,
  shownWrite,
  timestampOf,
  writtenStatement,
} from "./wire.ts";

export interface ClientOptions {
  readonly self: Client;
  readonly of: Membership;
  readonly rules: Rules;
  readonly digest: DigestFunction;
  /** the value of an object that nobody wrote */
  readonly initial: string;
  readonly retransmission: Retransmission;
  /** An operation has ended and what it depends on is durable. `value` is null for a write. */
  readonly returned: (object: RegisterObject, value: string | null) => void;
}

/** Slots beside the client's state: the proofs that its next request shows. */
const PREDECESSOR = "predecessor";
const PREPARED = "prepared";
const WRITTEN = "written";

/** A request that is under way and the replies to it, one of each replica. */
interface Underway {
  readonly request: Request;
  readonly exchange: Exchange<Reply>;
}

/** The payload of SEND-READ-TS and SEND-READ. */
interface OfNonce {
  readonly nonce: number;
}

/**
 * A client as hosts run it: one unit for each object, the automaton of section 3.2, and its mailbox,
 * which collects 2f + 1 verified replies of distinct replicas and hands them over as one input.
 */
export function clientProcess(options: ClientOptions): HostedProcess {
  const { self, of, rules, digest, initial, retransmission, returned } = options;
  const replicas = [...of.replicas].sort(compare);
  const underway = new Map<RegisterObject, Underway>();

  const open = (object: RegisterObject, request: Request, host: ProcessHost) => {
    underway.get(object)?.exchange.close();
    const message = asMessage(request);
    const exchange = new Exchange<Reply>(host, object, replicas, message, retransmission);
    underway.set(object, { request, exchange });
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

  const quorumReached = ({ request, exchange }: Underway, host: ProcessHost): void => {
    const { object } = request;
    const replies = [...exchange.answers.values()];
    const { nonce, phase } = host.state(object, "client") as ClientState;
    switch (request.type) {
      case "READ-TS": {
        host.keep(object, PREDECESSOR, largestProof(object, replies));
        const timestamps = setOf<Timestamp>(...replies.map((one) => timestampOf(proofOf(one))));
        handOver(object, "READ-TS-QUORUM", { nonce: request.nonce, timestamps }, host);
        break;
      }
      case "READ": {
        host.keep(object, PREPARED, largestProof(object, replies));
        const said = setOf(
          ...replies.map((one) => ({ ts: timestampOf(proofOf(one)), value: valueRead(one) })),
        );
        handOver(object, "READ-QUORUM", { nonce: request.nonce, replies: said }, host);
        break;
      }
      case "PREPARE": {
        const { ts, hash } = request;
        const statement = preparedStatement(object, ts, hash);
        host.keep(object, PREPARED, { statement, signatures: signaturesIn(exchange) });
        handOver(object, "PREPARE-QUORUM", { nonce, ts, hash }, host);
        break;
      }
      case "WRITE": {
        const { ts } = request.proof;
        if (phase.at === "write") {
          const statement = writtenStatement(object, ts);
          host.keep(object, WRITTEN, { statement, signatures: signaturesIn(exchange) });
        }
        handOver(object, "WRITE-QUORUM", { nonce, ts }, host);
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
      else if (action.name === "RETURN-WRITE") host.release(unit, () => returned(object, null));
      else if (action.name === "RETURN-READ") {
        const { value } = action.payload as { readonly value: string };
        host.release(unit, () => returned(object, value));
      }
    },
    connected(peer, _host) {
      for (const { exchange } of underway.values()) exchange.sendTo(peer);
    },
  };
}

/** The request that a SEND-* output stands for, with the proofs that its words refer to. */
function requestOf(object: RegisterObject, action: Action, host: ProcessHost): Request | null {
  switch (action.name) {
    case "SEND-READ-TS":
      return { type: "READ-TS", object, nonce: (action.payload as unknown as OfNonce).nonce };
    case "SEND-READ":
      return { type: "READ", object, nonce: (action.payload as unknown as OfNonce).nonce };
    case "SEND-PREPARE": {
      const { ts, hash, writeProof } = action.payload as unknown as PrepareBody;
      return {
        type: "PREPARE",
        object,
        ts,
        hash,
        predecessor: shownPrepare(host.kept(object, PREDECESSOR)),
        writeProof: writeProof === null ? null : shownWrite(host.kept(object, WRITTEN)),
      };
    }
    case "SEND-WRITE": {
      const { value, proof } = action.payload as unknown as WriteBody;
      const shown = shownPrepare(host.kept(object, PREPARED)) as ShownPrepare;
      return { type: "WRITE", object, value, proof: { ...shown, ...proof } };
    }
    default:
      return null;
  }
}

/** Whether a reply is one to this request: the same nonce, or the same words. */
function answers(reply: Reply, request: Request): boolean {
  switch (request.type) {
    case "READ-TS":
    case "READ":
      return (
        (reply.type === "READ-TS-REPLY" || reply.type === "READ-REPLY") &&
        reply.type === `${request.type}-REPLY` &&
        reply.nonce === request.nonce
      );
    case "PREPARE":
      return (
        reply.type === "PREPARE-ACK" &&
        sameTimestamp(reply.ts, request.ts) &&
        reply.hash === request.hash
      );
    case "WRITE":
      return reply.type === "WRITE-ACK" && sameTimestamp(reply.ts, request.proof.ts);
  }
}

const proofOf = (reply: Reply): ShownPrepare | null => ("proof" in reply ? reply.proof : null);

const valueRead = (reply: Reply): string => (reply.type === "READ-REPLY" ? reply.value : "");

/**
 * The proof of the reply that the automaton takes: of the largest timestamp, and of the larger value
 * where two values stand under one (L-E07). Null if all replies show the genesis value.
 */
function largestProof(object: RegisterObject, replies: readonly Reply[]): Certificate | null {
  const [largest] = [...replies].sort(
    (a, b) =>
      compareTimestamps(timestampOf(proofOf(b)), timestampOf(proofOf(a))) ||
      (valueRead(b) > valueRead(a) ? 1 : -1),
  );
  const proof = largest === undefined ? null : proofOf(largest);
  return proof === null ? null : kept(object, proof);
}

function signaturesIn({ answers: replies }: Exchange<Reply>): Signatures {
  return Object.fromEntries(
    [...replies].map(([by, reply]) => [
      by,
      "signature" in reply ? reply.signature : new Uint8Array(),
    ]),
  );
}
