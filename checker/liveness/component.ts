import type { StateGraph } from "../explore/graph.ts";
import { grown } from "../explore/memo.ts";
import { type Obligations, STRONG } from "./obligations.ts";
import { findComponents } from "./scc.ts";

/** Some states and the steps among them; states have numbers of its own, from 0. */
export interface Component {
  /** their numbers in the state graph */
  readonly states: Int32Array;
  /** steps of state s: from firstStep[s] to firstStep[s + 1] */
  readonly firstStep: Int32Array;
  readonly stepTo: Int32Array;
  readonly stepAction: Int32Array;
  /** the class that a step takes; −1 where it takes none */
  readonly stepClass: Int32Array;
  /** classes enabled in state s, inside or out of the component: from firstClass[s] on */
  readonly firstClass: Int32Array;
  readonly classes: Int32Array;
  /** 1 where a fair loop must pass one of these states */
  readonly isGoal: Int32Array;
}

/** Makes a component state by state, in the order of their numbers. */
class Builder {
  readonly #steps = [new Ints(), new Ints(), new Ints()] as const;
  readonly #owed = new Ints();
  readonly #firstStep = new Ints();
  readonly #firstClass = new Ints();
  readonly #goals = new Ints();

  /** A step, or a class, of the state that is ended next. */
  step(to: number, action: number, fair: number): void {
    this.#steps[0].push(to);
    this.#steps[1].push(action);
    this.#steps[2].push(fair);
  }

  owed(fair: number): void {
    this.#owed.push(fair);
  }

  begin(isGoal: boolean): void {
    this.#firstStep.push(this.#steps[0].length);
    this.#firstClass.push(this.#owed.length);
    this.#goals.push(isGoal ? 1 : 0);
  }

  build(states: Int32Array): Component {
    this.begin(false);
    const [stepTo, stepAction, stepClass] = this.#steps;
    return {
      states,
      firstStep: this.#firstStep.all(),
      stepTo: stepTo.all(),
      stepAction: stepAction.all(),
      stepClass: stepClass.all(),
      firstClass: this.#firstClass.all(),
      classes: this.#owed.all(),
      isGoal: this.#goals.all(),
    };
  }
}

/** A growing list of integers. */
class Ints {
  #values = new Int32Array(64);
  length = 0;

  push(one: number): void {
    if (this.length === this.#values.length) this.#values = grown(this.#values);
    this.#values[this.length++] = one;
  }

  all(): Int32Array {
    return this.#values.slice(0, this.length);
  }
}

/** Reads components of the state graph. */
export class ComponentReader {
  readonly #graph: StateGraph;
  readonly #obligations: Obligations;
  readonly #isGoal: (state: number) => boolean;
  /** by state of the graph: its number in the component + 1, 0 outside */
  readonly #numbers: Int32Array;

  /** @param isGoal of states by their numbers in the graph: a fair loop passes such a state */
  constructor(graph: StateGraph, obligations: Obligations, isGoal: (state: number) => boolean) {
    this.#graph = graph;
    this.#obligations = obligations;
    this.#isGoal = isGoal;
    this.#numbers = new Int32Array(graph.size);
  }

  /** The component of these states: 12 bytes a step and at least 12 a state. */
  read(members: Int32Array): Component {
    const states = members.slice();
    const builder = new Builder();
    const numbers = this.#numbers;
    states.forEach((state, at) => {
      numbers[state] = at + 1;
    });
    const enabled = new Set<number>();
    for (const state of states) {
      builder.begin(this.#isGoal(state));
      enabled.clear();
      this.#graph.moves(state, (action, to, changes) => {
        const fair = changes ? this.#obligations.of(action) : -1;
        if (fair >= 0) enabled.add(fair);
        const target = to < 0 ? 0 : (numbers[to] as number);
        if (target > 0) builder.step(target - 1, action, fair);
      });
      for (const fair of enabled) builder.owed(fair);
    }
    for (const state of states) numbers[state] = 0;
    return builder.build(states);
  }
}

/** What a component says of each class: in how many states it is enabled, by how many steps taken. */
export function countClasses(
  { states, firstClass, classes, stepClass }: Component,
  count: number,
): { readonly enabled: Int32Array; readonly taken: Int32Array } {
  const [enabled, taken] = [new Int32Array(count), new Int32Array(count)];
  const end = firstClass[states.length] as number;
  for (let at = 0; at < end; at++) {
    const fair = classes[at] as number;
    enabled[fair] = (enabled[fair] as number) + 1;
  }
  for (const fair of stepClass) if (fair >= 0) taken[fair] = (taken[fair] as number) + 1;
  return { enabled, taken };
}

/**
 * The parts of a strongly connected component all of whose states some fair loop passes; each part
 * is strongly connected.
 *
 * A weak class that is enabled in every state and that no step takes leaves no fair loop anywhere in
 * the component. A strong class that is enabled somewhere and that no step takes only rules out the
 * states where it is enabled: the rest falls into components that are looked at again (Streett
 * acceptance; Emerson and Lei, "Modalities for model checking", 1987).
 */
export function fairParts(component: Component, { strengths }: Obligations): Component[] {
  const fair: Component[] = [];
  const left = [component];
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    if (!part.isGoal.includes(1)) continue;
    const { enabled, taken } = countClasses(part, strengths.length);
    const size = part.states.length;
    const isOwed = (one: number) => (enabled[one] as number) > 0 && taken[one] === 0;
    if (strengths.some((_, one) => isOwed(one) && enabled[one] === size)) continue;
    const starved = strengths.map((strength, one) => isOwed(one) && strength === STRONG);
    if (starved.includes(true)) left.push(...withoutStates(part, starved));
    else fair.push(part);
  }
  return fair;
}

/** The components of two states or more that remain without the states where a class is enabled. */
function withoutStates(part: Component, excluded: readonly boolean[]): Component[] {
  const { states, firstStep, stepTo, firstClass, classes } = part;
  const kept = states.map((_, state) => {
    const owed = classes.subarray(firstClass[state], firstClass[state + 1]);
    return owed.some((one) => excluded[one]) ? 0 : 1;
  });
  const found: Component[] = [];
  const numbers = new Int32Array(states.length);
  findComponents(
    states.length,
    [...kept.keys()].filter((state) => kept[state] === 1),
    (state, push) => {
      for (const to of stepTo.subarray(firstStep[state], firstStep[state + 1])) {
        if (kept[to] === 1) push(to);
      }
    },
    (members) => {
      if (members.length > 1) found.push(restrict(part, members, numbers));
    },
  );
  return found;
}

/** @param numbers all 0, and again so afterwards */
function restrict(part: Component, members: Int32Array, numbers: Int32Array): Component {
  const { states, firstStep, stepTo, stepAction, stepClass, firstClass, classes, isGoal } = part;
  const builder = new Builder();
  members.forEach((state, at) => {
    numbers[state] = at + 1;
  });
  for (const state of members) {
    builder.begin(isGoal[state] === 1);
    for (let at = firstStep[state] as number; at < (firstStep[state + 1] as number); at++) {
      const to = numbers[stepTo[at] as number] as number;
      if (to > 0) builder.step(to - 1, stepAction[at] as number, stepClass[at] as number);
    }
    for (const one of classes.subarray(firstClass[state], firstClass[state + 1])) builder.owed(one);
  }
  for (const state of members) numbers[state] = 0;
  return builder.build(members.map((state) => states[state] as number));
}
