import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, actionText, agrees } from "../../spec/automaton/execute.ts";
import {
  applyAction,
  type Global,
  localText,
  offersOf,
  startStates,
  stepsFrom,
} from "../../spec/automaton/semantics.ts";
import { type Nearest, nearestOf } from "../trace/nearest.ts";

export interface WatchOptions {
  /** the actions of the specification that are seen; all others are steps of its own */
  readonly visible: readonly string[];
  /** the most states that may be possible at one time; 20,000 by default */
  readonly maxStates?: number;
}

/** What a watcher thinks of all that it has seen. The last two are final. */
export type WatchVerdict =
  | { readonly verdict: "possible"; readonly states: number }
  | {
      readonly verdict: "impossible";
      /** which of the visible actions, from 0 */
      readonly at: number;
      readonly action: Action;
      /** the states of the specification that were possible before it */
      readonly before: readonly Global[];
      /** the visible outputs that the specification would have done there */
      readonly instead: readonly Action[];
      readonly nearest: Nearest | null;
    }
  | { readonly verdict: "overflow"; readonly at: number; readonly maxStates: number };

export interface Watcher {
  readonly verdict: WatchVerdict;
  /** Takes the next visible action. After a final verdict it changes nothing. */
  see(action: Action): WatchVerdict;
}

const MAX_STATES = 20_000;

/**
 * Watches a running system: keeps the states in which a specification can be after the visible
 * actions so far, and says at once when there is none.
 *
 * ```ts
 * const watcher = watchSpecification(atomicRegister(instance), { visible: ["RETURN-READ", …] });
 * if (watcher.see(action).verdict === "impossible") stop();
 * ```
 * @throws QuorateError `action-unknown` for a visible action that the specification does not have
 */
export function watchSpecification(specification: Composition, options: WatchOptions): Watcher {
  return new StateSet(specification, options);
}

class StateSet implements Watcher {
  readonly #specification: Composition;
  readonly #visible: ReadonlySet<string>;
  readonly #maxStates: number;
  /** by text: closed under the steps that are not seen */
  #states: ReadonlyMap<string, Global>;
  #seen = 0;
  #verdict: WatchVerdict;
  /** what unseen steps lead to, of the states that were possible last; bounded by them */
  #steps = new Map<string, ReadonlyMap<string, Global>>();

  constructor(specification: Composition, { visible, maxStates = MAX_STATES }: WatchOptions) {
    this.#specification = specification;
    this.#visible = new Set(visible);
    this.#maxStates = maxStates;
    for (const name of visible) {
      if (specification.leaves.some(({ automaton }) => Object.hasOwn(automaton.transitions, name)))
        continue;
      const what = `Composition "${specification.name}" has no action ${name} to be seen.`;
      throw new QuorateError("action-unknown", what);
    }
    const starts = startStates(specification).map((one) => [textOf(one), one] as const);
    const closed = this.#closure(new Map(starts));
    this.#states = closed ?? new Map();
    this.#verdict =
      closed === null
        ? { verdict: "overflow", at: 0, maxStates: this.#maxStates }
        : { verdict: "possible", states: closed.size };
  }

  get verdict(): WatchVerdict {
    return this.#verdict;
  }

  see(action: Action): WatchVerdict {
    if (this.#verdict.verdict !== "possible") return this.#verdict;
    if (!this.#visible.has(action.name)) {
      throw new QuorateError("action-unknown", `${action.name} is not one that is to be seen.`);
    }
    const at = this.#seen++;
    const after = new Map<string, Global>();
    for (const from of this.#states.values()) {
      if (!this.#allows(from, action)) continue;
      const to = applyAction(this.#specification, from, action);
      after.set(textOf(to), to);
    }
    if (after.size === 0) {
      this.#verdict = this.#impossible(at, action);
      return this.#verdict;
    }
    const closed = this.#closure(after);
    if (closed === null) {
      this.#verdict = { verdict: "overflow", at, maxStates: this.#maxStates };
      return this.#verdict;
    }
    this.#states = closed;
    this.#verdict = { verdict: "possible", states: closed.size };
    return this.#verdict;
  }

  #impossible(at: number, action: Action): WatchVerdict {
    const before = [...this.#states.values()];
    const instead = new Map<string, Action>();
    for (const step of before.flatMap((from) => stepsFrom(this.#specification, from))) {
      if (this.#visible.has(step.action.name)) instead.set(actionText(step.action), step.action);
    }
    const actions = [...instead.values()];
    const nearest = nearestOf(action, actions);
    return { verdict: "impossible", at, action, before, instead: actions, nearest };
  }

  /** The states that unseen steps reach, themselves included; null where they are too many. */
  #closure(from: ReadonlyMap<string, Global>): ReadonlyMap<string, Global> | null {
    const reached = new Map(from);
    const steps = new Map<string, ReadonlyMap<string, Global>>();
    for (const [text, global] of reached) {
      const next = this.#steps.get(text) ?? this.#unseen(global);
      steps.set(text, next);
      for (const [other, to] of next) if (!reached.has(other)) reached.set(other, to);
      if (reached.size > this.#maxStates) return null;
    }
    this.#steps = steps;
    return reached;
  }

  #unseen(global: Global): ReadonlyMap<string, Global> {
    const next = new Map<string, Global>();
    for (const [at, leaf] of this.#specification.leaves.entries()) {
      for (const { action, clauses } of offersOf(leaf, global[at] as Global[number])) {
        if (this.#visible.has(action.name) || !clauses.every(([, holds]) => holds)) continue;
        const to = applyAction(this.#specification, global, action);
        next.set(textOf(to), to);
      }
    }
    return next;
  }

  /** Nothing refuses an action without a controller; an output is one only where it is enabled. */
  #allows(global: Global, action: Action): boolean {
    let heard = false;
    for (const [at, leaf] of this.#specification.leaves.entries()) {
      const transition = leaf.automaton.transitions[action.name];
      if (transition === undefined || !agrees(transition, action.payload)) continue;
      heard = true;
      if (transition.kind === "input") continue;
      const text = actionText(action);
      return offersOf(leaf, global[at] as Global[number]).some(
        (offer) =>
          offer.action.name === action.name &&
          offer.clauses.every(([, holds]) => holds) &&
          actionText(offer.action) === text,
      );
    }
    return heard;
  }
}

function textOf(global: Global): string {
  return global.length === 1
    ? localText(global[0] as Global[number])
    : global.map(localText).join("|");
}
