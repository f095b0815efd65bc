import {
  automaton,
  type Digest,
  type DigestFunction,
  detach,
  durable,
  type Input,
  type Output,
  type Send,
} from "../../spec/automaton/index.ts";
import {
  awaitedBy,
  type ClientState,
  type Phase,
  type TimestampsRead,
  type Writing,
} from "./client-state.ts";
import {
  byHash,
  byValue,
  type Client,
  GENESIS,
  largestTimestamp,
  type PrepareBody,
  type PrepareProof,
  type ReadTsPrepBody,
  type RegisterObject,
  type Stamped,
  sameTimestamp,
  successor,
  type Timestamp,
  type WriteBody,
  type Written,
} from "./messages.ts";
import type { Rules } from "./rules.ts";

interface Of {
  readonly client: Client;
  readonly object: RegisterObject;
  readonly nonce: number;
}

export interface ClientActions {
  "INVOKE-WRITE": Input<{ client: Client; object: RegisterObject; value: string }>;
  "INVOKE-READ": Input<{ client: Client; object: RegisterObject }>;
  "READ-TS-QUORUM": Input<Of & TimestampsRead>;
  "PREPARE-QUORUM": Input<Of & { readonly ts: Timestamp; readonly hash: Digest }>;
  "WRITE-QUORUM": Input<Of & Written>;
  "READ-QUORUM": Input<Of & { readonly replies: readonly Stamped[] }>;
  "SEND-READ-TS": Output<Of>;
  "SEND-READ-TS-PREP": Output<Of & ReadTsPrepBody>;
  "SEND-PREPARE": Output<Of & PrepareBody>;
  "SEND-WRITE": Output<Of & WriteBody>;
  "SEND-READ": Output<Of>;
  "RETURN-WRITE": Output<{ client: Client; object: RegisterObject }>;
  "RETURN-READ": Output<{ client: Client; object: RegisterObject; value: string }>;
}

/**
 * A correct client: sections 3.2.1 "Client Processing" and 3.2.2. Its inputs are quorums: 2f + 1
 * verified replies of distinct replicas, collected by its mailbox, as the set of what they say.
 */
export function client(self: Client, rules: Rules, digest: DigestFunction) {
  const at = { client: self };
  const own = rules.clientInTimestamp ? self : null;

  /** Phase 1; optimised, a write that begins lets replicas prepare as well. */
  const sendReadTs = (s: ClientState, { object, value, rounds }: Writing, send: Sending) => {
    const of = { ...at, object, nonce: s.nonce };
    if (!rules.optimised || rounds > 1) return send("SEND-READ-TS", of);
    const writeProof = s.writeProofs[object] ?? null;
    send("SEND-READ-TS-PREP", { ...of, hash: digest(value), writeProof });
  };

  /** Phase 2, above a timestamp that a prepare proof, and in the strong protocol a write proof, is for. */
  const prepare = (
    s: { phase: Phase } & ClientState,
    writing: Writing,
    predecessor: Timestamp,
    send: Sending,
  ) => {
    const { object, value, rounds } = writing;
    const ts = successor(predecessor, own);
    const writeProof = s.writeProofs[object] ?? null;
    const isProven = rules.strong && !sameTimestamp(predecessor, GENESIS);
    const completed = isProven ? predecessor : null;
    const body = { ts, predecessor, hash: digest(value), writeProof, completed };
    s.phase = detach({ at: "prepare", object, value, rounds: rounds + 1, ...body });
    send("SEND-PREPARE", { ...at, object, nonce: s.nonce, ...body });
  };

  /** Phase 3. */
  const write = (
    s: { phase: Phase } & ClientState,
    writing: Writing,
    proof: PrepareProof,
    send: Sending,
  ) => {
    const { object, value, rounds } = writing;
    s.phase = detach({ at: "write", object, value, rounds: rounds + 1, ...proof });
    send("SEND-WRITE", { ...at, object, nonce: s.nonce, value, proof });
  };

  /** Section 7: whether a prepare above this timestamp has the write proof to show. */
  const isCompleted = (s: ClientState, { object }: Writing, ts: Timestamp, proven?: Timestamp) =>
    !rules.strong ||
    [GENESIS, proven, s.writeProofs[object]?.ts].some(
      (one) => one !== undefined && sameTimestamp(one, ts),
    );

  const order = rules.optimised ? byHash(digest) : byValue;
  const proofOf = ({ ts, value }: Stamped): PrepareProof => ({ ts, hash: digest(value) });

  return automaton<ClientState, ClientActions>("client", {
    process: self,
    fields: {
      // Were it lost, so would be the only prepare that replicas with a record of it accept.
      phase: durable("the phase of the operation under way"),
      nonce: durable("distinguishes the operations of this client; never repeated"),
      writeProofs: durable(
        "the last completed write, whose proof is kept beside the state",
        "one for each object",
      ),
    },
    start: { phase: { at: "idle" }, nonce: 0, writeProofs: {} },
    recover: {
      cite: "L.CLIENT.RECOVER",
      effect(s, _, send) {
        const { phase, nonce } = s;
        switch (phase.at) {
          case "read-ts":
            sendReadTs(s, phase, send);
            break;
          case "read":
          case "fetch":
            send("SEND-READ", { ...at, object: phase.object, nonce });
            break;
          case "prepare": {
            const { object, ts, predecessor, hash, writeProof, completed } = phase;
            const body = { ts, predecessor, hash, writeProof, completed };
            send("SEND-PREPARE", { ...at, object, nonce, ...body });
            break;
          }
          case "write": {
            const { object, value, ts, hash } = phase;
            send("SEND-WRITE", { ...at, object, nonce, value, proof: { ts, hash } });
            break;
          }
          case "complete":
          case "write-back": {
            const stamped = phase.at === "complete" ? phase.fetched : phase;
            const { object } = phase;
            const { value } = stamped;
            send("SEND-WRITE", { ...at, object, nonce, value, proof: proofOf(stamped) });
          }
        }
      },
    },
    transitions: {
      "INVOKE-WRITE": {
        kind: "input",
        at,
        cite: "L.CLIENT.READ-TS",
        effect(s, { object, value }, send) {
          s.nonce += 1;
          const phase = { at: "read-ts", object, value, rounds: 1 } as const;
          s.phase = phase;
          sendReadTs(s, phase, send);
        },
      },
      "READ-TS-QUORUM": {
        kind: "input",
        at,
        cite: "L.CLIENT.PREPARE",
        effect(s, { object, nonce, timestamps, proven, completed, prepared }, send) {
          const { phase } = s;
          if (phase.at !== "read-ts" || nonce !== s.nonce) return;
          const { value, rounds } = phase;
          const hash = digest(value);
          const largest = timestamps.reduce(largestTimestamp, GENESIS);
          if (prepared !== null) write(s, phase, { ts: prepared, hash }, send);
          else if (!proven) {
            s.phase = { at: "read-ts", object, value, rounds: rounds + 1 };
            sendReadTs(s, s.phase, send);
          } else if (!rules.prepares) {
            write(s, phase, { ts: successor(largest, own), hash }, send);
          } else if (isCompleted(s, phase, largest, completed ?? undefined)) {
            prepare(s, phase, largest, send);
          } else {
            s.phase = { at: "fetch", object, value, rounds: rounds + 1 };
            send("SEND-READ", { ...at, object, nonce });
          }
        },
      },
      "PREPARE-QUORUM": {
        kind: "input",
        at,
        cite: "L.CLIENT.WRITE",
        effect(s, { object, ts, hash }, send) {
          const { phase } = s;
          if (phase.at !== "prepare" || phase.object !== object) return;
          if (!sameTimestamp(ts, phase.ts) || hash !== phase.hash) return;
          write(s, phase, { ts, hash }, send);
        },
      },
      "WRITE-QUORUM": {
        kind: "input",
        at,
        cite: "L.CLIENT.WRITE-DONE",
        effect(s, { object, ts, hash }, send) {
          const { phase } = s;
          const awaited = awaitedBy(phase, proofOf);
          if (awaited === null || !("object" in phase) || phase.object !== object) return;
          if (!sameTimestamp(ts, awaited.ts) || (hash !== null && hash !== awaited.hash)) return;
          if (phase.at === "complete") prepare(s, phase, phase.fetched.ts, send);
          else if (phase.at === "write") {
            s.writeProofs[object] = { ts: { ...ts }, hash };
            s.phase = { at: "wrote", object, rounds: phase.rounds };
          } else if (phase.at === "write-back") {
            const { value, rounds } = phase;
            s.phase = { at: "has-read", object, value, rounds };
          }
        },
      },
      "RETURN-WRITE": {
        kind: "output",
        cite: "L.CLIENT.WRITE-DONE",
        choose: (s) => ("object" in s.phase ? [{ ...at, object: s.phase.object }] : []),
        at,
        when: {
          wrote: ({ phase }, { object }) => phase.at === "wrote" && phase.object === object,
        },
        effect(s) {
          s.phase = { at: "idle" };
        },
      },
      "INVOKE-READ": {
        kind: "input",
        at,
        cite: "L.CLIENT.READ",
        effect(s, { object }, send) {
          s.nonce += 1;
          s.phase = { at: "read", object };
          send("SEND-READ", { ...at, object, nonce: s.nonce });
        },
      },
      "READ-QUORUM": {
        kind: "input",
        at,
        cite: "L.CLIENT.READ-DONE",
        effect(s, { object, nonce, replies }, send) {
          const { phase } = s;
          const first = replies[0];
          if (phase.at !== "read" && phase.at !== "fetch") return;
          if (nonce !== s.nonce || first === undefined) return;
          const { ts, value } = replies.reduce((a, b) => (order(b, a) > 0 ? b : a), first);
          const back = { ...at, object, nonce, value, proof: proofOf({ ts, value }) };
          if (phase.at === "fetch") {
            if (isCompleted(s, phase, ts)) return prepare(s, phase, ts, send);
            const rounds = phase.rounds + 1;
            const fetched = { ts: { ...ts }, value };
            s.phase = { at: "complete", object, value: phase.value, rounds, fetched };
            send("SEND-WRITE", back);
            return;
          }
          const agree = replies.every(
            (reply) =>
              sameTimestamp(reply.ts, ts) &&
              (!rules.optimised || !rules.writesBackTies || reply.value === value),
          );
          if (rules.writesBack === "never" || (agree && rules.writesBack !== "always")) {
            s.phase = { at: "has-read", object, value, rounds: 1 };
          } else if (rules.writesBack === "returns null instead") {
            s.phase = { at: "has-read", object, value: null, rounds: 1 };
          } else {
            s.phase = { at: "write-back", object, ts: { ...ts }, value, rounds: 2 };
            send("SEND-WRITE", back);
          }
        },
      },
      "RETURN-READ": {
        kind: "output",
        cite: "L.CLIENT.READ-DONE",
        choose: (s) =>
          "value" in s.phase
            ? [{ ...at, object: s.phase.object, value: s.phase.value ?? "null" }]
            : [],
        at,
        when: {
          hasRead: ({ phase }, { object, value }) =>
            phase.at === "has-read" && phase.object === object && (phase.value ?? "null") === value,
        },
        effect(s) {
          s.phase = { at: "idle" };
        },
      },
      "SEND-READ-TS": { kind: "sent", at, cite: "L.CLIENT.READ-TS" },
      "SEND-READ-TS-PREP": { kind: "sent", at, cite: "L.CLIENT.READ-TS-PREP" },
      "SEND-PREPARE": { kind: "sent", at, cite: "L.CLIENT.PREPARE" },
      "SEND-WRITE": { kind: "sent", at, cite: "L.CLIENT.WRITE" },
      "SEND-READ": { kind: "sent", at, cite: "L.CLIENT.READ" },
    },
  });
}

type Sending = Send<ClientActions>;
