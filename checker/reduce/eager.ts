import type { Problem } from "../../spec/automaton/claim.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import type { Model } from "../explore/model.ts";
import type { Selection } from "../explore/reduced.ts";
import { pairsOf } from "./independence.ts";
import type { Analysis } from "./partial-order.ts";
import { refuse } from "./refusals.ts";

/**
 * Eager steps: where an action that is declared eager leads to another state, it alone is explored.
 * That is a stubborn set of one action, known before the search: over the closure, the action
 * accords with every other one, and it is a key wherever it is enabled (see `StubbornSets`).
 */
export class EagerSteps implements Selection {
  readonly #names: ReadonlySet<string>;
  readonly #model: Model;
  readonly #otherwise: Selection | null;

  /** @param otherwise chooses among the steps of states without an eager one */
  constructor(problem: Problem, model: Model, otherwise: Selection | null) {
    this.#names = new Set(problem.eager);
    this.#model = model;
    this.#otherwise = otherwise;
  }

  select(words: Int32Array, moving: readonly number[]): readonly number[] {
    const eager = moving.find((id) => this.#names.has((this.#model.actions[id] as Action).name));
    if (eager !== undefined) return [eager];
    return this.#otherwise?.select(words, moving) ?? moving;
  }
}

/** @throws QuorateError `reduction-refused` where an action that is declared eager must not be */
export function refuseUnsoundEager(problem: Problem, analysis: Analysis): void {
  const { model } = analysis.closure;
  const names = problem.eager ?? [];
  if (names.length === 0) refuse("eager", problem, "no action is declared eager");
  for (const name of names) {
    const isKnown = problem.system.leaves.some(({ automaton }) =>
      Object.hasOwn(automaton.transitions, name),
    );
    if (!isKnown) refuse("eager", problem, `there is no action ${name}`);
  }
  model.actions.forEach((action, id) => {
    if (!names.includes(action.name)) return;
    const why = obstacleTo(problem, analysis, id);
    if (why !== null) refuse("eager", problem, `${actionText(action)} ${why}`);
  });
}

/** Why an action cannot be eager; null where it can. */
function obstacleTo(
  problem: Problem,
  { closure, independence, visibility, cycles }: Analysis,
  id: number,
): string | null {
  const text = (other: number) => actionText(closure.model.actions[other] as Action);
  for (const other of independence.dependentOn(id)) {
    if (!independence.leavesEnabled(other, id)) return `may be disabled by ${text(other)}`;
    if (!independence.leavesEnabled(id, other)) return `may disable ${text(other)}`;
    return `does not commute with ${text(other)}`;
  }
  if (visibility.shows(id)) return "changes what a property or a witness reads";
  const owed = problem.properties.find(({ kind }) => kind === "quiescence");
  if (owed !== undefined && closure.model.spontaneous[id] === 1) {
    return `is spontaneous, and nobody owes it where "${owed.name}" looks for quiescence`;
  }
  const touches = independence.touches[id] ?? [];
  const movesOf = (touch: (typeof touches)[number]) => pairsOf(touch, () => true);
  const leaves = touches.some((touch) =>
    movesOf(touch).every(([from, to]) => cycles.leaves(touch.track, from, to)),
  );
  const forward = touches.every((touch) =>
    movesOf(touch).every(([from, to]) => from === to || !cycles.isBackward(touch.track, from, to)),
  );
  return leaves || forward ? null : "may happen again and again while nothing else does";
}
