import {
  automaton,
  get,
  type Input,
  insert,
  type Output,
  urgent,
  volatile,
} from "../../../spec/automaton/index.ts";
import {
  type Client,
  type IsSigned,
  type Message,
  type Request,
  requestOf,
} from "../atomic/message.ts";
import { isOpen, type Window } from "../atomic/window.ts";
import type { Replica } from "../messages.ts";
import type { ReliableRules } from "./rules.ts";

export interface ReliableReplicaActions {
  /** a message came: from its client, relayed, or within another replica's proposal */
  RECEIVE: Input<{ replica: Replica; message: Message }>;
  /** all numbers of a client up to `upTo` are A-delivered: messages of them need no memory */
  FORGET: Input<{ replica: Replica; client: Client; upTo: number }>;
  /** to all replicas */
  RELAY: Output<{ replica: Replica; message: Message }>;
  "R-DELIVER": Output<{ replica: Replica; message: Message }>;
}

/**
 * Whether reliable multicast would take a message in: neither received before nor beyond its client's
 * window. What it has no room for is dropped; clients repeat a request until it is answered.
 */
export function hasRoom(
  { received }: Pick<ReliableReplicaState, "received">,
  { client, seq }: Request,
  width: number,
): boolean {
  return isOpen(get(received, client), seq, width);
}

export interface ReliableReplicaState {
  readonly received: Readonly<Record<Client, Window>>;
  /** what was received, where that is told apart by content (printed): without a bound */
  readonly contents: readonly Request[];
}

/**
 * Reliable multicast at one replica, Algorithm 5.
 *
 * @param width how many numbers of a client above those that are forgotten are taken in; what is
 * beyond is dropped, and comes again when its client or a proposal repeats it
 */
export function reliableReplica(
  self: Replica,
  width: number,
  isSigned: IsSigned,
  rules: ReliableRules,
) {
  const at = { replica: self };
  return automaton<ReliableReplicaState, ReliableReplicaActions>("reliable multicast", {
    process: self,
    fields: {
      // What a crash loses is received again: clients repeat a request until it is answered.
      received: volatile(
        "the numbers received, and up to where they are forgotten",
        "the clients of the configuration, each with `width` numbers",
      ),
      contents: volatile("what was received; only where the rules read it", "none (printed)"),
    },
    start: { received: {}, contents: [] },
    transitions: {
      RECEIVE: {
        kind: "input",
        at,
        cite: "D.RM.DELIVER",
        effect(s, { message }, send) {
          if (rules.checksSignatures && !isSigned(message)) return;
          const { client, seq } = message;
          if (rules.firstReception === "of the message") {
            if (!insert(s.contents, requestOf(message)) && rules.once) return;
          } else {
            const window = get(s.received, client);
            const before = rules.once ? window : undefined;
            if (!isOpen(before, seq, width)) return;
            const above = [...(window?.above ?? [])];
            insert(above, seq);
            s.received[client] = { upTo: window?.upTo ?? 0, above };
          }
          if (rules.relays) send("RELAY", { ...at, message });
          send("R-DELIVER", { ...at, message });
        },
      },
      FORGET: {
        kind: "input",
        at,
        cite: "D.RM.FORGET",
        effect(s, { client, upTo }) {
          const window = get(s.received, client);
          if (upTo <= (window?.upTo ?? 0)) return;
          const above = (window?.above ?? []).filter((seq) => seq > upTo);
          s.received[client] = { upTo, above };
        },
      },
      RELAY: { kind: "sent", at, cite: "D.RM.DELIVER" },
      "R-DELIVER": { kind: "sent", at, cite: "D.RM.DELIVER", task: urgent("deliver") },
    },
  });
}
