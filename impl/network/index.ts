/**
 * Ready-made networks to compose with, and the mailbox that collects votes.
 * @packageDocumentation
 */
export {
  type QuorumSoupActions,
  type QuorumSoupOptions,
  type QuorumSoupState,
  quorumSoup,
} from "../../spec/network/quorum-soup.ts";
export type { Ballot, Handover, Packet, TopicOf, Vote } from "../../spec/network/votes.ts";
export { type BagOptions, type BagState, bag, type Copies } from "./bag.ts";
export { type FifoOptions, type FifoState, fifo } from "./fifo.ts";
export {
  type MailboxActions,
  type MailboxOptions,
  type MailboxRules,
  type MailboxState,
  mailbox,
} from "./mailbox.ts";
export type {
  ActionNames,
  AnyPacket,
  FaultActions,
  LinkModel,
  NetworkActions,
  NetworkModel,
} from "./model.ts";
export {
  type PartitionActions,
  type PartitionOptions,
  type PartitionState,
  partition,
  type Severed,
  type SeveredActions,
  severed,
} from "./partition.ts";
export { type SoupOptions, type SoupState, soup } from "./soup.ts";
