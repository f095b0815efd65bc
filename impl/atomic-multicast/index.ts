/**
 * Atomic multicast of Doudou, Garbinato and Guerraoui, "Modular Abstractions for Devising
 * Byzantine-Resilient State Machine Replication": its specifications and automata. Rules are
 * numbered in `rules.md`.
 * @packageDocumentation
 */

export {
  type MutenessActions,
  type MutenessInstance,
  type MutenessState,
  type MutenessView,
  muteness,
  type Wait,
} from "../../spec/multicast/muteness.ts";
export {
  type Estimate,
  type SignedValue,
  type WeakInteractiveConsistencyActions,
  type WeakInteractiveConsistencyInstance,
  type WeakInteractiveConsistencyState,
  weakInteractiveConsistency,
  weakInteractiveConsistencySystem,
} from "../../spec/multicast/weak-interactive-consistency.ts";
export type { Applied, Service } from "../../spec/service/service.ts";
export {
  type DetectorActions,
  type DetectorOptions,
  type DetectorState,
  detector,
  MESSAGES_PER_ROUND,
} from "./detector/automaton.ts";
export { awaitedBy } from "./detector/awaited.ts";
export {
  type Conviction,
  type Misbehaviour,
  misbehaviour,
  type Received,
} from "./detector/judge.ts";
export { DETECTOR_MUTANTS, DETECTOR_REPAIRED, type DetectorRules } from "./detector/rules.ts";
export { byOneTick, doubling, type Timeouts } from "./detector/timeouts.ts";
export {
  type Certified,
  coordinatorOf,
  type Replica,
  type Report,
  type Signed,
  type Statement,
  type StatementOf,
} from "./messages.ts";
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
  valuesIn,
  WIC_ECHO_TO_ALL,
  WIC_MUTANTS,
  WIC_ONE_VALUE,
  WIC_PRINTED,
  WIC_PRINTED_BUT,
  WIC_REPAIRED,
  type WicRules,
  type WicSizes,
  wicSizes,
} from "./rules.ts";
export { specificationOf, wic } from "./wic/composition.ts";
export { type WicSize, wicWorldOf } from "./wic/instances.ts";
export {
  type Decision,
  type WicReplicaActions,
  type WicReplicaOptions,
  type WicState,
  wicReplica,
} from "./wic/replica.ts";
export {
  type CertifiedWithProof,
  isEstimate,
  isQuorum,
  isValidDecide,
  isValidGoPhase2,
  isValidInitial,
  isValidReady,
  lastSuccessfullyEchoCertified,
  type ProvedReport,
  type WicGroup,
} from "./wic/valid.ts";
export type { WicWorld } from "./wic/world.ts";
