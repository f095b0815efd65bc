import type { Problem } from "../../../spec/automaton/index.ts";
import type { Actor } from "./actors.ts";
import {
  type Members,
  members,
  type RegisterMessage,
  registerProblem,
  type Server,
  type Value,
} from "./register.ts";

interface ServerState {
  readonly value: Value;
}

const server = (node: Server): Actor<ServerState, RegisterMessage> => ({
  node,
  start: { state: { value: "-" } },
  receive(state, from, msg) {
    const { request } = msg;
    if (msg.type === "put") {
      return {
        state: { value: msg.value },
        sends: [{ to: from, msg: { type: "putOk", request } }],
      };
    }
    if (msg.type !== "get") return null;
    return { state, sends: [{ to: from, msg: { type: "getOk", request, value: state.value } }] };
  },
});

export const singleCopyServers = ({ servers }: Members) => servers.map(server);

/**
 * Servers that each keep a value of their own, after examples/single-copy-register.rs of
 * Stateright: linearizable with one server only.
 */
export function singleCopyRegister(serverCount: number, clientCount: number): Problem {
  const all = members(serverCount, clientCount);
  return registerProblem("single-copy-register", all, singleCopyServers(all), "nonduplicating");
}
