import type { Action } from "../../spec/automaton/execute.ts";
import type { Global } from "../../spec/automaton/semantics.ts";
import type { CoverageRecord } from "./coverage.ts";
import type { Model } from "./model.ts";

/** What an exploration found. */
export interface Exploration {
  /** distinct reachable states */
  readonly states: number;
  /** steps that lead to another state: each enabled action of each expanded state counts once */
  readonly transitions: number;
  /** levels: edges of the longest shortest path + 1 */
  readonly depth: number;
  /**
   * How many states are first reached on each level: in all, those of `states`. Where the search ended
   * early the last were not expanded; null where it was not breadth first, or its levels are no such.
   */
  readonly levels: readonly number[] | null;
  readonly seconds: number;
  /** which budget ended the search; null where the whole instance was explored */
  readonly bound: string | null;
  /** each property's first violation, shortest when breadth first; null where none was found */
  readonly violations: readonly (Violation | null)[];
  /** for each liveness property what was found out about it; null for the others */
  readonly liveness: readonly (LivenessFound | null)[];
  /** for each witness whether it was reached */
  readonly reached: readonly boolean[];
  readonly coverage: CoverageRecord;
  readonly leaves: readonly LeafStatistics[];
  /** all of the search's tables over its states: states, parents, hash tables, buffers, memos */
  readonly bytesPerState: number;
  readonly memoHitRate: number;
  /** the width of the state vector, in 32-bit words */
  readonly words: number;
  /** what a reader of the verdict must know besides: a check of a reduction that was cut short */
  readonly notes: readonly string[];
}

/** What was found out about a liveness property. */
export interface LivenessFound {
  /** whether an obligation ever arose that was not met at once; the claim is vacuous otherwise */
  readonly arises: boolean;
  readonly assumed: Assumed;
  /** a minimal fairness that suffices; null where nobody asked, or the property does not hold */
  readonly minimal: Assumed | null;
  /** a run that goes on for ever; null where none was found */
  readonly violation: Violation | null;
}

/** The fairness that a property assumes, one name for each task. */
export interface Assumed {
  /** "philosophers[0]/eat"; "network/deliver by message" where each message has a class */
  readonly weak: readonly string[];
  readonly strong: readonly string[];
}

/**
 * How a leaf behaved: few local states and a high hit rate keep the search fast. A step on several
 * cells counts as cold for the first of them.
 */
export interface LeafStatistics {
  readonly name: string;
  readonly localStates: number;
  readonly memoHitRate: number;
  /** how many of its steps were worked out by running model code, and how long that took in all */
  readonly coldSteps: number;
  readonly coldMs: number;
}

/** A run of the system that ends in a violation. */
export interface Violation {
  readonly start: Global;
  /** sent outputs appear as steps of their own */
  readonly actions: readonly Action[];
  /** for a specification: the states it allows after each prefix of the actions */
  readonly specification: readonly (readonly Global[])[] | null;
  /** for liveness: what follows so many actions is repeated for ever; if nothing does, nothing happens */
  readonly loop?: number;
}

/** What a worker counted, by track. */
export interface TrackCounts {
  readonly lookups: readonly number[];
  readonly misses: readonly number[];
  readonly coldSteps: readonly number[];
  readonly coldMs: readonly number[];
  /** of a cell that starts with a boolean: which of its values were met, as bits; 0 of others */
  readonly met: readonly number[];
}

/** What a worker counted: how often each action was looked at, or sent at once, tells the lookups. */
export function trackCounts(
  model: Model,
  looked: readonly number[],
  sent: readonly number[],
): TrackCounts {
  const { partStart, partTrack, actions, tracks, memo, coldSteps, coldMs } = model;
  const lookups = tracks.map(() => 0);
  for (let action = 0; action < actions.length; action++) {
    const times = (looked[action] ?? 0) + (sent[action] ?? 0);
    for (let at = partStart[action] as number; at < (partStart[action + 1] as number); at++) {
      const track = partTrack[at] as number;
      lookups[track] = (lookups[track] as number) + times;
    }
  }
  const met = tracks.map((_, track) => model.metBits(track));
  return { lookups, misses: memo.misses, coldSteps, coldMs, met };
}

/** The statistics of the memo, of each leaf and of all, from what the workers counted. */
export function memoStatistics(
  model: Model,
  counts: readonly TrackCounts[],
): Pick<Exploration, "leaves" | "memoHitRate"> {
  const total = (of: (one: TrackCounts) => readonly number[], track: number) =>
    counts.reduce((sum, one) => sum + (of(one)[track] as number), 0);
  let [lookups, misses] = [0, 0];
  const leaves = model.tracks.map(({ name }, track) => {
    const [looked, missed] = [
      total((one) => one.lookups, track),
      total((one) => one.misses, track),
    ];
    lookups += looked;
    misses += missed;
    const met = counts.reduce((bits, one) => bits | (one.met[track] as number), 0);
    const values = (model.values[track] as unknown[]).length;
    return {
      name,
      localStates: met === 0 ? values : values - 2 + (met & 1) + ((met >> 1) & 1),
      memoHitRate: rate(looked, missed),
      coldSteps: total((one) => one.coldSteps, track),
      coldMs: Math.round(total((one) => one.coldMs, track) * 1000) / 1000,
    };
  });
  return { leaves, memoHitRate: rate(lookups, misses) };
}

function rate(lookups: number, misses: number): number {
  return lookups === 0 ? 1 : Math.round(Math.max(0, 1 - misses / lookups) * 1e6) / 1e6;
}
