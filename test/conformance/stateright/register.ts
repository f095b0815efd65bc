import { original } from "immer";
import type { Automaton, Index, Input, Problem } from "../../../spec/automaton/index.ts";
import {
  compose,
  detach,
  indices,
  invariant,
  observer,
  positionOf,
  witness,
} from "../../../spec/automaton/index.ts";
import {
  type Actor,
  actorSystem,
  arriving,
  type Envelope,
  type Network,
  type Node,
  type Receipt,
  receives,
} from "./actors.ts";

/*
 * Clients of a register and the history that makes it linearizable or not, after
 * src/actor/register.rs and src/semantics/linearizability.rs. The history is part of the state.
 */

export type Server = Index<"server">;
export type Client = Index<"client">;
/** "-" is the value at the start */
export type Value = string;

export type RegisterMessage =
  | { readonly type: "put"; readonly request: number; readonly value: Value }
  | { readonly type: "get"; readonly request: number }
  | { readonly type: "putOk"; readonly request: number }
  | { readonly type: "getOk"; readonly request: number; readonly value: Value };

export interface ClientState {
  readonly awaiting: number | null;
  readonly operations: number;
}

/** The members of an instance. Stateright numbers clients after the servers. */
export interface Members {
  readonly servers: readonly Server[];
  readonly clients: readonly Client[];
}

export function members(servers: number, clients: number): Members {
  return { servers: indices("server", servers), clients: indices("client", clients) };
}

/** The servers that a client asks, one for each of its operations. */
const askedBy =
  (client: Client, { servers }: Members) =>
  (operation: number) =>
    servers[(servers.length + positionOf(client) + operation) % servers.length] as Server;

/** A client writes a value of its own to one server, and then reads from the next. */
function registerClient<M>(node: Client, all: Members): Actor<ClientState, M | RegisterMessage> {
  const number = all.servers.length + positionOf(node);
  const serverAt = askedBy(node, all);
  const value = String.fromCharCode("A".charCodeAt(0) + positionOf(node));
  return {
    node,
    start: {
      state: { awaiting: number, operations: 1 },
      sends: [{ to: serverAt(0), msg: { type: "put", request: number, value } }],
    },
    receive({ awaiting, operations }, _, given) {
      const msg = given as RegisterMessage;
      if (awaiting === null || msg.request !== awaiting) return null;
      if (msg.type === "getOk") return { state: { awaiting: null, operations: operations + 1 } };
      if (msg.type !== "putOk") return null;
      const request = (operations + 1) * number;
      return {
        state: { awaiting: request, operations: operations + 1 },
        sends: [{ to: serverAt(operations), msg: { type: "get", request } }],
      };
    },
  };
}

/** What was asked, and how many operations of each other client had returned before. */
interface Invocation {
  readonly after: Readonly<Record<Client, number>>;
  /** null: a read */
  readonly writes: Value | null;
}
interface Completed extends Invocation {
  /** null: a write that returned */
  readonly read: Value | null;
}
interface Thread {
  readonly completed: readonly Completed[];
  readonly inFlight: Invocation | null;
}
export interface History {
  readonly valid: boolean;
  readonly threads: Readonly<Record<Client, Thread>>;
}

function invoked(history: History, client: Client, writes: Value | null): History {
  if (!history.valid) return history;
  if (history.threads[client]?.inFlight) return { ...history, valid: false };
  const after: Record<Client, number> = {};
  for (const [other, { completed }] of Object.entries(history.threads)) {
    if (other !== client && completed.length > 0) after[other as Client] = completed.length - 1;
  }
  const completed = history.threads[client]?.completed ?? [];
  const thread = { completed, inFlight: { after, writes } };
  return { ...history, threads: { ...history.threads, [client]: thread } };
}

function returned(history: History, client: Client, read: Value | null): History {
  if (!history.valid) return history;
  const { completed = [], inFlight = null } = history.threads[client] ?? {};
  if (inFlight === null) return { ...history, valid: false };
  const thread = { completed: [...completed, { ...inFlight, read }], inFlight: null };
  return { ...history, threads: { ...history.threads, [client]: thread } };
}

export function recorded(before: History, client: Client, receipt: Receipt<unknown>): History {
  const msg = receipt.msg as RegisterMessage;
  let history = before;
  if (msg.type === "getOk") history = returned(history, client, msg.value);
  if (msg.type === "putOk") history = returned(history, client, null);
  return sent(history, client, receipt.sends);
}

function sent(before: History, client: Client, sends: readonly Envelope<unknown>[]): History {
  return sends.reduce((history, envelope) => {
    const msg = envelope.msg as RegisterMessage;
    if (msg.type === "put") return invoked(history, client, msg.value);
    return msg.type === "get" ? invoked(history, client, null) : history;
  }, before);
}

type Heard<M> = { [K in `${string}Receives`]: Input<Receipt<M>> };

/** What clients ask at the start is in the history from the start. */
export function startHistory<M>(clients: readonly Actor<ClientState, M>[]): History {
  return clients.reduce<History>(
    (history, { node, start: { sends = [] } }) => sent(history, node as Client, sends),
    { valid: true, threads: {} },
  );
}

/** Listens to what clients are told and ask. */
function historyOf<M>(clients: readonly Actor<ClientState, M>[]): Automaton<History, Heard<M>> {
  return observer<History, Heard<M>>("history", {
    start: startHistory(clients),
    on: Object.fromEntries(
      clients.map(({ node }) => [
        receives(node),
        {
          effect: (history: History, receipt: Receipt<unknown>) =>
            detach(recorded(original(history as object) as History, node as Client, receipt)),
        },
      ]),
    ),
  });
}

/** Whether some order of the operations that respects what returned before explains all reads. */
function linearizable({ valid, threads }: History): boolean {
  return valid && explains(Object.entries(threads), new Map(), "-");
}

function explains(
  threads: readonly (readonly [string, Thread])[],
  done: ReadonlyMap<string, number>,
  value: Value,
): boolean {
  const countOf = (client: string) => done.get(client) ?? 0;
  if (threads.every(([client, { completed }]) => countOf(client) >= completed.length)) return true;
  return threads.some(([client, { completed, inFlight }]) => {
    const next = completed[countOf(client)];
    const call = next ?? (countOf(client) === completed.length ? inFlight : null);
    if (!call) return false;
    if (Object.entries(call.after).some(([other, at]) => countOf(other) <= at)) return false;
    if (next && next.writes === null && next.read !== value) return false;
    const after = new Map(done).set(client, countOf(client) + 1);
    return explains(threads, after, call.writes ?? value);
  });
}

/** The servers and clients of a register. */
export function registerActors<S, M>(
  all: Members,
  servers: readonly Actor<S, M | RegisterMessage>[],
) {
  const clients = all.clients.map((node) => registerClient<M>(node, all));
  const actors = [...servers, ...clients] as Actor<S | ClientState, M | RegisterMessage>[];
  return { clients, actors };
}

/** Servers of a register with their clients: that it is linearizable, and that a value is chosen. */
export function registerProblem<S, M extends { readonly type: string }>(
  name: string,
  all: Members,
  servers: readonly Actor<S, M | RegisterMessage>[],
  network: Network,
): Problem {
  const { clients, actors } = registerActors(all, servers);
  const isClient = (node: Node) => all.clients.includes(node as Client);
  const linked = (from: Node, to: Node) => {
    if (from === to || (isClient(from) && isClient(to))) return false;
    if (!isClient(from)) return true;
    return [0, 1].some((operation) => askedBy(from as Client, all)(operation) === to);
  };
  const automata = actorSystem(actors, { network, linked });
  const system = compose(name, {
    servers: automata.slice(0, servers.length),
    clients: automata.slice(servers.length),
    history: historyOf(clients),
  });
  return {
    system,
    properties: [
      invariant(system, {
        name: "linearizable",
        reads: ["history"],
        holds: ({ history }) => linearizable(history),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "value chosen",
        reads: ["clients"],
        reached: ({ clients }) =>
          clients.some((client) =>
            arriving(client).some((msg) => isChosen(msg as RegisterMessage)),
          ),
      }),
    ],
  };
}

const isChosen = (msg: RegisterMessage) => msg.type === "getOk" && msg.value !== "-";
