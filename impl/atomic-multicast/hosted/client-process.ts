import type { Index } from "../../../spec/automaton/index.ts";
import { Exchange } from "../../network/exchange.ts";
import type { HostedProcess, ProcessHost } from "../../network/process.ts";
import type { HostFacts } from "../../network/protocol.ts";
import type { OperationEnded, ServiceClient } from "../../network/service-protocol.ts";
import type { Request } from "../atomic/message.ts";
import type { ClientState } from "../machine/client-automaton.ts";
import { clientAutomata } from "./automata.ts";
import { decodeReply } from "./decode.ts";
import { asMessage, asReply, hexOfBytes, type ReplyMessage, requestStatement } from "./wire.ts";

const UNIT = "client";

/**
 * A client as hosts run it: the automaton of section 3.2, and its mailbox, which repeats the request and
 * collects the replies until f + 1 replicas say the same. One operation at a time; its ticket is its number.
 */
export function clientProcess(
  self: Index<"client">,
  facts: HostFacts,
  ended: OperationEnded,
): ServiceClient {
  const { replicas, faults, retransmission, messageBytes } = facts;
  const group = new Set<Index>(replicas);
  let underway: { readonly seq: number; readonly exchange: Exchange<ReplyMessage> } | null = null;
  const process: HostedProcess = {
    self,
    recovers: true,
    unit: () => clientAutomata(self, replicas),
    decode(from, message) {
      if (!group.has(from)) return { refused: "only replicas reply" };
      const decoded = decodeReply(message, messageBytes);
      if ("refused" in decoded) return decoded;
      const isAwaited = asReply(decoded.message).seq === underway?.seq;
      return isAwaited ? decoded : { refused: "not awaited" };
    },
    deliver(from, { message }, host) {
      const { seq, result } = asReply(message);
      if (underway === null || underway.seq !== seq) return;
      // Not signed: the channel says who replies, and nobody shows a reply to others.
      underway.exchange.answers.set(from, asReply(message));
      const same = [...underway.exchange.answers.values()].filter((one) => one.result === result);
      if (same.length <= faults) return;
      underway.exchange.close();
      underway = null;
      host.input(UNIT, { name: "REPLIES", payload: { client: self, seq, result } });
    },
    emit(unit, action, host) {
      if (action.name === "SEND") {
        const { message } = action.payload as unknown as { readonly message: Request };
        const { client, seq, op } = message;
        const signature = hexOfBytes(host.sign(requestStatement(message)));
        underway?.exchange.close();
        const request = asMessage({ type: "REQUEST", client, seq, op, signature });
        const exchange = new Exchange<ReplyMessage>(host, unit, replicas, request, retransmission);
        underway = { seq, exchange };
      } else if (action.name === "RETURN") {
        const { result } = action.payload as unknown as { readonly result: string };
        const { seq } = stateOf(host);
        host.release(unit, () => ended(seq, result));
      }
    },
    connected(peer) {
      if (group.has(peer)) underway?.exchange.sendTo(peer);
    },
  };
  return {
    process,
    hasRoom: (host) => stateOf(host).phase.at === "idle",
    begin(host, operation) {
      host.input(UNIT, { name: "INVOKE", payload: { client: self, op: operation } });
      return stateOf(host).seq;
    },
  };
}

const stateOf = (host: ProcessHost) => host.state(UNIT, "client") as ClientState;
