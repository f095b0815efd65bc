import {
  automaton,
  compose,
  type Index,
  type Input,
  type Internal,
  type Output,
  spontaneous,
  type Value,
} from "../automaton/index.ts";
import type { Service } from "./service.ts";

type Client = Index<"client">;

/** What users and a server say to each other: the visible actions. */
export interface ServerActions {
  INVOKE: Input<{ client: Client; op: string }>;
  RETURN: Output<{ client: Client; result: string }>;
  APPLY: Internal<{ client: Client }>;
  /** a request of a faulty client, whose reply nobody sees */
  INTRUDE: Internal<{ client: Client; op: string }>;
}

export interface ServerState<S extends Value = Value> {
  readonly service: S;
  /** by correct client; at most one request each, with its result once it was applied */
  readonly pending: Readonly<
    Record<Client, { readonly op: string; readonly result: string | null } | null>
  >;
  /** by faulty client: how many requests it issued */
  readonly intruded: Readonly<Record<Client, number>>;
}

export interface ServerInstance<S extends Value = Value> {
  readonly service: Service<S>;
  readonly correct: readonly Client[];
  /** the faulty clients, and what each may ask for, at most so often as it has operations here */
  readonly faulty?: Readonly<Record<Client, readonly string[]>>;
}

/**
 * A server that is not replicated and does not fail: what a replicated state machine looks like to
 * its clients. Requests are applied one at a time, each at one point between invocation and return:
 * so a request that is issued after the reply to another is applied after it, whoever issued them.
 */
function server<S extends Value>(instance: ServerInstance<S>) {
  const { service, correct, faulty = {} } = instance;
  const intruders = Object.keys(faulty) as Client[];
  return automaton<ServerState<S>, ServerActions>("server", {
    start: {
      service: service.start,
      pending: Object.fromEntries(correct.map((client) => [client, null])),
      intruded: Object.fromEntries(intruders.map((client) => [client, 0])),
    },
    transitions: {
      INVOKE: {
        kind: "input",
        cite: "D.SMR.SPEC",
        effect(s, { client, op }) {
          s.pending[client] = { op, result: null };
        },
      },
      APPLY: {
        kind: "internal",
        cite: "D.SMR.SPEC",
        choose: () => correct.map((client) => ({ client })),
        when: { unapplied: ({ pending }, { client }) => pending[client]?.result === null },
        effect(s, { client }) {
          const pending = s.pending[client];
          if (!pending) return;
          const { state, result } = service.apply(s.service as S, pending.op, client);
          s.service = state as never;
          pending.result = result;
        },
      },
      RETURN: {
        kind: "output",
        cite: "D.SMR.SPEC",
        choose: ({ pending }) =>
          correct.flatMap((client) => {
            const result = pending[client]?.result ?? null;
            return result === null ? [] : [{ client, result }];
          }),
        when: { applied: ({ pending }, { client, result }) => pending[client]?.result === result },
        effect(s, { client }) {
          s.pending[client] = null;
        },
      },
      INTRUDE: {
        kind: "internal",
        cite: "D.SMR.SPEC",
        task: spontaneous("faulty clients"),
        choose: () =>
          intruders.flatMap((client) => (faulty[client] ?? []).map((op) => ({ client, op }))),
        when: {
          budget: ({ intruded }, { client }) =>
            (intruded[client] ?? 0) < (faulty[client]?.length ?? 0),
        },
        effect(s, { client, op }) {
          s.service = service.apply(s.service as S, op, client).state as never;
          s.intruded[client] = (s.intruded[client] ?? 0) + 1;
        },
      },
    },
  });
}

/** The server alone, with its requests left open. */
export function serverSystem<S extends Value>(instance: ServerInstance<S>) {
  return compose("server", { server: server(instance) }, { open: ["INVOKE"] });
}
