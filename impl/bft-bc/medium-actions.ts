import type { Input, Output } from "../../spec/automaton/index.ts";
import type { ClientActions } from "./client-automaton.ts";
import type {
  Client,
  NonceRequest,
  PrepareAck,
  PrepareBody,
  PrepareRequest,
  ReadReply,
  ReadTsPrepBody,
  ReadTsPrepReply,
  ReadTsPrepRequest,
  ReadTsReply,
  RegisterObject,
  WriteAck,
  WriteBody,
  WriteRequest,
} from "./messages.ts";

/** What every request of a client says. */
type From = { client: Client; object: RegisterObject; nonce: number };

export interface MediumActions {
  "SEND-READ-TS": Input<From>;
  "SEND-READ-TS-PREP": Input<From & ReadTsPrepBody>;
  "SEND-PREPARE": Input<From & PrepareBody>;
  "SEND-WRITE": Input<From & WriteBody>;
  "SEND-READ": Input<From>;
  "READ-TS-REPLY": Input<ReadTsReply>;
  "READ-TS-PREP-REPLY": Input<ReadTsPrepReply>;
  "PREPARE-ACK": Input<PrepareAck>;
  "WRITE-ACK": Input<WriteAck>;
  "READ-REPLY": Input<ReadReply>;
  "READ-TS": Output<NonceRequest>;
  "READ-TS-PREP": Output<ReadTsPrepRequest>;
  PREPARE: Output<PrepareRequest>;
  WRITE: Output<WriteRequest>;
  READ: Output<NonceRequest>;
  "READ-TS-QUORUM": Output<ClientActions["READ-TS-QUORUM"]["payload"]>;
  "PREPARE-QUORUM": Output<ClientActions["PREPARE-QUORUM"]["payload"]>;
  "WRITE-QUORUM": Output<ClientActions["WRITE-QUORUM"]["payload"]>;
  "READ-QUORUM": Output<ClientActions["READ-QUORUM"]["payload"]>;
  STOP: Output<{ client: Client }>;
  SILENCE: Output;
}
