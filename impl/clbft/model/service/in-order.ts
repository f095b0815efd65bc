import {
  type Automaton,
  type Effect,
  equal,
  type Send,
  volatile,
} from "../../../../spec/automaton/index.ts";
import type { ExecutionActions, ExecutionState, execution } from "../../execution/automaton.ts";

type Reply = ExecutionActions["REPLY"]["payload"];

export interface InOrderState extends ExecutionState {
  /** what it replied and nobody has received yet; each reply once */
  readonly outgoing: readonly Reply[];
}

/**
 * The same replica, whose replies leave in the order in which it made them, as paper W assumes (section 7.2.2) and as
 * hosts send them. An outbox has no order.
 */
export function inOrder(
  real: ReturnType<typeof execution>,
): Automaton<InOrderState, ExecutionActions> {
  const queued = <K extends "REQUEST" | "EXECUTE">(action: K) => {
    const transition = real.transitions[action];
    const effect = transition?.effect as Effect<unknown, unknown, ExecutionActions>;
    return {
      ...transition,
      effect(s: { outgoing: Reply[] }, payload: unknown, send: Send<ExecutionActions>) {
        const others: Send<ExecutionActions> = (name, sent) => {
          if (name !== "REPLY") send(name, sent);
          else if (!s.outgoing.some((one) => equal(one, sent))) s.outgoing.push(sent as Reply);
        };
        return effect(s as never, payload, others);
      },
    };
  };
  const transitions = {
    ...real.transitions,
    REQUEST: queued("REQUEST"),
    "REQUEST-AGAIN": queued("REQUEST"),
    EXECUTE: queued("EXECUTE"),
    REPLY: {
      kind: "output" as const,
      at: real.transitions.REPLY?.at,
      cite: "CLBFT.REPLY",
      choose: ({ outgoing }: InOrderState) => outgoing.slice(0, 1),
      when: { next: ({ outgoing }: InOrderState, reply: Reply) => equal(outgoing[0], reply) },
      effect(s: { outgoing: Reply[] }) {
        s.outgoing.shift();
      },
    },
  };
  const fields = { ...real.fields, outgoing: volatile("replies on their way out, in order") };
  const start = () => real.start().map((state): InOrderState => ({ ...state, outgoing: [] }));
  return Object.freeze({ ...real, fields, start, transitions }) as never;
}
