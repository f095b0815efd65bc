import type { DigestFunction } from "../../spec/automaton/index.ts";
import { sortOf } from "../../spec/automaton/index.ts";
import type { HostedProcess, ProcessHost } from "../network/process.ts";
import {
  type Client,
  type PrepareAck,
  type ReadReply,
  type ReadTsReply,
  type RegisterObject,
  type Replica,
  sameTimestamp,
  type WriteAck,
} from "./messages.ts";
import { type ReplicaState, replica } from "./replica-automaton.ts";
import type { Rules } from "./rules.ts";
import {
  asMessage,
  asRequest,
  decodeRequest,
  kept,
  type Membership,
  preparedStatement,
  type Reply,
  type Request,
  shownPrepare,
  timestampOf,
  writtenStatement,
} from "./wire.ts";

/** Whether a client may read or write an object. */
export type Authorise = (client: Client, what: "read" | "write", object: RegisterObject) => boolean;

export interface ReplicaOptions {
  readonly self: Replica;
  readonly of: Membership;
  readonly rules: Rules;
  readonly digest: DigestFunction;
  readonly initial: string;
  readonly authorise: Authorise;
}

/** Where the prepare proof for the current timestamp is kept. */
const CURRENT = "current";

/**
 * A replica as hosts run it: one unit for each object, each the automaton of section 3.2. Requests
 * become its inputs once their signatures are verified; its outputs become signed replies.
 */
export function replicaProcess(options: ReplicaOptions): HostedProcess {
  const { self, of, rules, digest, initial, authorise } = options;
  const reply = (object: RegisterObject, to: Client, message: Reply, host: ProcessHost) =>
    host.send(object, to, asMessage(message));
  return {
    self,
    unit: (object) => ({
      replica: replica(self, object as RegisterObject, initial, rules, digest),
    }),
    decode(from, message) {
      if (sortOf(from) !== "client") return { refused: "only clients send requests" };
      const decoded = decodeRequest(message, of);
      if ("refused" in decoded) return decoded;
      const { type, object } = asRequest(decoded.message);
      return mayAsk(authorise, from as Client, type, object)
        ? decoded
        : { refused: `${from} may not ask this` };
    },
    deliver(from, { message }, host) {
      const request = asRequest(message);
      const { object } = request;
      const at = { object, replica: self, client: from as Client };
      const input = (payload: object) =>
        host.input(object, { name: request.type, payload: { ...at, ...payload } });
      switch (request.type) {
        case "READ-TS":
        case "READ":
          input({ nonce: request.nonce });
          break;
        case "PREPARE": {
          if (!host.hasRoom(object)) break;
          const { ts, hash } = request;
          const predecessor = timestampOf(request.predecessor);
          input({ ts, predecessor, hash, writeProof: request.writeProof?.ts ?? null });
          break;
        }
        case "WRITE": {
          if (!host.hasRoom(object)) break;
          const { value, proof } = request;
          const before = current(host, object);
          input({ value, proof: { ts: proof.ts, hash: proof.hash } });
          const after = current(host, object);
          if (!sameTimestamp(before, after)) host.keep(object, CURRENT, kept(object, proof));
        }
      }
    },
    emit(unit, action, host) {
      const object = unit as RegisterObject;
      const proof = () => shownPrepare(host.kept(object, CURRENT));
      switch (action.name) {
        case "READ-TS-REPLY": {
          const { client, nonce } = action.payload as unknown as ReadTsReply;
          return reply(
            object,
            client,
            { type: "READ-TS-REPLY", object, nonce, proof: proof() },
            host,
          );
        }
        case "READ-REPLY": {
          const { client, nonce, value } = action.payload as unknown as ReadReply;
          const message = { type: "READ-REPLY", object, nonce, value, proof: proof() } as const;
          reply(object, client, message, host);
          break;
        }
        case "PREPARE-ACK": {
          const { client, ts, hash } = action.payload as unknown as PrepareAck;
          const signature = host.sign(preparedStatement(object, ts, hash));
          reply(object, client, { type: "PREPARE-ACK", object, ts, hash, signature }, host);
          break;
        }
        case "WRITE-ACK": {
          const { client, ts } = action.payload as unknown as WriteAck;
          const signature = host.sign(writtenStatement(object, ts));
          reply(object, client, { type: "WRITE-ACK", object, ts, signature }, host);
          break;
        }
      }
    },
  };
}

const current = (host: ProcessHost, object: RegisterObject) =>
  (host.state(object, "replica") as ReplicaState).currentTs;

/** A reader writes back what has a proof, so reading is enough to send a WRITE. */
function mayAsk(
  authorise: Authorise,
  client: Client,
  type: Request["type"],
  object: RegisterObject,
): boolean {
  const reads = type === "READ" || type === "WRITE";
  const writes = type !== "READ";
  return (
    (reads && authorise(client, "read", object)) || (writes && authorise(client, "write", object))
  );
}
