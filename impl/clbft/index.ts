/**
 * CLBFT: practical Byzantine fault tolerance of Castro and Liskov (OSDI 1999, TOCS 2002), as paper W wraps it. Its
 * specifications, automata and bounded instances. Rules are numbered in `rules.md`.
 * @packageDocumentation
 */

export type {
  BackEndActions,
  Placed,
  Prescribed,
  Reported,
} from "../../spec/clbft/interface.ts";
export type { Named } from "../../spec/clbft/request.ts";
export {
  type Repeats,
  type Sequenced,
  type SequencerActions,
  type SequencerInstance,
  type SequencerState,
  sequencer,
  sequencerSystem,
} from "../../spec/clbft/sequencer.ts";
export {
  type SingleServerInstance,
  singleServer,
  singleServerSystem,
} from "../../spec/clbft/single-server.ts";
export type { Applied, Service } from "../../spec/service/service.ts";
export { agreement } from "./agreement/automaton.ts";
export { type Start, startOf } from "./agreement/new-view.ts";
export {
  type AgreementActions,
  type AgreementBounds,
  type AgreementOptions,
  type AgreementState,
  awaitsPrimary,
  type Entry,
} from "./agreement/state.ts";
export {
  type ClientActions,
  type ClientOptions,
  type ClientState,
  clbftClient,
  hasRoom,
  nextTimestamp,
  type Outstanding,
} from "./client-automaton.ts";
export {
  admits,
  type ExecutionActions,
  type ExecutionOptions,
  type ExecutionState,
  execution,
  type Snapshot,
} from "./execution/automaton.ts";
export type { Clients } from "./execution/clients.ts";
export {
  type Batch,
  type Checkpoint,
  type Client,
  type ClientRecord,
  GENESIS,
  type Ordered,
  type Prepared,
  primaryOf,
  type Replica,
  type Report,
  type Request,
  type ServiceState,
} from "./messages.ts";
export { type Clbft, clbft } from "./model/composition.ts";
export { type ClbftSize, clbftWorldOf } from "./model/instances.ts";
export { SEQUENCE } from "./model/service.ts";
export type { ClbftWorld } from "./model/world.ts";
export {
  createClient,
  createReplica,
  protocol,
  type Replica as RunningReplica,
  type ReplicaOptions,
  type ServiceClient,
  type ServiceClientOptions,
} from "./replica.ts";
export {
  type ClbftRules,
  MUTANTS,
  PRINTED_DECIDES,
  PRINTED_E09,
  PRINTED_READS,
  type QuorumSizes,
  quorumSizes,
  REPAIRED,
  type ReplySizes,
  replySizes,
} from "./rules.ts";
export { clockOf, type TimerActions, type TimerOptions, type TimerState, timer } from "./timer.ts";
