import type {
  Decoded,
  HostedProcess,
  Message,
  ProcessHost,
} from "../../../impl/network/process.ts";
import {
  bytes,
  misshapen,
  natural,
  record,
  shaped,
  text,
  typeOf,
} from "../../../impl/network/shape.ts";
import {
  automaton,
  durable,
  type Index,
  type Input,
  index,
  indices,
  type Output,
  sortOf,
  type Value,
} from "../../../spec/automaton/index.ts";

/*
 * A toy protocol: a client asks voters to vote for a value in a slot; a voter votes once for each
 * slot and signs its vote; anybody may read a slot. The unit is the slot.
 */

type Voter = Index<"replica">;
type Asker = Index<"client">;

export const VOTERS: readonly Voter[] = indices("replica", 4);
export const ASKER: Asker = index("client", 0);

interface VoterActions {
  ASK: Input<{ client: Asker; value: string }>;
  LOOK: Input<{ client: Asker; nonce: number }>;
  VOTE: Output<{ client: Asker; value: string }>;
  SHOW: Output<{ client: Asker; nonce: number; value: string | null }>;
}

interface VoterState {
  readonly voted: string | null;
}

const voterAutomaton = (self: Voter) =>
  automaton<VoterState, VoterActions>("voter", {
    process: self,
    fields: { voted: durable("the value that it voted for") },
    start: { voted: null },
    transitions: {
      ASK: {
        kind: "input",
        effect(s, { client, value }, send) {
          if (s.voted !== null && s.voted !== value) return;
          s.voted = value;
          send("VOTE", { client, value });
        },
      },
      LOOK: {
        kind: "input",
        effect(s, { client, nonce }, send) {
          send("SHOW", { client, nonce, value: s.voted });
        },
      },
      VOTE: { kind: "sent" },
      SHOW: { kind: "sent" },
    },
  });

export const voteFor = (slot: string, value: string): Value => ({ says: "VOTE", slot, value });

/** Keeps nothing beside its unit. */
export function voter(self: Voter): HostedProcess {
  return {
    self,
    unit: () => ({ voter: voterAutomaton(self) }),
    decode(from, message) {
      if (sortOf(from) !== "client") return { refused: "only clients ask" };
      return shaped((): Decoded => {
        const type = typeOf(message);
        if (type === "ASK") {
          const { slot, value } = record(message, "type", "slot", "value");
          const asked = { type, slot: text(slot, 20, "slot"), value: text(value, 20, "value") };
          return { message: asked, signatures: [] };
        }
        if (type !== "LOOK") return misshapen("unknown type");
        const { slot, nonce } = record(message, "type", "slot", "nonce");
        const looked = { type, slot: text(slot, 20, "slot"), nonce: natural(nonce, "nonce") };
        return { message: looked, signatures: [] };
      });
    },
    deliver(from, { message }, host) {
      const { type, slot, ...rest } = message;
      host.input(slot as string, { name: type, payload: { client: from, ...rest } });
    },
    emit(slot, { name, payload }, host) {
      const { client, value } = payload as { client: Asker; value: string };
      if (name === "VOTE") {
        const signature = host.sign(voteFor(slot, value));
        host.send(slot, client, { type: "VOTE", slot, value, signature });
      } else {
        const { nonce } = payload as { nonce: number };
        host.send(slot, client, { type: "SHOW", slot, nonce, value });
      }
    },
  };
}

interface AskerActions {
  START: Input<{ value: string }>;
  VOTED: Input<{ by: Voter; value: string }>;
  "SEND-ASK": Output<{ value: string }>;
  DONE: Output<{ value: string }>;
}

interface AskerState {
  readonly votes: readonly string[];
}

const askerAutomaton = (self: Asker) =>
  automaton<AskerState, AskerActions>("asker", {
    process: self,
    fields: { votes: durable("who voted for what", "one entry for each vote") },
    start: { votes: [] },
    transitions: {
      START: {
        kind: "input",
        effect: (_s, { value }, send) => send("SEND-ASK", { value }),
      },
      VOTED: {
        kind: "input",
        effect(s, { by, value }, send) {
          const vote = `${by} ${value}`;
          if (s.votes.includes(vote)) return;
          s.votes.push(vote);
          if (s.votes.filter((one) => one.endsWith(` ${value}`)).length === 3) {
            send("DONE", { value });
          }
        },
      },
      "SEND-ASK": { kind: "sent" },
      DONE: { kind: "sent" },
    },
  });

export interface AskerProcess extends HostedProcess {
  /** what users were told */
  readonly answers: string[];
  /** votes and shown values, by the voter that sent them */
  readonly heard: (readonly [from: Index, message: Message])[];
}

/** A client keeps beside its unit what it heard, and asks again when a peer is back. */
export function asker(self: Asker = ASKER): AskerProcess {
  const asked = new Map<string, Message>();
  const answers: string[] = [];
  const heard: (readonly [Index, Message])[] = [];
  const ask = (slot: string, host: ProcessHost, to: readonly Index[]) => {
    for (const peer of to) host.send(slot, peer, asked.get(slot) as Message);
  };
  return {
    self,
    answers,
    heard,
    unit: () => ({ asker: askerAutomaton(self) }),
    decode(from, message) {
      if (sortOf(from) !== "replica") return { refused: "only voters answer" };
      return shaped((): Decoded => {
        const type = typeOf(message);
        if (type === "SHOW") {
          const { slot, nonce, value } = record(message, "type", "slot", "nonce", "value");
          const shown = value === null ? null : text(value, 20, "value");
          const at = { slot: text(slot, 20, "slot"), nonce: natural(nonce, "nonce") };
          return { message: { type, ...at, value: shown }, signatures: [] };
        }
        if (type !== "VOTE") return misshapen("unknown type");
        const fields = record(message, "type", "slot", "value", "signature");
        const vote = {
          slot: text(fields.slot, 20, "slot"),
          value: text(fields.value, 20, "value"),
          signature: bytes(fields.signature, 64, "signature"),
        };
        const statement = voteFor(vote.slot, vote.value);
        const signed = { by: from, statement, signature: vote.signature };
        return { message: { type, ...vote }, signatures: [signed] };
      });
    },
    deliver(from, { message }, host) {
      heard.push([from, message]);
      const { type, slot, value } = message;
      if (type === "VOTE") {
        host.input(slot as string, { name: "VOTED", payload: { by: from, value } });
      }
    },
    emit(slot, { name, payload }, host) {
      const { value } = payload as { value: string };
      if (name === "DONE") host.release(slot, () => answers.push(value));
      else {
        asked.set(slot, { type: "ASK", slot, value });
        ask(slot, host, VOTERS);
      }
    },
    connected(peer, host) {
      for (const slot of asked.keys()) ask(slot, host, [peer]);
    },
  };
}
