import { automaton, durable, type Input, type Output } from "../../../spec/automaton/index.ts";
import type { Client, Request } from "../atomic/message.ts";

export interface ClientActions {
  INVOKE: Input<{ client: Client; op: string }>;
  /** enough replicas (f + 1) replied the same to one request; a mailbox collects and counts them */
  REPLIES: Input<{ client: Client; seq: number; result: string }>;
  /** the client waits too long for replies: a timer's say */
  RETRY: Input<{ client: Client }>;
  "A-MULTICAST": Output<Request>;
  RETURN: Output<{ client: Client; result: string }>;
}

export type ClientPhase =
  | { readonly at: "idle" }
  | { readonly at: "waiting"; readonly op: string }
  | { readonly at: "answered"; readonly result: string };

export interface ClientState {
  readonly seq: number;
  readonly phase: ClientPhase;
}

/**
 * A correct client of the replicated state machine, section 3.2. It issues one request at a time: that
 * keeps the requests of different clients in causal order.
 */
export function machineClient(self: Client) {
  const at = { client: self };
  return automaton<ClientState, ClientActions>("client", {
    process: self,
    fields: {
      seq: durable("the number of its last request: given to one request, for ever"),
      phase: durable("the request under way, or the answer that nobody was told yet"),
    },
    start: { seq: 0, phase: { at: "idle" } },
    recover: {
      cite: "D.SMR.RETRY",
      effect({ seq, phase }, _, send) {
        if (phase.at === "waiting") send("A-MULTICAST", { ...at, seq, op: phase.op });
      },
    },
    transitions: {
      INVOKE: {
        kind: "input",
        at,
        cite: "D.SMR.REQUEST",
        effect(s, { op }, send) {
          s.seq += 1;
          s.phase = { at: "waiting", op };
          send("A-MULTICAST", { ...at, seq: s.seq, op });
        },
      },
      REPLIES: {
        kind: "input",
        at,
        cite: "D.SMR.RETURN",
        effect(s, { seq, result }) {
          if (s.phase.at === "waiting" && seq === s.seq) s.phase = { at: "answered", result };
        },
      },
      RETRY: {
        kind: "input",
        at,
        cite: "D.SMR.RETRY",
        effect({ seq, phase }, _, send) {
          if (phase.at === "waiting") send("A-MULTICAST", { ...at, seq, op: phase.op });
        },
      },
      RETURN: {
        kind: "output",
        at,
        cite: "D.SMR.RETURN",
        choose: ({ phase }) => (phase.at === "answered" ? [{ ...at, result: phase.result }] : []),
        when: {
          answered: ({ phase }, { result }) => phase.at === "answered" && phase.result === result,
        },
        effect(s) {
          s.phase = { at: "idle" };
        },
      },
      "A-MULTICAST": { kind: "sent", at, cite: "D.SMR.REQUEST" },
    },
  });
}
