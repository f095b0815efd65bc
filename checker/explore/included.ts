import type { Layout } from "./layout.ts";
import type { Ref } from "./store.ts";
import type { SubsetMonitor } from "./subsets.ts";

/** The monitor of an inclusion, and where its value is. */
export interface Included {
  /** which property */
  readonly at: number;
  readonly track: number;
  readonly monitor: SubsetMonitor;
}

/** What decides refinements along with the search. */
export interface Refining {
  readonly checksSteps: boolean;
  /** whether each state is to be looked at once more when its steps are known */
  readonly looksAround: boolean;
  readonly checksEnds: boolean;
  relayout(layout: Layout): void;
  /** A start state was found. */
  started(ref: Ref, words: Int32Array, base: number): void;
  step(ref: Ref, before: Int32Array, action: number, after: Int32Array, base: number): void;
  around(ref: Ref, words: Int32Array): void;
  /** How the system, without its monitors, could go on from a state. */
  endAt(words: Int32Array): "owing" | "quiescent" | "dead";
}
