import {
  asReply,
  asRequest,
  type Reply,
  type Request,
  timestampOf,
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
function meaningOf(from: Index, to: Index, message: Request | Reply): Action {
  const { type: name, object } = message;
  const toReplica = { object, replica: to, client: from };
  const toClient = { object, replica: from, client: to };
  switch (message.type) {
    case "READ-TS":
    case "READ":
      return { name, payload: { ...toReplica, nonce: message.nonce } };
    case "PREPARE": {
      const { ts, hash } = message;
      const predecessor = timestampOf(message.predecessor);
      const writeProof = message.writeProof?.ts ?? null;
      return { name, payload: { ...toReplica, ts, predecessor, hash, writeProof } };
    }
    case "WRITE": {
      const { value, proof } = message;
      const { ts, hash } = proof;
      return { name, payload: { ...toReplica, value, proof: { ts, hash } } };
    }
    case "READ-TS-REPLY": {
      const { nonce, proof } = message;
      return { name, payload: { ...toClient, nonce, ts: timestampOf(proof) } };
    }
    case "READ-REPLY": {
      const { nonce, value, proof } = message;
      return { name, payload: { ...toClient, nonce, value, ts: timestampOf(proof) } };
    }
    case "PREPARE-ACK":
      return { name, payload: { ...toClient, ts: message.ts, hash: message.hash } };
    case "WRITE-ACK":
      return { name, payload: { ...toClient, ts: message.ts } };
  }
}

/** All that hosts have sent. Nothing arrives unless the script says so. */
export class Mail {
  readonly #letters: Letter[] = [];

  add(from: Index, to: Index, message: Wire, deliver: () => void): Letter {
    const typed =
      sortOf(to) === "replica" ? asRequest(message as Message) : asReply(message as Message);
    const says = actionText(meaningOf(from, to, typed));
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
