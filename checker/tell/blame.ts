import type { Problem } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { SearchOptions, ToolOptions } from "../explore/budget.ts";
import { type Exploration, explore } from "../search/search.ts";
import { type Projection, projectionsOf } from "./projections.ts";
import { Stored } from "./stored.ts";

/** Up to so many states are counted exactly; of more a sample is taken. */
const EXACT_MAX = 200_000;
const SAMPLE = 4_000;
/** A sample is smaller where each of its states has to be compared with many others … */
const LOOKUPS_MAX = 4_000_000;
/** … but no smaller than this. */
const SAMPLE_MIN = 200;
/** Standard errors to each side: 95 of 100 such intervals hold the true count. */
const Z = 1.96;
/** What none of n draws shows is, at the same 95 %, rarer than 3/n. */
const UNSEEN = 3;

/** What a leaf, a field, an outbox or a cell contributes to the number of states. */
export interface Blame {
  readonly name: string;
  readonly kind: Projection["kind"];
  /** how many distinct values it takes; null for all cells of an automaton together */
  readonly values: number | null;
  /** how many states there would be without it: those that differ in it alone are one */
  readonly without: number;
  /** states over `without` */
  readonly factor: number;
  /** half the width of the 95 % interval around `without`; 0 where it was counted exactly */
  readonly error: number;
}

export interface BlameReport {
  readonly states: number;
  /** how many states were sampled; null where all were counted */
  readonly sampled: number | null;
  /** the largest factor first */
  readonly blames: readonly Blame[];
  /** automata of cells that are too many to be projected away together in a sample */
  readonly unknown: readonly string[];
}

/**
 * Explores a problem, and tells what its states are made of. Up to 200,000 states every
 * number is exact. Above, the counts without a part are estimated from a sample of states that is
 * the same each time, with the error of the estimate; then all cells of an automaton together are
 * left out. With the reduction `symmetry` it speaks of the representatives that the search stores.
 *
 * @param options.exactMax another limit than 200,000
 * @throws QuorateError `reduction-refused` with `absorbing-inputs`, which stores other states;
 * `budget-invalid`
 */
export function blame(
  problem: Problem,
  options: SearchOptions & { readonly exactMax?: number } = {},
): { readonly exploration: Exploration; readonly report: BlameReport } {
  if (problem.reductions?.includes("absorbing-inputs")) {
    const what = `absorbing-inputs in "${problem.system.name}": its states are not those of the system.`;
    throw new QuorateError("reduction-refused", what);
  }
  const { exactMax = EXACT_MAX, ...search } = options;
  let report: BlameReport | null = null;
  const inside: ToolOptions = {
    ...search,
    look: (model, states) => {
      report = reportOf(new Stored(model, states), exactMax);
    },
  };
  const exploration = explore(problem, inside);
  return { exploration, report: report as never };
}

function reportOf(stored: Stored, exactMax: number): BlameReport {
  const occurrences = stored.occurrences();
  const isExact = stored.size <= exactMax;
  const projections = projectionsOf(stored.model);
  const [known, unknown] = [
    projections.filter(({ values }) => isExact || values !== null),
    projections.filter(({ values }) => !isExact && values === null),
  ];
  const blames = known.map((projection): Blame => {
    const { name, kind } = projection;
    const met = occurrences[projection.tracks[0]?.track ?? 0] as Int32Array;
    const present = projection.values?.filter((_, id) => (met[id] as number) > 0);
    const values = present ? new Set(present).size : null;
    const { without, error } = isExact
      ? { without: stored.merged(projection), error: 0 }
      : estimate(stored, projection, met);
    return { name, kind, values, without, factor: stored.size / without, error };
  });
  return {
    states: stored.size,
    sampled: isExact ? null : SAMPLE,
    blames: blames.sort((one, other) => other.factor - one.factor),
    unknown: unknown.map(({ name }) => name),
  };
}

/**
 * States that differ in a part alone form classes; a state in a class of k counts as 1/k of a class.
 * The mean over a sample of states, drawn with replacement, has no bias.
 */
function estimate(stored: Stored, { tracks }: Projection, met: Int32Array) {
  const [{ track, without }] = tracks as readonly [Projection["tracks"][number]];
  const classes = new Map<number, number[]>();
  without.forEach((least, id) => {
    if ((met[id] as number) === 0) return;
    const of = classes.get(least) ?? [];
    of.push(id);
    classes.set(least, of);
  });
  const alike = (id: number) => classes.get(without[id] as number) ?? [];
  const widest = Math.max(...Array.from(classes.values(), ({ length }) => length));
  const draws = Math.min(SAMPLE, Math.max(SAMPLE_MIN, Math.floor(LOOKUPS_MAX / widest)));
  const next = generator();
  let [sum, squares] = [0, 0];
  for (let draw = 0; draw < draws; draw++) {
    const share = 1 / stored.siblings(Math.floor(next() * stored.size), track, alike);
    sum += share;
    squares += share * share;
  }
  const mean = sum / draws;
  const variance = Math.max(0, squares / draws - mean * mean) / (draws - 1);
  const unseen = (UNSEEN / draws) * Math.max(mean, 1 - mean);
  const error = Math.max(Z * Math.sqrt(variance), unseen);
  return {
    without: Math.round(mean * stored.size),
    error: Math.ceil(error * stored.size),
  };
}

/** The same numbers from 0 to 1 each time (Vigna's splitmix, cut to 32 bits). */
function generator(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  };
}
