import {
  automaton,
  detach,
  durable,
  get,
  type Input,
  type Output,
  type Value,
} from "../../../spec/automaton/index.ts";
import { applyTo } from "../../../spec/service/apply-to.ts";
import type { Service } from "../../../spec/service/service.ts";
import type { Snapshot } from "../atomic/automaton.ts";
import type { Client, Message, Request } from "../atomic/message.ts";
import type { Replica } from "../messages.ts";

export interface MachineActions {
  "A-DELIVER": Input<{ replica: Replica; k: number; message: Request }>;
  /** the same reception as reliable multicast's */
  RECEIVE: Input<{ replica: Replica; message: Message }>;
  INSTALL: Input<Snapshot>;
  REPLY: Output<{ replica: Replica; client: Client; seq: number; result: string }>;
}

export interface MachineState<S extends Value = Value> {
  readonly service: S;
  readonly replies: Readonly<Record<Client, { readonly seq: number; readonly result: string }>>;
  readonly k: number;
}

/**
 * The state machine at one replica, section 3.2: it executes what is A-delivered, in that order, and
 * replies to who asked. A request that was answered before is answered again and not executed again.
 */
export function stateMachine<S extends Value>(self: Replica, service: Service<S>) {
  const at = { replica: self };
  return automaton<MachineState<S>, MachineActions>("state machine", {
    process: self,
    fields: {
      service: durable("the state of the service", "what the service bounds"),
      replies: durable("the last reply to each client", "the clients of the configuration"),
      k: durable("the instance of the last request that it executed"),
    },
    start: { service: service.start, replies: {}, k: 0 },
    transitions: {
      "A-DELIVER": {
        kind: "input",
        at,
        cite: "D.SMR.EXECUTE",
        effect(s, { k, message: { client, seq, op } }, send) {
          const result = applyTo(service, s, "service", op, client);
          s.replies[client] = { seq, result };
          s.k = k;
          send("REPLY", { ...at, client, seq, result });
        },
      },
      RECEIVE: {
        kind: "input",
        at,
        cite: "D.SMR.REPLY",
        effect({ replies }, { message: { client, seq } }, send) {
          const last = get(replies, client);
          if (last?.seq === seq) send("REPLY", { ...at, client, seq, result: last.result });
        },
      },
      INSTALL: {
        kind: "input",
        at,
        cite: "D.AM.INSTALL",
        effect(s, { k, service: state, replies }) {
          if (k <= s.k) return;
          s.service = detach(state) as never;
          s.replies = detach(replies) as never;
          s.k = k;
        },
      },
      REPLY: { kind: "sent", at, cite: "D.SMR.REPLY" },
    },
  });
}
