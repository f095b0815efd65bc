import {
  automaton,
  detach,
  drop,
  durable,
  type Effect,
  entries,
  get,
  type Input,
  keys,
  type Output,
  put,
  type Send,
  urgent,
} from "../../spec/automaton/index.ts";
import type { Client } from "./messages.ts";

interface Named {
  readonly client: Client;
  /** the client's own numbering, from 1 */
  readonly t: number;
}
interface Asked extends Named {
  readonly op: string;
}
interface Answered extends Named {
  readonly result: string;
}

export interface ClientActions {
  /** a user asks, under {@link nextTimestamp} or a later one */
  INVOKE: Input<Asked>;
  /** the same, of an operation that changes nothing, as the user says */
  "INVOKE-READ": Input<Asked>;
  /** a quorum of replicas executed the request with this result: a mailbox counts them */
  REPLIES: Input<Answered>;
  /** 2f + 1 replicas read this result without ordering the operation */
  "READ-REPLIES": Input<Answered>;
  /** no quorum of answers comes: a timer's say; or none can come any more, since replies differ or refuse */
  RETRY: Input<Named>;
  "SEND-REQUEST": Output<Asked>;
  "SEND-READ": Output<Asked>;
  RETURN: Output<Answered>;
}

/** An operation that has not returned. */
export type Outstanding =
  | { readonly at: "ordered" | "read"; readonly op: string }
  | { readonly at: "answered"; readonly result: string };

export interface ClientState {
  readonly next: number;
  readonly outstanding: Readonly<Record<string, Outstanding>>;
}

export interface ClientOptions {
  readonly self: Client;
  /** the replicas' `clientWindow`: how far apart the timestamps under way may be; at least 1 */
  readonly window: number;
}

type Live = { -readonly [F in keyof ClientState]: ClientState[F] };
const on = <P>(step: (s: Live, payload: P, send: Send<ClientActions>) => void) =>
  step as Effect<ClientState, P, ClientActions>;

/** The timestamp of the next operation. */
export const nextTimestamp = ({ next }: ClientState): number => next;

/** Whether an operation may be under way with a timestamp, so that replicas do not take it for an old one. */
export function hasRoom({ next, outstanding }: ClientState, window: number, t = next): boolean {
  const first = Math.min(t, ...keys(outstanding).map(Number));
  return t >= next && t < first + window;
}

/**
 * A correct client: OSDI 1999, section 4.1, with several requests under way (paper W, appendix B). Timestamps
 * count up and are never used again. Whatever is asked beyond the window is ignored.
 */
export function clbftClient({ self, window }: ClientOptions) {
  const at = { client: self };

  const enter = (s: Live, t: number, one: Outstanding) =>
    put(s.outstanding as Record<string, Outstanding>, `${t}`, detach(one));

  function say(t: number, one: Outstanding, send: Send<ClientActions>) {
    if (one.at === "ordered") send("SEND-REQUEST", { ...at, t, op: one.op });
    if (one.at === "read") send("SEND-READ", { ...at, t, op: one.op });
  }

  const invoke = (kind: "ordered" | "read") =>
    on<Asked>((s, { t, op }, send) => {
      if (!hasRoom(s, window, t)) return;
      s.next = t + 1;
      enter(s, t, { at: kind, op });
      say(t, { at: kind, op }, send);
    });

  /** Only what answers the question that was asked last: a late answer to a read says nothing of the order. */
  const answer = (kind: "ordered" | "read") =>
    on<Answered>((s, { t, result }) => {
      if (get(s.outstanding, `${t}`)?.at === kind) enter(s, t, { at: "answered", result });
    });

  return automaton<ClientState, ClientActions>("client", {
    process: self,
    fields: {
      next: durable("a timestamp above all that it has used"),
      outstanding: durable("what has not returned, by timestamp", "`window` operations", {
        by: "entry",
      }),
    },
    start: { next: 1, outstanding: {} },
    recover: {
      cite: "CLBFT.RETRY",
      effect: on((s, _, send) => {
        for (const [t, one] of entries(s.outstanding)) say(Number(t), one, send);
      }),
    },
    transitions: {
      INVOKE: { kind: "input", at, cite: "CLBFT.REQUEST", effect: invoke("ordered") },
      "INVOKE-READ": { kind: "input", at, cite: "CLBFT.READ", effect: invoke("read") },
      "SEND-REQUEST": { kind: "sent", at, cite: "CLBFT.REQUEST" },
      "SEND-READ": { kind: "sent", at, cite: "CLBFT.READ" },
      REPLIES: { kind: "input", at, cite: "CLBFT.RETURN", effect: answer("ordered") },
      "READ-REPLIES": { kind: "input", at, cite: "CLBFT.READ", effect: answer("read") },
      RETRY: {
        kind: "input",
        at,
        cite: "CLBFT.RETRY",
        effect: on((s, { t }, send) => {
          const one = get(s.outstanding, `${t}`);
          if (one === undefined || one.at === "answered") return;
          const ordered = { at: "ordered", op: one.op } as const;
          if (one.at === "read") enter(s, t, ordered);
          say(t, ordered, send);
        }),
      },
      RETURN: {
        kind: "output",
        at,
        cite: "CLBFT.RETURN",
        task: urgent("return"),
        choose: ({ outstanding }) =>
          entries(outstanding).flatMap(([t, one]) =>
            one.at === "answered" ? [{ ...at, t: Number(t), result: one.result }] : [],
          ),
        when: {
          answered({ outstanding }, { t, result }) {
            const one = get(outstanding, `${t}`);
            return one?.at === "answered" && one.result === result;
          },
        },
        effect: on((s, { t }) => {
          drop(s.outstanding as Record<string, Outstanding>, `${t}`);
        }),
      },
    },
  });
}
