/**
 * Faulty processes for the checker: a coalition that says whatever signatures allow, and behaviours
 * that are weaker and easier to explain, as automata to compose with.
 * @packageDocumentation
 */
export { accepting } from "./accepting.ts";
export { type CoalitionOptions, coalition, tokenSoup } from "./coalition.ts";
export {
  doubleVote,
  halves,
  type Split,
  type TwinActions,
  type TwinOptions,
  type Twins,
  twin,
} from "./copies.ts";
export {
  type KnowledgeActions,
  type KnowledgeState,
  knows,
  type Stop,
  type StopActions,
} from "./knowledge.ts";
export { type CheckedBehaviour, leftOut } from "./left-out.ts";
export {
  type EquivocateOptions,
  equivocate,
  type Keys,
  type MutateOptions,
  mutate,
} from "./lies.ts";
export { type ReplayOptions, type ReplayState, replay } from "./replay.ts";
export { type CrashActions, type Crashing, crash, mute, withhold } from "./silence.ts";
export { every } from "./universe.ts";
