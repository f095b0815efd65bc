/**
 * The language: I/O automata over plain data, their composition, and claims about them.
 * @packageDocumentation
 */
export type { Absorbing } from "./absorbing.ts";
export {
  type AnyAutomaton,
  type Automaton,
  type AutomatonDefinition,
  automaton,
  type Clauses,
  type Effect,
  type Input,
  type InputTransition,
  type Internal,
  type InternalTransition,
  type NoParameters,
  type Output,
  type OutputTransition,
  observer,
  type PayloadOf,
  type Recovery,
  type Send,
  type SentTransition,
  type Signature,
  type Transitions,
} from "./automaton.ts";
export { Bytes } from "./bytes.ts";
export { cells, type Scope } from "./cells.ts";
export { type Choice, choice, type Draw, drawAll, drawFrom } from "./choices.ts";
export {
  type Case,
  type Claim,
  claim,
  isClaim,
  type Problem,
  type Reduction,
  type Survivor,
  type Tier,
  type Verdict,
} from "./claim.ts";
export {
  difference,
  drop,
  entries,
  get,
  has,
  insert,
  keys,
  mapOf,
  put,
  remove,
  setOf,
  size,
  union,
  values,
} from "./collections.ts";
export {
  type ActionNameOf,
  type Composition,
  compose,
  hide,
  type Leaf,
  mapAutomata,
  type Parts,
  rename,
  type StatesOf,
} from "./compose.ts";
export { type ErrorCode, errorCodes, QuorateError } from "./errors.ts";
export { type Action, actionText } from "./execute.ts";
export { durable, type Field, volatile } from "./fields.ts";
export {
  alwaysEventually,
  eventually,
  eventuallyAlways,
  type Fairness,
  fairChannel,
  type LivenessProperty,
  leadsTo,
  notFair,
  stronglyFair,
  weaklyFair,
} from "./liveness.ts";
export {
  clausesOf,
  type PartClause,
  type VolatileMutant,
  volatileMutants,
  withoutClause,
  withoutRecovery,
  withVolatile,
} from "./mutants.ts";
export { plain } from "./plain.ts";
export {
  includedIn,
  invariant,
  noDeadlock,
  type Property,
  quiescentWhenFinished,
  type Readable,
  stepInvariant,
  type View,
  type Visible,
  type Witness,
  witness,
  witnessAction,
} from "./properties.ts";
export { byzantineQuorums, type Quorums, subsets } from "./quorums.ts";
export { fairlyIncludedIn, projected, simulates } from "./refinement.ts";
export {
  type FaultsState,
  type RestartActions,
  type Restarting,
  type Restarts,
  withRestarts,
} from "./restarts.ts";
export {
  applyAction,
  type Global,
  type Local,
  type Offer,
  offersOf,
  type Step,
  startStates,
  stepsFrom,
} from "./semantics.ts";
export { counterService, type Service } from "./services.ts";
export { interchangeable, type Symmetry } from "./symmetry.ts";
export { spontaneous, type Task, urgent } from "./tasks.ts";
export { threshold } from "./thresholds.ts";
export { type Digest, type DigestFunction, symbolicDigest, type Token } from "./tokens.ts";
export {
  canonical,
  compare,
  detach,
  equal,
  freeze,
  type Index,
  index,
  indices,
  isIndex,
  labelOf,
  named,
  positionOf,
  sortOf,
  type Value,
} from "./values.ts";
