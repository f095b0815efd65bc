import {
  automaton,
  type Input,
  type Output,
  type Value,
  volatile,
} from "../../../spec/automaton/index.ts";
import type { Client, Message, Request } from "../atomic/message.ts";
import type { Replica } from "../messages.ts";

export interface MulticastActions {
  "A-MULTICAST": Input<Request>;
  SEND: Output<{ client: Client; to: readonly Replica[]; message: Message }>;
}

export interface MulticastState {
  readonly seq: number;
}

/**
 * Reliable multicast at a client, Algorithm 4; with Algorithm 1 it is atomic multicast's client side
 * too.
 *
 * @param sign the client's signature over a request: who signs in a model; a host gives a constant
 * and puts the bytes in when the message leaves
 * @param group all replicas
 * @param first to whom a message goes at first: all replicas, or with the first optimisation of
 * section 7 the first coordinator alone; when it is multicast again it goes to all
 */
export function multicaster(
  self: Client,
  sign: (request: Request) => Value,
  group: readonly Replica[],
  first: readonly Replica[] = group,
) {
  const at = { client: self };
  return automaton<MulticastState, MulticastActions>("multicaster", {
    process: self,
    fields: {
      // Forgotten in a crash, a repetition goes where a new message goes, and the next one to all.
      seq: volatile("the highest number that was multicast"),
    },
    start: { seq: 0 },
    transitions: {
      "A-MULTICAST": {
        kind: "input",
        at,
        cite: "D.RM.MULTICAST",
        effect(s, { client, seq, op }, send) {
          const request = { client, seq, op };
          const to = seq > s.seq ? first : group;
          s.seq = Math.max(s.seq, seq);
          send("SEND", { client, to, message: { ...request, signature: sign(request) } });
        },
      },
      SEND: { kind: "sent", at, cite: "D.RM.MULTICAST" },
    },
  });
}
