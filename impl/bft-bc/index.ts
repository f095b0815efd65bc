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
export { type ClientActions, type ClientState, client, type Phase } from "./client-automaton.ts";
export type { Certificate, Operation, World } from "./coalition.ts";
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
  PLAIN,
  PRINTED,
  PRINTED_E01,
  PRINTED_E02,
  REPAIRED,
  type Rules,
} from "./rules.ts";
export { user } from "./user.ts";
