import type { DigestFunction } from "../../spec/automaton/index.ts";
import { sortOf } from "../../spec/automaton/index.ts";
import type { HostedProcess, ProcessHost } from "../network/process.ts";
import { BackgroundSigner } from "./background.ts";
import {
  type Client,
  type PrepareAck,
  type PrepareProof,
  type ReadReply,
  type ReadTsPrepReply,
  type ReadTsReply,
  type RegisterObject,
  type Replica,
  type Stamped,
  sameTimestamp,
  type WriteAck,
  type Written,
} from "./messages.ts";
import { type ReplicaState, replica } from "./replica-automaton.ts";
import { decodeRequest } from "./requests.ts";
import type { Rules } from "./rules.ts";
import {
  asMessage,
  asRequest,
  kept,
  type Membership,
  preparedStatement,
  type Reply,
  type Request,
  type ShownAck,
  type ShownWrite,
  shownPrepare,
  timestampOf,
  writtenOf,
  writtenStatement,
} from "./wire.ts";

/** Whether a client may read or write an object. */
export type Authorise = (client: Client, what: "read" | "write", object: RegisterObject) => boolean;

export interface ReplicaOptions {
  readonly self: Replica;
  readonly of: Membership;
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
  const { self, of, digest, initial, authorise } = options;
  const { rules } = of;
  const background = new BackgroundSigner();
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
      return mayAsk(authorise, from as Client, type, object, rules)
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
        case "READ-TS-PREP": {
          if (!host.hasRoom(object)) break;
          const { nonce, hash } = request;
          input({ nonce, hash, writeProof: proven(request.writeProof) });
          break;
        }
        case "PREPARE": {
          if (!host.hasRoom(object)) break;
          const { ts, hash } = request;
          const predecessor = timestampOf(request.predecessor);
          const writeProof = proven(request.writeProof);
          const completed = request.completed?.ts ?? null;
          input({ ts, predecessor, hash, writeProof, completed });
          break;
        }
        case "WRITE": {
          if (!host.hasRoom(object)) break;
          const { value, proof } = request;
          const before = current(host, object);
          input({ value, proof: { ts: proof.ts, hash: proof.hash } });
          const after = current(host, object);
          const isOther = !sameTimestamp(before.ts, after.ts) || before.value !== after.value;
          if (isOther) host.keep(object, CURRENT, kept(object, proof));
        }
      }
    },
    emit(unit, action, host) {
      const object = unit as RegisterObject;
      const proof = () => shownPrepare(host.kept(object, CURRENT));
      /** L.REPLICA.PREPARE: signs what was prepared, and soon after that it was written. */
      const acknowledged = ({ ts, hash }: PrepareProof): ShownAck => {
        background.expect(writtenStatement(object, writtenOf({ ts, hash }, rules)), host);
        return { ts, hash, signature: host.sign(preparedStatement(object, ts, hash)) };
      };
      const holding = (written: Written | null) =>
        written && background.sign(writtenStatement(object, written), host);
      switch (action.name) {
        case "READ-TS-REPLY": {
          const { client, nonce, written } = action.payload as unknown as ReadTsReply;
          const shown = { object, nonce, proof: proof(), written: holding(written) };
          return reply(object, client, { type: "READ-TS-REPLY", ...shown }, host);
        }
        case "READ-TS-PREP-REPLY": {
          const payload = action.payload as unknown as ReadTsPrepReply;
          const { client, nonce, written } = payload;
          const prepared = payload.prepared && acknowledged(payload.prepared);
          const shown = { object, nonce, proof: proof(), written: holding(written), prepared };
          return reply(object, client, { type: "READ-TS-PREP-REPLY", ...shown }, host);
        }
        case "READ-REPLY": {
          const { client, nonce, value } = action.payload as unknown as ReadReply;
          const message = { type: "READ-REPLY", object, nonce, value, proof: proof() } as const;
          reply(object, client, message, host);
          break;
        }
        case "PREPARE-ACK": {
          const { client, ts, hash } = action.payload as unknown as PrepareAck;
          const ack = acknowledged({ ts, hash });
          reply(object, client, { type: "PREPARE-ACK", object, ...ack }, host);
          break;
        }
        case "WRITE-ACK": {
          const { client, ts, hash } = action.payload as unknown as WriteAck;
          const signature = background.sign(writtenStatement(object, { ts, hash }), host);
          reply(object, client, { type: "WRITE-ACK", object, ts, hash, signature }, host);
          break;
        }
      }
    },
  };
}

/** Taken apart: the state itself may change in place. */
function current(host: ProcessHost, object: RegisterObject): Stamped {
  const { currentTs, data } = host.state(object, "replica") as ReplicaState;
  return { ts: { ...currentTs }, value: data };
}

const proven = (proof: ShownWrite | null): Written | null =>
  proof && { ts: proof.ts, hash: proof.hash };

/**
 * A reader writes back what has a proof, so reading is enough to send a WRITE. In the strong protocol
 * a writer may have to complete what it finds, so writing is enough to send a READ.
 */
function mayAsk(
  authorise: Authorise,
  client: Client,
  type: Request["type"],
  object: RegisterObject,
  { strong }: Rules,
): boolean {
  const reads = type === "READ" || type === "WRITE";
  const writes = type !== "READ" || strong;
  return (
    (reads && authorise(client, "read", object)) || (writes && authorise(client, "write", object))
  );
}
