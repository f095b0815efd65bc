import type { Problem } from "../../../spec/automaton/index.ts";
import type { Actor, Envelope, Network, Reaction } from "./actors.ts";
import {
  type Client,
  type Members,
  members,
  type RegisterMessage,
  registerProblem,
  type Server,
  type Value,
} from "./register.ts";

/**
 * A logical time and its server, a flat string in the order of its text: times have one digit,
 * since no time is higher than there are writes.
 */
type Seq = `${number} ${Server}`;
type Versioned = `${Seq} ${Value}`;

const seqOf = (clock: number, server: Server): Seq => `${clock} ${server}`;
const versioned = (seq: Seq, value: Value): Versioned => `${seq} ${value}`;
function partsOf(one: Versioned) {
  const [clock, server, value] = one.split(" ") as [string, Server, Value];
  return { clock: Number(clock), seq: seqOf(Number(clock), server), value };
}

type AbdMessage =
  | { readonly type: "query"; readonly request: number }
  | { readonly type: "ackQuery"; readonly request: number; readonly version: Versioned }
  | { readonly type: "record"; readonly request: number; readonly version: Versioned }
  | { readonly type: "ackRecord"; readonly request: number };
type Message = AbdMessage | RegisterMessage;

interface Asking {
  readonly phase: 1;
  readonly request: number;
  readonly requester: Client;
  /** null: a read */
  readonly write: Value | null;
  /** at most one for each server */
  readonly responses: Readonly<Record<Server, Versioned>>;
}
interface Recording {
  readonly phase: 2;
  readonly request: number;
  readonly requester: Client;
  /** null: a write */
  readonly read: Value | null;
  /** at most each server */
  readonly acks: readonly Server[];
}
interface ServerState {
  readonly version: Versioned;
  readonly phase: Asking | Recording | null;
}

function server(node: Server, servers: readonly Server[]): Actor<ServerState, Message> {
  const peers = servers.filter((peer) => peer !== node);
  const toPeers = (msg: AbdMessage): Envelope<Message>[] => peers.map((to) => ({ to, msg }));
  const majority = Math.floor(servers.length / 2) + 1;
  const newer = (one: Versioned, other: Versioned) =>
    partsOf(one).seq > partsOf(other).seq ? one : other;

  function ask(state: ServerState, from: Client, request: number, write: Value | null) {
    const { version } = state;
    const responses = { [node]: version };
    return {
      state: { version, phase: { phase: 1 as const, request, requester: from, write, responses } },
      sends: toPeers({ type: "query", request }),
    };
  }

  /** A majority answered: the newest version is read, or written over. */
  function record(state: ServerState, asking: Asking): Reaction<ServerState, Message> {
    const { request, requester, write, responses } = asking;
    const latest = Object.values<Versioned>(responses).reduce(newer);
    const { clock, value } = partsOf(latest);
    const version = write === null ? latest : versioned(seqOf(clock + 1, node), write);
    const read = write === null ? value : null;
    return {
      state: {
        version: newer(version, state.version),
        phase: { phase: 2, request, requester, read, acks: [node] },
      },
      sends: toPeers({ type: "record", request, version }),
    };
  }

  return {
    node,
    start: { state: { version: versioned(seqOf(0, node), "-"), phase: null } },
    receive(state, from, msg): Reaction<ServerState, Message> | null {
      const { phase, version } = state;
      switch (msg.type) {
        case "put":
          return phase === null ? ask(state, from as Client, msg.request, msg.value) : null;
        case "get":
          return phase === null ? ask(state, from as Client, msg.request, null) : null;
        case "query":
          return { state, sends: [{ to: from, msg: { ...msg, type: "ackQuery", version } }] };
        case "ackQuery": {
          if (phase?.phase !== 1 || phase.request !== msg.request) return null;
          const responses = { ...phase.responses, [from]: msg.version };
          const asking = { ...phase, responses };
          if (Object.keys(responses).length === majority) return record(state, asking);
          return { state: { ...state, phase: asking } };
        }
        case "record": {
          const acknowledged: Message = { type: "ackRecord", request: msg.request };
          return {
            state: { ...state, version: newer(msg.version, version) },
            sends: [{ to: from, msg: acknowledged }],
          };
        }
        case "ackRecord": {
          if (phase?.phase !== 2 || phase.request !== msg.request) return null;
          if (phase.acks.includes(from as Server)) return null;
          const acks = [...phase.acks, from as Server].sort();
          if (acks.length < majority) return { state: { ...state, phase: { ...phase, acks } } };
          const { request, requester, read } = phase;
          const answer: Message =
            read === null ? { type: "putOk", request } : { type: "getOk", request, value: read };
          return { state: { ...state, phase: null }, sends: [{ to: requester, msg: answer }] };
        }
        default:
          return null;
      }
    },
  };
}

export const abdServers = ({ servers }: Members) => servers.map((node) => server(node, servers));

/**
 * A register that is shared as Attiya, Bar-Noy and Dolev have it, after
 * examples/linearizable-register.rs of Stateright.
 */
export function linearizableRegister(
  serverCount: number,
  clientCount: number,
  network: Network,
): Problem {
  const all = members(serverCount, clientCount);
  return registerProblem("linearizable-register", all, abdServers(all), network);
}
