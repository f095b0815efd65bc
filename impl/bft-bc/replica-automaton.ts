import {
  automaton,
  type DigestFunction,
  durable,
  type Input,
  type Output,
} from "../../spec/automaton/index.ts";
import { accepts, acceptsExpected, later, type Prepares } from "./accepts.ts";
import {
  type Client,
  GENESIS,
  type NonceRequest,
  type PrepareAck,
  type PrepareProof,
  type PrepareRequest,
  type ReadReply,
  type ReadTsPrepReply,
  type ReadTsPrepRequest,
  type ReadTsReply,
  type RegisterObject,
  type Replica,
  sameTimestamp,
  successor,
  type Timestamp,
  type WriteAck,
  type WriteRequest,
  type Written,
} from "./messages.ts";
import type { Rules } from "./rules.ts";

export interface ReplicaActions {
  "READ-TS": Input<NonceRequest>;
  "READ-TS-PREP": Input<ReadTsPrepRequest>;
  PREPARE: Input<PrepareRequest>;
  WRITE: Input<WriteRequest>;
  READ: Input<NonceRequest>;
  "READ-TS-REPLY": Output<ReadTsReply>;
  "READ-TS-PREP-REPLY": Output<ReadTsPrepReply>;
  "PREPARE-ACK": Output<PrepareAck>;
  "WRITE-ACK": Output<WriteAck>;
  "READ-REPLY": Output<ReadReply>;
}

export interface ReplicaState extends Prepares {
  readonly data: string;
  readonly currentTs: Timestamp;
}

/**
 * One replica's part for one object: sections 3.1 and 3.2, "Processing at replicas", and where the
 * rules say so sections 6 and 7. Every input was verified before it came: signatures, and proofs
 * with enough distinct signers.
 */
export function replica(
  self: Replica,
  object: RegisterObject,
  initial: string,
  rules: Rules,
  digest: DigestFunction,
) {
  const at = { object, replica: self };
  const ownTimestamp = (client: Client, above: Timestamp) =>
    successor(above, rules.clientInTimestamp ? client : null);
  const hashOf = (value: string) => (rules.writtenHash ? digest(value) : null);
  /** Section 7: what it signs of its current value, so that the next prepare can show it. */
  const writtenNow = ({ currentTs, data }: ReplicaState): Written | null =>
    rules.strong && !sameTimestamp(currentTs, GENESIS)
      ? { ts: currentTs, hash: hashOf(data) }
      : null;
  return automaton<ReplicaState, ReplicaActions>("replica", {
    process: self,
    fields: {
      data: durable("the value of the object"),
      currentTs: durable("its timestamp; the prepare proof for it is kept beside the state"),
      prepareList: durable("what each client prepared last", "one record for each client"),
      optList: durable(
        "what the replica prepared for each client in phase 1; empty unless optimised",
        "one record for each client",
      ),
      writeTs: durable("the latest write known to have completed; only where the rules read it"),
    },
    start: { data: initial, currentTs: GENESIS, prepareList: {}, optList: {}, writeTs: GENESIS },
    transitions: {
      "READ-TS": {
        kind: "input",
        at,
        cite: "L.REPLICA.READ-TS",
        effect(s, { client, nonce }, send) {
          send("READ-TS-REPLY", { ...at, client, nonce, ts: s.currentTs, written: writtenNow(s) });
        },
      },
      "READ-TS-PREP": {
        kind: "input",
        at,
        cite: "L.REPLICA.READ-TS-PREP",
        effect(s, { client, nonce, hash, writeProof }, send) {
          cleanUp(s, writeProof, rules);
          const expected = ownTimestamp(client, s.currentTs);
          const ts = rules.expectsSuccessor ? expected : ownTimestamp(client, expected);
          const above = ownTimestamp(client, writeProof?.ts ?? GENESIS);
          const isProven = !rules.strong || !rules.expectsAboveProven || sameTimestamp(ts, above);
          const prepares = isProven && acceptsExpected(s, { client, ts, hash, writeProof }, rules);
          if (prepares) s.optList[client] = { ts: { ...ts }, hash };
          send("READ-TS-PREP-REPLY", {
            ...at,
            client,
            nonce,
            ts: s.currentTs,
            written: writtenNow(s),
            prepared: prepares ? { ts, hash } : null,
          });
        },
      },
      PREPARE: {
        kind: "input",
        at,
        cite: "L.REPLICA.PREPARE",
        effect(s, request, send) {
          const { client, ts, predecessor, hash, writeProof, completed } = request;
          if (!sameTimestamp(ts, ownTimestamp(client, predecessor))) return;
          if (rules.strong && rules.provesPredecessor) {
            if (!sameTimestamp(completed ?? GENESIS, predecessor)) return;
          }
          cleanUp(s, writeProof, rules);
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
          const { ts, hash } = proof;
          if (rules.prepares && rules.checksHash && digest(value) !== hash) return;
          const overwrites = later(ts, s.currentTs) || !rules.onlyLargerOverwrites;
          if (overwrites || winsTie(proof, s, rules, digest)) {
            s.data = value;
            s.currentTs = { ...ts };
          }
          send("WRITE-ACK", { ...at, client, ts, hash: rules.writtenHash ? hash : null });
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
      "READ-TS-PREP-REPLY": { kind: "sent", at, cite: "L.REPLICA.READ-TS-PREP" },
      "PREPARE-ACK": { kind: "sent", at, cite: "L.REPLICA.PREPARE" },
      "WRITE-ACK": { kind: "sent", at, cite: "L.REPLICA.WRITE" },
      "READ-REPLY": { kind: "sent", at, cite: "L.REPLICA.READ" },
    },
  });
}

/** As printed: what anybody's write proof says is noted, and makes room in both lists. */
function cleanUp(s: Writable, writeProof: Written | null, rules: Rules): void {
  const completed = writeProof?.ts ?? GENESIS;
  if (!rules.ownWriteProof && later(completed, s.writeTs)) s.writeTs = { ...completed };
  if (!rules.deletesRecords) return;
  for (const list of [s.prepareList, s.optList]) {
    for (const key of Object.keys(list) as Client[]) {
      const record = list[key] as PrepareProof;
      if (!later(record.ts, s.writeTs)) delete list[key];
    }
  }
}

type Writable = {
  -readonly [K in keyof Prepares]: Prepares[K] extends Timestamp
    ? Timestamp
    : Record<Client, PrepareProof>;
};

/** L.REPLICA.WRITE, optimised: whether a value takes the place of another under its timestamp. */
function winsTie(
  { ts, hash }: PrepareProof,
  { currentTs, data }: ReplicaState,
  rules: Rules,
  digest: DigestFunction,
): boolean {
  if (!rules.optimised || rules.onTies === "first" || !sameTimestamp(ts, currentTs)) return false;
  const stored = digest(data);
  return rules.onTies === "larger hash" ? hash > stored : hash < stored;
}
