import {
  automaton,
  type DigestFunction,
  durable,
  get,
  type Input,
  type Output,
} from "../../spec/automaton/index.ts";
import {
  type Client,
  compareTimestamps,
  GENESIS,
  type NonceRequest,
  type PrepareAck,
  type PrepareProof,
  type PrepareRequest,
  type ReadReply,
  type ReadTsReply,
  type RegisterObject,
  type Replica,
  sameTimestamp,
  successor,
  type Timestamp,
  type WriteAck,
  type WriteRequest,
} from "./messages.ts";
import type { Rules } from "./rules.ts";

export interface ReplicaActions {
  "READ-TS": Input<NonceRequest>;
  PREPARE: Input<PrepareRequest>;
  WRITE: Input<WriteRequest>;
  READ: Input<NonceRequest>;
  "READ-TS-REPLY": Output<ReadTsReply>;
  "PREPARE-ACK": Output<PrepareAck>;
  "WRITE-ACK": Output<WriteAck>;
  "READ-REPLY": Output<ReadReply>;
}

export interface ReplicaState {
  readonly data: string;
  readonly currentTs: Timestamp;
  readonly prepareList: Readonly<Record<Client, PrepareProof>>;
  readonly writeTs: Timestamp;
}

/**
 * One replica's part for one object: sections 3.1 and 3.2, "Processing at replicas". Every input
 * was verified before it came: signatures, and proofs with enough distinct signers.
 */
export function replica(
  self: Replica,
  object: RegisterObject,
  initial: string,
  rules: Rules,
  digest: DigestFunction,
) {
  const at = { object, replica: self };
  return automaton<ReplicaState, ReplicaActions>("replica", {
    process: self,
    fields: {
      data: durable("the value of the object"),
      currentTs: durable("its timestamp; the prepare proof for it is kept beside the state"),
      prepareList: durable("what each client prepared last", "one record for each client"),
      writeTs: durable("the latest write known to have completed; only where the rules read it"),
    },
    start: { data: initial, currentTs: GENESIS, prepareList: {}, writeTs: GENESIS },
    transitions: {
      "READ-TS": {
        kind: "input",
        at,
        cite: "L.REPLICA.READ-TS",
        effect(s, { client, nonce }, send) {
          send("READ-TS-REPLY", { ...at, client, nonce, ts: s.currentTs });
        },
      },
      PREPARE: {
        kind: "input",
        at,
        cite: "L.REPLICA.PREPARE",
        effect(s, request, send) {
          const { client, ts, predecessor, hash, writeProof } = request;
          const own = rules.clientInTimestamp ? client : null;
          if (!sameTimestamp(ts, successor(predecessor, own))) return;
          if (!rules.ownWriteProof && later(writeProof ?? GENESIS, s.writeTs)) {
            s.writeTs = { ...(writeProof ?? GENESIS) };
          }
          if (rules.deletesRecords) {
            for (const key of Object.keys(s.prepareList) as Client[]) {
              const record = s.prepareList[key] as PrepareProof;
              if (!later(record.ts, s.writeTs)) delete s.prepareList[key];
            }
          }
          if (!accepts(s, request, rules)) return;
          s.prepareList[client] = { ts: { ...ts }, hash };
          send("PREPARE-ACK", { ...at, client, ts, hash });
        },
      },
      WRITE: {
        kind: "input",
        at,
        cite: "L.REPLICA.WRITE",
        effect(s, { client, value, proof }, send) {
          if (rules.prepares && rules.checksHash && digest(value) !== proof.hash) return;
          if (later(proof.ts, s.currentTs) || !rules.onlyLargerOverwrites) {
            s.data = value;
            s.currentTs = { ...proof.ts };
          }
          send("WRITE-ACK", { ...at, client, ts: proof.ts });
        },
      },
      READ: {
        kind: "input",
        at,
        cite: "L.REPLICA.READ",
        effect(s, { client, nonce }, send) {
          send("READ-REPLY", { ...at, client, nonce, ts: s.currentTs, value: s.data });
        },
      },
      "READ-TS-REPLY": { kind: "sent", at, cite: "L.REPLICA.READ-TS" },
      "PREPARE-ACK": { kind: "sent", at, cite: "L.REPLICA.PREPARE" },
      "WRITE-ACK": { kind: "sent", at, cite: "L.REPLICA.WRITE" },
      "READ-REPLY": { kind: "sent", at, cite: "L.REPLICA.READ" },
    },
  });
}

const later = (a: Timestamp, b: Timestamp) => compareTimestamps(a, b) > 0;

/** L.REPLICA.PREPARE, the test: whether the request agrees with what the client prepared last. */
export function accepts(
  state: Pick<ReplicaState, "prepareList" | "writeTs">,
  request: Pick<PrepareRequest, "client" | "ts" | "hash" | "writeProof">,
  rules: Rules,
): boolean {
  const { client, ts, hash, writeProof } = request;
  const record = get(state.prepareList, client);
  if (record === undefined || !rules.oneRecord) return true;
  if (sameTimestamp(ts, record.ts) && (hash === record.hash || !rules.comparesHash)) return true;
  if (!rules.replacesRecords || rules.deletesRecords) return false;
  const ownProof = writeProof !== null && (writeProof.id === client || !rules.clientInTimestamp);
  const completed = rules.ownWriteProof ? (ownProof ? writeProof : GENESIS) : state.writeTs;
  return !later(record.ts, completed) && (!rules.strictlyLarger || later(ts, record.ts));
}
