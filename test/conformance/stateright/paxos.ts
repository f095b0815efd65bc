import type { Problem } from "../../../spec/automaton/index.ts";
import type { Actor, Envelope, Reaction } from "./actors.ts";
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
 * Ballots, proposals and what was accepted are flat strings, since the search compares and hashes
 * them often. Ballots are in the order of their text while rounds have one digit: there are no more
 * rounds than clients.
 */
type Ballot = `${number} ${Server}`;
type Proposal = `${number} ${Client} ${Value}`;
/** "" where nothing was accepted, which is before every ballot */
type Accepted = `${Ballot} ${Proposal}` | "";

const ballotOf = (round: number, leader: Server): Ballot => `${round} ${leader}`;
const roundOf = (ballot: Ballot) => Number(ballot.split(" ")[0]);
const acceptedOf = (ballot: Ballot, proposal: Proposal): Accepted => `${ballot} ${proposal}`;
const proposalIn = (accepted: Accepted) => accepted.split(" ").slice(2).join(" ") as Proposal;
function partsOf(proposal: Proposal) {
  const [request, requester, value] = proposal.split(" ") as [string, Client, Value];
  return { request: Number(request), requester, value };
}

type PaxosMessage =
  | { readonly type: "prepare"; readonly ballot: Ballot }
  | { readonly type: "prepared"; readonly ballot: Ballot; readonly lastAccepted: Accepted }
  | { readonly type: "accept"; readonly ballot: Ballot; readonly proposal: Proposal }
  | { readonly type: "accepted"; readonly ballot: Ballot }
  | { readonly type: "decided"; readonly ballot: Ballot; readonly proposal: Proposal };
type Message = PaxosMessage | RegisterMessage;

interface ServerState {
  readonly ballot: Ballot;
  readonly proposal: Proposal | null;
  /** what each server had accepted when it promised; at most one entry for each */
  readonly prepares: Readonly<Record<Server, Accepted>>;
  /** at most each server */
  readonly accepts: readonly Server[];
  readonly accepted: Accepted;
  readonly decided: boolean;
}

const MAJORITY = 2;

function server(node: Server, servers: readonly Server[]): Actor<ServerState, Message> {
  const peers = servers.filter((peer) => peer !== node);
  const toPeers = (msg: PaxosMessage): Envelope<Message>[] => peers.map((to) => ({ to, msg }));
  return {
    node,
    start: {
      state: {
        ballot: ballotOf(0, servers[0] as Server),
        proposal: null,
        prepares: {},
        accepts: [],
        accepted: "",
        decided: false,
      },
    },
    receive(state, from, msg): Reaction<ServerState, Message> | null {
      if (state.decided) {
        if (msg.type !== "get") return null;
        const { value } = partsOf(proposalIn(state.accepted));
        return { state, sends: [{ to: from, msg: { ...msg, type: "getOk", value } }] };
      }
      switch (msg.type) {
        case "put": {
          if (state.proposal !== null) return null;
          const ballot = ballotOf(roundOf(state.ballot) + 1, node);
          const { request, value } = msg;
          const proposal: Proposal = `${request} ${from as Client} ${value}`;
          const prepares = { [node]: state.accepted };
          return {
            state: { ...state, proposal, ballot, prepares, accepts: [] },
            sends: toPeers({ type: "prepare", ballot }),
          };
        }
        case "prepare": {
          const { ballot } = msg;
          if (state.ballot >= ballot) return null;
          const prepared: Message = { type: "prepared", ballot, lastAccepted: state.accepted };
          return { state: { ...state, ballot }, sends: [{ to: from, msg: prepared }] };
        }
        case "prepared": {
          const { ballot } = msg;
          if (state.ballot !== ballot) return null;
          const prepares: ServerState["prepares"] = { ...state.prepares, [from]: msg.lastAccepted };
          const all = Object.values<Accepted>(prepares);
          if (all.length !== MAJORITY) return { state: { ...state, prepares } };
          const latest = all.reduce((one, other) => (one > other ? one : other));
          const proposal = latest === "" ? (state.proposal as Proposal) : proposalIn(latest);
          const accepted = acceptedOf(ballot, proposal);
          return {
            state: { ...state, prepares, proposal, accepted, accepts: [node] },
            sends: toPeers({ type: "accept", ballot, proposal }),
          };
        }
        case "accept": {
          const { ballot, proposal } = msg;
          if (state.ballot > ballot) return null;
          return {
            state: { ...state, ballot, accepted: acceptedOf(ballot, proposal) },
            sends: [{ to: from, msg: { type: "accepted", ballot } }],
          };
        }
        case "accepted": {
          const { ballot } = msg;
          if (state.ballot !== ballot) return null;
          const accepts = [...new Set([...state.accepts, from as Server])].sort();
          if (accepts.length !== MAJORITY) return { state: { ...state, accepts } };
          const proposal = state.proposal as Proposal;
          const { requester, request } = partsOf(proposal);
          return {
            state: { ...state, accepts, decided: true },
            sends: [
              ...toPeers({ type: "decided", ballot, proposal }),
              { to: requester, msg: { type: "putOk", request } },
            ],
          };
        }
        case "decided": {
          const { ballot, proposal } = msg;
          return {
            state: { ...state, ballot, accepted: acceptedOf(ballot, proposal), decided: true },
          };
        }
        default:
          return null;
      }
    },
  };
}

export const paxosServers = ({ servers }: Members) => servers.map((node) => server(node, servers));

/** Single-decree Paxos with three servers, after examples/paxos.rs of Stateright. */
export function paxos(clientCount: number): Problem {
  const all = members(3, clientCount);
  return registerProblem("paxos", all, paxosServers(all), "nonduplicating");
}
