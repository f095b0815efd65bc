import { exploreWithWorkers } from "../../../checker/cli/workers/spawn.ts";
import { type Exploration, whyAlone } from "../../../checker/search/search.ts";
import { type Problem, QuorateError } from "../../../spec/automaton/index.ts";
import { benchOf, benchProblem, MODULE } from "../models.ts";
import { type Outcome, type OwnRow, REDUCTIONS, usageSoFar } from "./rows.ts";

/**
 * Explores what a row asks for, in this process, as `quorate check` would.
 * @throws Error where a bound, a violation or an unreached witness shows that the row measures nothing
 */
export function measure({ model, size, workers, reductions }: OwnRow): Outcome {
  const bench = benchOf(model);
  const problem: Problem = {
    ...bench.problem(size),
    reductions: REDUCTIONS[reductions],
    symmetries: bench.symmetries(size),
  };
  const alone = workers === 1 ? null : whyAlone(problem, {});
  if (alone !== null) return { refused: alone };
  // Worker threads make the problem anew; a row whose problem is not shared has no threads.
  const source = { module: MODULE, export: benchProblem.name, args: [model, size] };
  try {
    return outcomeOf(exploreWithWorkers(problem, source, { workers }), `${model} ${size}`);
  } catch (error) {
    if (!(error instanceof QuorateError) || error.code !== "reduction-refused") throw error;
    return { refused: error.message.replace(/ Check this claim without .*$/, "") };
  }
}

function outcomeOf(found: Exploration, name: string): Outcome {
  const isDecided = found.bound === null && found.violations.every((one) => one === null);
  if (!isDecided || !found.reached.every((one) => one)) {
    throw new Error(`${name} was not explored as it should be`);
  }
  return { figures: { ...figuresOf(found), ...usageSoFar() } };
}

/** What an exploration tells of itself. */
export function figuresOf(found: Exploration) {
  const total = (of: (leaf: Exploration["leaves"][number]) => number) =>
    found.leaves.reduce((sum, leaf) => sum + of(leaf), 0);
  return {
    states: found.states,
    transitions: found.transitions,
    levels: found.depth,
    bytesPerState: found.bytesPerState,
    memoHitRate: found.memoHitRate,
    coldSteps: total(({ coldSteps }) => coldSteps),
    coldMs: total(({ coldMs }) => coldMs),
    notes: found.notes,
  };
}
