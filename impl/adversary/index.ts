/**
 * Ready-made Byzantine behaviours: decorators that make a correct process of any protocol a faulty
 * one, with real keys or simulated ones.
 * @packageDocumentation
 */
export { type Aim, EVERYTHING } from "./aim.ts";
export {
  type Again,
  type Behaviour,
  byzantine,
  combine,
  type Deviation,
  type Parcel,
  sometimes,
} from "./behaviour.ts";
export { doubleVote, type StaleOptions, stale, type TwinOptions, twin } from "./copies.ts";
export { type GarbageOptions, garbage, type MutateOptions, mutate } from "./mutate.ts";
export {
  type EquivocateOptions,
  equivocate,
  type Lie,
  type ReplayOptions,
  replay,
} from "./replay.ts";
export { type CrashOptions, crash, mute, withhold } from "./silence.ts";
export {
  BEHAVIOURS,
  behaviourNamed,
  type NamedBehaviour,
  type Plain,
  type PlainOptions,
} from "./table.ts";
export {
  type DelayOptions,
  type DuplicateOptions,
  delay,
  duplicate,
  type ReorderOptions,
  reorder,
} from "./timing.ts";
