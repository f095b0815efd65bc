import type { Problem } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import type { LivenessFound, Violation } from "../explore/exploration.ts";
import { StateGraph, UNEXPLORED, type Visit } from "../explore/graph.ts";
import type { Included } from "../explore/included.ts";
import type { Model } from "../explore/model.ts";
import type { States } from "../explore/states.ts";
import { FairClasses } from "../liveness/classes.ts";
import { ComponentReader } from "../liveness/component.ts";
import { findFairPlaces } from "../liveness/fair.ts";
import { LoopFinder } from "../liveness/loop.ts";
import { Obligations } from "../liveness/obligations.ts";
import { ENDS, GOAL, LOOPS, REGION, ROOT } from "../liveness/question.ts";
import { Follower, isFair } from "./follow.ts";
import { SpecificationTasks } from "./tasks.ts";

/**
 * Refuses fair refinement with any reduction, as liveness is.
 * @throws QuorateError `reduction-refused`
 */
export function refuseReducedFairness({ system, properties, reductions = [] }: Problem): void {
  const [property, reduction] = [properties.find(isFair), reductions[0]];
  if (property === undefined || reduction === undefined) return;
  const what = `${reduction} in "${system.name}": "${property.name}" asks for fairness.`;
  throw new QuorateError("reduction-refused", what);
}

/**
 * Decides the liveness half of refinements, on the states that a search has found: whether the run
 * of the specification that a fair run of the system stands for is fair, too. Null for properties
 * that do not ask, and where the safety half was violated.
 *
 * A task of the specification is starved by a fair run of the system in whose loop the task is always
 * enabled and never part of an answer: a fair loop among the steps that are left when those that
 * answer by the task are taken away, though they still count for what the system owes.
 *
 * @throws QuorateError `fair-inclusion-undecided`
 */
export function decideFairRefinement(
  { system, properties }: Problem,
  model: Model,
  states: States,
  included: readonly Included[],
  isViolated: (at: number) => boolean,
): (LivenessFound | null)[] {
  return properties.map((property, at) => {
    if (!isFair(property) || isViolated(at)) return null;
    const monitored = included.find((one) => one.at === at) ?? null;
    const follower = new Follower(system, property, monitored?.monitor ?? null);
    const graph = new AnsweredGraph(model, states, follower, monitored?.track ?? -1);
    const classes = new FairClasses(system, property.fair);
    const obligations = new Obligations(model, classes);
    const found = { arises: graph.tasks.size > 0, assumed: classes.assumed(), minimal: null };
    for (const task of graph.tasks) {
      const violation = starving(graph, obligations, task);
      if (violation !== null) return { ...found, violation };
    }
    return { ...found, violation: null };
  });
}

/** A short run that starves a task; null where no fair run does. */
function starving(graph: AnsweredGraph, obligations: Obligations, task: string): Violation | null {
  const flags = new Uint8Array(graph.size);
  for (let state = 0; state < graph.size; state++) {
    if (graph.isOwed(state, task)) flags[state] = REGION | ROOT | GOAL;
  }
  graph.without(task);
  const { parts, ends } = findFairPlaces(graph, obligations, { flags, arises: true });
  graph.without(null);
  if (!ends && parts.length === 0) return null;
  const stem = nearest(graph, (state) => ((flags[state] as number) & (ENDS | LOOPS)) !== 0);
  const last = stem.states.at(-1) as number;
  const start = graph.globalOf(stem.states[0] as number);
  const named = (actions: readonly number[]) =>
    actions.map((action) => graph.model.actions[action] as Action);
  const run = { start, actions: named(stem.actions), specification: null };
  if (((flags[last] as number) & ENDS) !== 0) return { ...run, loop: stem.actions.length };
  graph.without(task);
  const reader = new ComponentReader(graph, obligations, () => true);
  const part = reader.read(parts.find((states) => states.includes(last)) as Int32Array);
  const { actions } = new LoopFinder(part, obligations).through(part.states.indexOf(last));
  graph.without(null);
  return { ...run, actions: [...run.actions, ...named(actions)], loop: stem.actions.length };
}

/** A shortest way from a start state to one that is wanted. */
function nearest(
  graph: StateGraph,
  isWanted: (state: number) => boolean,
): { readonly states: readonly number[]; readonly actions: readonly number[] } {
  const before = new Map<number, { readonly from: number; readonly action: number } | null>();
  for (const start of graph.starts) before.set(start, null);
  for (const found of before.keys()) {
    if (isWanted(found)) {
      const [states, actions]: [number[], number[]] = [[found], []];
      for (let step = before.get(found); step; step = before.get(step.from)) {
        states.push(step.from);
        actions.push(step.action);
      }
      return { states: states.reverse(), actions: actions.reverse() };
    }
    graph.moves(found, (action, to) => {
      if (to >= 0 && !before.has(to)) before.set(to, { from: found, action });
    });
  }
  throw new Error("a stored state cannot be reached");
}

/** The state graph, in which steps that a task of the specification answers may lead nowhere. */
class AnsweredGraph extends StateGraph {
  /** the tasks that are owed a step somewhere */
  readonly tasks = new Set<string>();
  readonly #follower: Follower;
  readonly #specificationTasks: SpecificationTasks;
  /** by state */
  readonly #owed: (readonly string[])[] = [];
  readonly #answered = new Map<string, ReadonlySet<string>>();
  #starved: string | null = null;

  constructor(model: Model, states: States, follower: Follower, track: number) {
    super(model, states);
    this.#follower = follower;
    this.#specificationTasks = new SpecificationTasks(follower.specification);
    for (let state = 0; state < this.size; state++) {
      const stands = follower.standsFor(this.globalOf(state), this.valueAt(state, track));
      const owed = this.#specificationTasks.owedIn(stands);
      this.#owed.push(owed);
      for (const task of owed) this.tasks.add(task);
    }
  }

  isOwed(state: number, task: string): boolean {
    return this.#owed[state]?.includes(task) ?? false;
  }

  /** From now on, steps that are answered by the task lead nowhere; null: all lead where they do. */
  without(task: string | null): void {
    this.#starved = task;
  }

  override moves(index: number, visit: Visit): void {
    const task = this.#starved;
    super.moves(index, (action, to, changes) => {
      const leads = to >= 0 && (task === null || !this.#answeredBy(index, action, to).has(task));
      visit(action, leads ? to : UNEXPLORED, changes);
    });
  }

  #answeredBy(index: number, action: number, to: number): ReadonlySet<string> {
    const key = `${index} ${action}`;
    let tasks = this.#answered.get(key);
    if (tasks === undefined) {
      const taken = this.model.actions[action] as Action;
      const answer = this.#follower.answer(this.globalOf(index), taken, this.globalOf(to));
      tasks = new Set(answer.flatMap((one) => this.#specificationTasks.of(one) ?? []));
      this.#answered.set(key, tasks);
    }
    return tasks;
  }
}
