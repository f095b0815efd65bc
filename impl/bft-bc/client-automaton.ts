import {
  automaton,
  type Digest,
  type DigestFunction,
  durable,
  type Input,
  type Output,
} from "../../spec/automaton/index.ts";
import {
  type Client,
  compareTimestamps,
  GENESIS,
  type PrepareBody,
  type PrepareProof,
  type RegisterObject,
  type Stamped,
  sameTimestamp,
  successor,
  type Timestamp,
  type WriteBody,
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
  "READ-TS-QUORUM": Input<Of & { readonly timestamps: readonly Timestamp[] }>;
  "PREPARE-QUORUM": Input<Of & { readonly ts: Timestamp; readonly hash: Digest }>;
  "WRITE-QUORUM": Input<Of & { readonly ts: Timestamp }>;
  "READ-QUORUM": Input<Of & { readonly replies: readonly Stamped[] }>;
  "SEND-READ-TS": Output<Of>;
  "SEND-PREPARE": Output<Of & PrepareBody>;
  "SEND-WRITE": Output<Of & WriteBody>;
  "SEND-READ": Output<Of>;
  "RETURN-WRITE": Output<{ client: Client; object: RegisterObject }>;
  "RETURN-READ": Output<{ client: Client; object: RegisterObject; value: string }>;
}

/** Where a client stands in its one operation. `rounds` counts the phases begun, at most 3. */
export type Phase =
  | { readonly at: "idle" }
  | { readonly at: "read-ts"; readonly object: RegisterObject; readonly value: string }
  | ({
      readonly at: "prepare";
      readonly object: RegisterObject;
      readonly value: string;
    } & PrepareBody)
  | ({
      readonly at: "write";
      readonly object: RegisterObject;
      readonly value: string;
      readonly rounds: number;
    } & PrepareProof)
  | { readonly at: "read"; readonly object: RegisterObject }
  | ({
      readonly at: "write-back";
      readonly object: RegisterObject;
      readonly rounds: number;
    } & Stamped)
  | { readonly at: "wrote"; readonly object: RegisterObject; readonly rounds: number }
  | {
      readonly at: "has-read";
      readonly object: RegisterObject;
      readonly value: string | null;
      readonly rounds: number;
    };

export interface ClientState {
  readonly phase: Phase;
  readonly nonce: number;
  readonly writeProofs: Readonly<Record<RegisterObject, Timestamp>>;
}

/**
 * A correct client: sections 3.2.1 "Client Processing" and 3.2.2. Its inputs are quorums: 2f + 1
 * verified replies of distinct replicas, collected by its mailbox, as the set of what they say.
 */
export function client(self: Client, rules: Rules, digest: DigestFunction) {
  const at = { client: self };
  return automaton<ClientState, ClientActions>("client", {
    process: self,
    fields: {
      // Were it lost, so would be the only prepare that replicas with a record of it accept.
      phase: durable("the phase of the operation under way"),
      nonce: durable("distinguishes the operations of this client; never repeated"),
      writeProofs: durable(
        "the timestamp of the last completed write, whose proof is kept beside the state",
        "one for each object",
      ),
    },
    start: { phase: { at: "idle" }, nonce: 0, writeProofs: {} },
    recover: {
      cite: "L.CLIENT.RECOVER",
      effect({ phase, nonce }, _, send) {
        switch (phase.at) {
          case "read-ts":
            send("SEND-READ-TS", { ...at, object: phase.object, nonce });
            break;
          case "read":
            send("SEND-READ", { ...at, object: phase.object, nonce });
            break;
          case "prepare": {
            const { object, ts, predecessor, hash, writeProof } = phase;
            send("SEND-PREPARE", { ...at, object, nonce, ts, predecessor, hash, writeProof });
            break;
          }
          case "write":
          case "write-back": {
            const { object, ts, value } = phase;
            const proof = { ts, hash: phase.at === "write" ? phase.hash : digest(value) };
            send("SEND-WRITE", { ...at, object, nonce, value, proof });
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
          s.phase = { at: "read-ts", object, value };
          send("SEND-READ-TS", { ...at, object, nonce: s.nonce });
        },
      },
      "READ-TS-QUORUM": {
        kind: "input",
        at,
        cite: "L.CLIENT.PREPARE",
        effect(s, { object, nonce, timestamps }, send) {
          const { phase } = s;
          if (phase.at !== "read-ts" || nonce !== s.nonce) return;
          const predecessor = timestamps.reduce(largestTimestamp, GENESIS);
          const ts = successor(predecessor, rules.clientInTimestamp ? self : null);
          const hash = digest(phase.value);
          const { value } = phase;
          if (!rules.prepares) {
            s.phase = { at: "write", object, value, ts, hash, rounds: 2 };
            send("SEND-WRITE", { ...at, object, nonce, value, proof: { ts, hash } });
            return;
          }
          const writeProof = s.writeProofs[object] ?? null;
          const body = { ts, predecessor, hash, writeProof };
          send("SEND-PREPARE", { ...at, object, nonce, ...body });
          s.phase = {
            at: "prepare",
            object,
            value,
            ts,
            predecessor: { ...predecessor },
            hash,
            writeProof: writeProof && { ...writeProof },
          };
        },
      },
      "PREPARE-QUORUM": {
        kind: "input",
        at,
        cite: "L.CLIENT.WRITE",
        effect(s, { object, nonce, ts, hash }, send) {
          const { phase } = s;
          if (phase.at !== "prepare" || phase.object !== object) return;
          if (!sameTimestamp(ts, phase.ts) || hash !== phase.hash) return;
          const { value } = phase;
          s.phase = { at: "write", object, value, ts: { ...ts }, hash, rounds: 3 };
          send("SEND-WRITE", { ...at, object, nonce, value, proof: { ts, hash } });
        },
      },
      "WRITE-QUORUM": {
        kind: "input",
        at,
        cite: "L.CLIENT.WRITE-DONE",
        effect(s, { object, ts }) {
          const { phase } = s;
          if (phase.at !== "write" && phase.at !== "write-back") return;
          if (phase.object !== object || !sameTimestamp(ts, phase.ts)) return;
          const { rounds } = phase;
          if (phase.at === "write") {
            s.writeProofs[object] = { ...ts };
            s.phase = { at: "wrote", object, rounds };
          } else s.phase = { at: "has-read", object, value: phase.value, rounds };
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
          const first = replies[0];
          if (s.phase.at !== "read" || nonce !== s.nonce || first === undefined) return;
          const { ts, value } = replies.reduce(largest, first);
          const agree = replies.every((reply) => sameTimestamp(reply.ts, ts));
          const back = rules.writesBack;
          if (back === "never" || (agree && back !== "always")) {
            s.phase = { at: "has-read", object, value, rounds: 1 };
          } else if (back === "returns null instead") {
            s.phase = { at: "has-read", object, value: null, rounds: 1 };
          } else {
            s.phase = { at: "write-back", object, ts: { ...ts }, value, rounds: 2 };
            send("SEND-WRITE", { ...at, object, nonce, value, proof: { ts, hash: digest(value) } });
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
      "SEND-PREPARE": { kind: "sent", at, cite: "L.CLIENT.PREPARE" },
      "SEND-WRITE": { kind: "sent", at, cite: "L.CLIENT.WRITE" },
      "SEND-READ": { kind: "sent", at, cite: "L.CLIENT.READ" },
    },
  });
}

const largestTimestamp = (a: Timestamp, b: Timestamp) => (compareTimestamps(b, a) > 0 ? b : a);

/** The largest timestamp; two values under one are told apart by their order (L-E07). */
function largest(a: Stamped, b: Stamped): Stamped {
  const order = compareTimestamps(b.ts, a.ts) || (b.value > a.value ? 1 : -1);
  return order > 0 ? b : a;
}
