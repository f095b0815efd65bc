import { Counterexamples } from "../explore/counterexample.ts";
import { refuseShrinkingCells } from "../explore/diamonds.ts";
import { type Exploration, memoStatistics, trackCounts } from "../explore/exploration.ts";
import { Paths } from "../explore/paths.ts";
import { type Inquiry, mergedCoverage, type WorkerReport } from "../explore/together.ts";
import { decideLiveness } from "../liveness/liveness.ts";
import { decideFairRefinement } from "../refine/fair.ts";
import type { Parts } from "./parts.ts";

/** The bound of a worker that ends because another has met one. */
export const ELSEWHERE = "met by another worker";

/** How a worker's search ended. */
export interface End {
  readonly depth: number;
  /** the budget that ended it; null where it came to its own end */
  readonly bound: string | null;
  /** since it began, read when all is decided */
  readonly seconds: () => number;
}

/** What a worker found, for the leader. */
export function reportOf(parts: Parts, bound: string | null): WorkerReport {
  const { model, states, rows, stepper, decider, expander } = parts;
  const { violated, reached, checksEnds } = decider;
  const sent = model.sentActions();
  return {
    states: states.count,
    levels: states.levels(),
    transitions: expander.transitions,
    bound,
    reached,
    violated: violated.map(
      (found) =>
        found && {
          words: states.wordsOf(found.ref),
          level: states.levelOf(found.ref),
          action: found.action,
        },
    ),
    coverage: model.coverage.toJSON(),
    counts: trackCounts(model, rows.looked(), stepper.sent),
    bytes: parts.bytes,
    notes: refuseShrinkingCells(model, sent, checksEnds),
  };
}

/**
 * What a search found, of all its workers.
 *
 * @param others what the other workers found, which can be asked for more by `inquiry`
 */
export function explorationOf(
  parts: Parts,
  end: End,
  others: readonly WorkerReport[] = [],
  inquiry: Inquiry | null = null,
): Exploration {
  const { problem, options, model, states, stepper, decider, expander } = parts;
  const { orbits, antichain, monitored } = parts;
  orbits?.settle();
  const own = reportOf(parts, end.bound);
  const all = [own, ...others];
  const total = (of: (one: WorkerReport) => number) => all.reduce((sum, one) => sum + of(one), 0);
  const notes = [...new Set(all.flatMap((one) => one.notes))];
  if (antichain !== null && antichain.subsumed > 0) {
    notes.push(`antichains: ${antichain.subsumed} of the states were not expanded`);
  }
  const paths = new Paths(model, states, expander, inquiry);
  const examples = new Counterexamples(model, states, stepper, paths, orbits);
  const bound = all.find((one) => one.bound !== null && one.bound !== ELSEWHERE)?.bound ?? null;
  const violated = decider.withThoseElsewhere(others, (ref) => states.levelOf(ref));
  const live = decideLiveness(problem, model, states, {
    complete: bound === null,
    minimal: options.minimalFairness ?? false,
  });
  const included = Array.from(monitored, ([at, one]) => ({ at, ...one }));
  const isViolated = (at: number) => violated[at] !== null;
  const fair = decideFairRefinement(problem, model, states, included, isViolated);
  const liveness = live.map((found, at) => found ?? fair[at] ?? null);
  options.look?.(model, states);
  const count = total((one) => one.states);
  return {
    states: count,
    levels:
      own.levels
        ?.map((_, level) => total(({ levels }) => levels?.[level] ?? 0))
        .filter((width) => width > 0) ?? null,
    transitions: total((one) => one.transitions),
    depth: end.depth,
    seconds: end.seconds(),
    bound,
    violations: violated.map((found, at) =>
      found === null
        ? (liveness[at]?.violation ?? null)
        : examples.violation(found, monitored.get(at)),
    ),
    liveness,
    reached: own.reached.map((_, at) => all.some(({ reached }) => reached[at])),
    coverage: others.length === 0 ? own.coverage : mergedCoverage(all.map((one) => one.coverage)),
    ...memoStatistics(
      model,
      all.map((one) => one.counts),
    ),
    bytesPerState: Math.round((total((one) => one.bytes) / Math.max(1, count)) * 10) / 10,
    words: states.layout.words,
    notes,
  };
}
