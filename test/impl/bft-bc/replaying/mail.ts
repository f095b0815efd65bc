import type { Written } from "../../../../impl/bft-bc/messages.ts";
import type { Rules } from "../../../../impl/bft-bc/rules.ts";
import {
  asReply,
  asRequest,
  type Reply,
  type Request,
  type ShownWrite,
  timestampOf,
  writtenOf,
} from "../../../../impl/bft-bc/wire.ts";
import type { Message, Wire } from "../../../../impl/network/process.ts";
import { type Action, actionText, type Index, sortOf } from "../../../../spec/automaton/index.ts";
import { type Contribution, isAbout, isAnswer } from "./quorum.ts";

/** A message that some process has sent and that the script may let through, any number of times. */
export interface Letter {
  readonly from: Index;
  readonly to: Index;
  readonly message: Wire;
  /** the model's action that it stands for, as text */
  readonly says: string;
  readonly deliver: () => void;
  /** whether the trace has come to where the model's network takes it */
  isPosted: boolean;
}

/** The words of a message without its signatures: a delivery to a replica, or a replica's reply. */
function meaningOf(from: Index, to: Index, message: Request | Reply, rules: Rules): Action {
  const { type: name, object } = message;
  const toReplica = { object, replica: to, client: from };
  const toClient = { object, replica: from, client: to };
  switch (message.type) {
    case "READ-TS":
    case "READ":
      return { name, payload: { ...toReplica, nonce: message.nonce } };
    case "READ-TS-PREP": {
      const { nonce, hash } = message;
      const writeProof = written(message.writeProof);
      return { name, payload: { ...toReplica, nonce, hash, writeProof } };
    }
    case "PREPARE": {
      const { ts, hash } = message;
      const predecessor = timestampOf(message.predecessor);
      const writeProof = written(message.writeProof);
      const completed = message.completed?.ts ?? null;
      return { name, payload: { ...toReplica, ts, predecessor, hash, writeProof, completed } };
    }
    case "WRITE": {
      const { value, proof } = message;
      const { ts, hash } = proof;
      return { name, payload: { ...toReplica, value, proof: { ts, hash } } };
    }
    case "READ-TS-REPLY":
    case "READ-TS-PREP-REPLY": {
      const { nonce, proof } = message;
      const held = message.written === null || proof === null ? null : writtenOf(proof, rules);
      const said = { ...toClient, nonce, ts: timestampOf(proof), written: held };
      if (message.type === "READ-TS-REPLY") return { name, payload: said };
      const { prepared } = message;
      const own = prepared && { ts: prepared.ts, hash: prepared.hash };
      return { name, payload: { ...said, prepared: own } };
    }
    case "READ-REPLY": {
      const { nonce, value, proof } = message;
      return { name, payload: { ...toClient, nonce, value, ts: timestampOf(proof) } };
    }
    case "PREPARE-ACK":
      return { name, payload: { ...toClient, ts: message.ts, hash: message.hash } };
    case "WRITE-ACK":
      return { name, payload: { ...toClient, ts: message.ts, hash: message.hash } };
  }
}

const written = (proof: ShownWrite | null): Written | null =>
  proof && { ts: proof.ts, hash: proof.hash };

/** All that hosts have sent. Nothing arrives unless the script says so. */
export class Mail {
  readonly #letters: Letter[] = [];
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  add(from: Index, to: Index, message: Wire, deliver: () => void): Letter {
    const typed =
      sortOf(to) === "replica" ? asRequest(message as Message) : asReply(message as Message);
    const says = actionText(meaningOf(from, to, typed, this.#rules));
    const letter = { from, to, message, says, deliver, isPosted: false };
    this.#letters.push(letter);
    return letter;
  }

  /** The letters that stand for an action and that the network has, or does not have yet. */
  find(action: Action, isPosted: boolean): Letter[] {
    const says = actionText(action);
    return this.#letters.filter((one) => one.says === says && one.isPosted === isPosted);
  }

  /** The request of a correct client whose replies a quorum action hands over. */
  requestOf(client: Index, quorum: Action): Request | null {
    for (const { from, isPosted, message } of this.#letters) {
      if (from !== client || !isPosted) continue;
      const request = asRequest(message as Message);
      if (isAbout(quorum, request)) return request;
    }
    return null;
  }

  /** A replica's replies to a request, all or those that the network has: each different one once. */
  replies(from: Index, to: Index, request: Request, which: "sent" | "posted"): Contribution[] {
    const replies = new Map<string, Contribution>();
    for (const one of this.#letters) {
      if (one.from !== from || one.to !== to) continue;
      if (which === "posted" && !one.isPosted) continue;
      const reply = asReply(one.message as Message);
      if (isAnswer(reply, request)) replies.set(one.says, { from, reply, send: one.deliver });
    }
    return [...replies.values()];
  }
}
