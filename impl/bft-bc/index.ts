/**
 * BFT-BC, the base protocol of Liskov and Rodrigues, "Byzantine Clients Rendered Harmless": its
 * specification, automata and bounded instances, and replicas and clients that run. Rules are numbered
 * in `rules.md`.
 * @packageDocumentation
 */
export {
  atomicRegister,
  type RegisterActions,
  type RegisterInstance,
  type RegisterObject,
} from "../../spec/register/register.ts";
export { type ClientActions, client } from "./client-automaton.ts";
export type { ClientState, Phase, TimestampsRead } from "./client-state.ts";
export { bftBc, registerOf } from "./composition.ts";
export { type InstanceSize, worldOf } from "./instances.ts";
export { medium } from "./medium.ts";
export {
  type Client,
  compareTimestamps,
  GENESIS,
  type PrepareProof,
  type Replica,
  successor,
  type Timestamp,
  type Written,
} from "./messages.ts";
export {
  type ClientOptions,
  createClient,
  createReplica,
  type KeyValueClient,
  protocol,
  type Replica as RunningReplica,
  type ReplicaOptions,
} from "./replica.ts";
export { type ReplicaActions, type ReplicaState, replica } from "./replica-automaton.ts";
export {
  MUTANTS,
  OPTIMISED,
  PLAIN,
  PRINTED,
  PRINTED_E01,
  PRINTED_E02,
  PRINTED_E08,
  PRINTED_E11,
  PRINTED_E12,
  PRINTED_E13,
  PRINTED_OPTIMISED,
  PRINTED_STRONG,
  PRINTED_STRONG_OPTIMISED,
  REPAIRED,
  type Rules,
  STRONG,
  STRONG_OPTIMISED,
} from "./rules.ts";
export type { Certificate } from "./statements.ts";
export { user } from "./user.ts";
export type { Operation, World } from "./world.ts";
