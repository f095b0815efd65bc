import type { Index } from "../../../spec/automaton/index.ts";
import type { Wire } from "../../network/process.ts";

/** What happens to a message; see `LinkCounters`. `unsendable` has no encoding. */
export type MessageStep =
  | "sent"
  | "delivered"
  | "lost"
  | "cut"
  | "unsent"
  | "malformed"
  | "unsendable";

export interface MessageEvent {
  readonly step: MessageStep;
  /** counts all messages of the network, from 0; copies have the number of the original */
  readonly id: number;
  readonly from: Index;
  readonly to: Index;
  /** none for what was not sent */
  readonly bytes: Uint8Array;
}

export interface PassingMessage {
  readonly from: Index;
  readonly to: Index;
  readonly message: Wire;
}

/** A message on its way in manual mode. */
export interface PendingMessage extends PassingMessage {
  readonly id: number;
}
