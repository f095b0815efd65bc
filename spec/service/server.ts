import {
  type Automaton,
  automaton,
  compose,
  drop,
  type Index,
  type Input,
  type Internal,
  insert,
  type Output,
  spontaneous,
  type Value,
  values,
} from "../automaton/index.ts";
import type { Service } from "./service.ts";

type Client = Index<"client">;

/** What tells requests apart: a client that waits for each reply, or a client and a number. */
export interface RequestName {
  readonly client: Client;
}

/** What users and a server say to each other: the visible actions. */
export interface ServerActions<N extends RequestName = RequestName> {
  INVOKE: Input<N & { op: string }>;
  RETURN: Output<N & { result: string }>;
  APPLY: Internal<N & { op: string }>;
  /** a request of a faulty client, whose reply nobody sees */
  INTRUDE: Internal<N & { op: string }>;
}

/** A request that has no reply yet. */
export interface Pending<N extends RequestName = RequestName> {
  readonly name: N;
  /** what was asked for under this name, a set; none after one of it was applied */
  readonly ops: readonly string[];
  /** null until it is applied */
  readonly result: string | null;
}

export interface ServerState<S extends Value = Value, N extends RequestName = RequestName> {
  readonly service: S;
  /** by key of the name; bounds: what correct clients ask for and the users of an instance allow */
  readonly pending: Readonly<Record<string, Pending<N>>>;
  /** keys of the names that serve no more, a set; empty where names serve again */
  readonly answered: readonly string[];
  /** by key of a name of a faulty client: how many of its requests were applied */
  readonly intruded: Readonly<Record<string, number>>;
}

/** How the requests of a server are named. */
export interface Naming<N extends RequestName> {
  /** a text of its own for each name */
  readonly keyOf: (name: N) => string;
  /** the name alone, out of the parameters of an action */
  readonly nameOf: (named: N) => N;
  /** whether a name serves for one request, or for the next one too, after the reply */
  readonly once: boolean;
  /** the rule that the transitions cite */
  readonly cite: string;
}

export interface NamedServerInstance<S extends Value, N extends RequestName> {
  readonly service: Service<S>;
  /** whose requests show; what others invoke is ignored */
  readonly correct: readonly Client[];
  /** what faulty clients may ask for: under a name as often as it stands here, or once */
  readonly faulty: readonly (N & { readonly op: string })[];
}

/**
 * A server that is not replicated and does not fail: what a replicated state machine looks like to
 * its clients. Requests are applied one at a time, each at one point between invocation and return:
 * so a request that is issued after the reply to another is applied after it, whoever issued them.
 * Of several operations under one name one is applied, any of them, and its result is the reply.
 */
export function serverOf<S extends Value, N extends RequestName>(
  instance: NamedServerInstance<S, N>,
  naming: Naming<N>,
): Automaton<ServerState<S, N>, ServerActions<N>> {
  const { service, correct, faulty } = instance;
  const { keyOf, nameOf, once, cite } = naming;
  const budgetOf = (key: string) =>
    once ? 1 : faulty.filter((request) => keyOf(request) === key).length;
  return automaton<ServerState<S, N>, ServerActions<N>>("server", {
    start: {
      service: service.start,
      pending: {},
      answered: [],
      intruded: Object.fromEntries(faulty.map((request) => [keyOf(request), 0])),
    },
    transitions: {
      INVOKE: {
        kind: "input",
        cite,
        effect(s, { op, ...named }) {
          const name = nameOf(named as unknown as N);
          const key = keyOf(name);
          if (!correct.includes(name.client) || s.answered.includes(key)) return;
          const pending = s.pending[key];
          if (pending === undefined) s.pending[key] = { name, ops: [op], result: null } as never;
          else if (pending.result === null) insert(pending.ops, op);
        },
      },
      APPLY: {
        kind: "internal",
        cite,
        choose: ({ pending }) =>
          values(pending).flatMap(({ name, ops }) => ops.map((op) => ({ ...name, op }))),
        when: {
          unapplied: ({ pending }, request) =>
            pending[keyOf(request)]?.ops.includes(request.op) === true,
        },
        effect(s, request) {
          const pending = s.pending[keyOf(request)];
          if (pending === undefined) return;
          const { state, result } = service.apply(s.service as S, request.op, request.client);
          s.service = state as never;
          pending.ops = [];
          pending.result = result;
        },
      },
      RETURN: {
        kind: "output",
        cite,
        choose: ({ pending }) =>
          values(pending).flatMap(({ name, result }) =>
            result === null ? [] : [{ ...name, result }],
          ),
        when: {
          applied: ({ pending }, reply) => pending[keyOf(reply)]?.result === reply.result,
        },
        effect(s, reply) {
          const key = keyOf(reply);
          drop(s.pending, key);
          if (once) insert(s.answered, key);
        },
      },
      INTRUDE: {
        kind: "internal",
        cite,
        task: spontaneous("faulty clients"),
        choose: () => faulty,
        when: {
          budget: ({ intruded }, request) =>
            (intruded[keyOf(request)] ?? 0) < budgetOf(keyOf(request)),
        },
        effect(s, request) {
          const key = keyOf(request);
          s.service = service.apply(s.service as S, request.op, request.client).state as never;
          s.intruded[key] = (s.intruded[key] ?? 0) + 1;
        },
      },
    },
  });
}

export interface ServerInstance<S extends Value = Value> {
  readonly service: Service<S>;
  readonly correct: readonly Client[];
  /** the faulty clients, and what each may ask for, at most so often as it has operations here */
  readonly faulty?: Readonly<Record<Client, readonly string[]>>;
}

/** The server alone, with its requests left open: each client waits for its reply. */
export function serverSystem<S extends Value>(instance: ServerInstance<S>) {
  const { service, correct, faulty = {} } = instance;
  const intrusions = (Object.keys(faulty) as Client[]).flatMap((client) =>
    (faulty[client] ?? []).map((op) => ({ client, op })),
  );
  const server = serverOf<S, RequestName>(
    { service, correct, faulty: intrusions },
    {
      keyOf: ({ client }) => client,
      nameOf: ({ client }) => ({ client }),
      once: false,
      cite: "D.SMR.SPEC",
    },
  );
  return compose("server", { server }, { open: ["INVOKE"] });
}
