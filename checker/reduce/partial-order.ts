import type { Problem } from "../../spec/automaton/claim.ts";
import type { Composition } from "../../spec/automaton/compose.ts";
import type { Model } from "../explore/model.ts";
import type { Selection } from "../explore/reduced.ts";
import type { States } from "../explore/states.ts";
import { Closure } from "./closure.ts";
import { Cycles } from "./cycles.ts";
import { Enabling } from "./enabling.ts";
import { Independence } from "./independence.ts";
import { refuseOrderedProperties } from "./refusals.ts";
import { Translation } from "./translation.ts";
import { Visibility } from "./visibility.ts";

/** A condition of the reduction; tests leave one out, to see that it is needed. */
export type Condition =
  | "emptiness"
  | "dependence"
  | "enabling"
  | "visibility"
  | "urgency"
  | "cycles";

/** What partial order and eager steps know of a problem, over the closure of its leaves. */
export interface Analysis {
  readonly closure: Closure;
  readonly independence: Independence;
  readonly visibility: Visibility;
  readonly cycles: Cycles;
}

/** The part that depends on the composition alone; several properties of it may be asked about. */
const known = new WeakMap<Composition, Pick<Analysis, "closure" | "independence" | "cycles">>();

/** @throws QuorateError `reduction-refused` */
export function analyse(problem: Problem, reduction: "partial-order" | "eager"): Analysis {
  refuseOrderedProperties(reduction, problem);
  let ofSystem = known.get(problem.system);
  if (ofSystem === undefined) {
    const closure = new Closure(problem.system, reduction);
    const independence = new Independence(closure);
    ofSystem = { closure, independence, cycles: new Cycles(independence) };
    known.set(problem.system, ofSystem);
  }
  return { ...ofSystem, visibility: new Visibility(problem, ofSystem.independence) };
}

/**
 * Partial order reduction by strong stubborn sets (Valmari), over the closure of the leaves.
 *
 * In a state s a set T of actions is chosen such that
 * - (dependence) for each enabled action of T, every action that does not accord with it is in T;
 * - (enabling) for each disabled one, so is every action of some set of which one has to happen
 *   before it is enabled;
 * and it holds a *key*, an enabled action that
 * - (emptiness) leads to another state,
 * - (visibility) changes nothing that an invariant or a witness reads,
 * - (urgency) is no spontaneous one where quiescence is looked for,
 * - (cycles) takes a step that cannot repeat for ever: see {@link Cycles}.
 * The enabled actions of T are explored; where no such T is smaller than all, all are.
 *
 * Why that is enough. Let a run a1 … an lead from s to a state that violates a property. If one of
 * its actions is in T, the first of these, ai, is enabled in s, and may be taken first: the rest
 * leads to the same state and is shorter. If none is, the key t accords with all of them, so
 * a1 … an is possible after t, too, and leads to the same violation: what an invariant reads is
 * unchanged, and in a state where the system ends t changes nothing. Now the rest is as long as it
 * was, but keys cannot be taken for ever.
 */
export class StubbornSets implements Selection {
  readonly #analysis: Analysis;
  readonly #enabling: Enabling;
  readonly #translation: Translation;
  readonly #without: Condition | null;
  readonly #avoidsSpontaneous: boolean;
  /** by action of the closure: the number of the set that it was last put into */
  readonly #stamp: Int32Array;
  #sets = 0;
  readonly #moving = new Set<number>();

  constructor(
    problem: Problem,
    model: Model,
    states: States,
    analysis: Analysis,
    without: Condition | null = null,
  ) {
    this.#analysis = analysis;
    this.#enabling = new Enabling(analysis.independence);
    this.#translation = new Translation(analysis.closure, model, states);
    this.#without = without;
    this.#avoidsSpontaneous =
      without !== "urgency" && problem.properties.some(({ kind }) => kind === "quiescence");
    this.#stamp = new Int32Array(analysis.closure.model.actions.length);
  }

  select(words: Int32Array, moving: readonly number[]): readonly number[] {
    if (moving.length < 2) return moving;
    const translation = this.#translation;
    translation.setState(words);
    const ids = moving.map((action) => translation.actionOf(action));
    this.#moving.clear();
    for (const id of ids) this.#moving.add(id);
    this.#enabling.setState(translation.locals);
    let best: readonly number[] = moving;
    for (const seed of this.#without === "emptiness" ? this.#allActions() : ids) {
      if (this.#without !== "emptiness" && !this.#isKey(seed)) continue;
      const size = this.#close(seed, best.length);
      if (size >= best.length) continue;
      best = moving.filter((_, at) => this.#stamp[ids[at] as number] === this.#sets);
      if (size < 2) break;
    }
    return best;
  }

  #allActions(): Iterable<number> {
    return this.#analysis.closure.model.actions.keys();
  }

  /** Puts together the smallest set that holds an action; returns how many of it are moving. */
  #close(seed: number, limit: number): number {
    this.#sets++;
    const open: number[] = [];
    let size = 0;
    const put = (action: number) => {
      if (this.#stamp[action] === this.#sets) return;
      this.#stamp[action] = this.#sets;
      open.push(action);
      if (this.#moving.has(action)) size++;
    };
    put(seed);
    while (open.length > 0 && size < limit) {
      const action = open.pop() as number;
      for (const next of this.#required(action)) put(next);
    }
    return size;
  }

  #required(action: number): Iterable<number> {
    if (this.#enabling.isEnabled(action)) {
      return this.#without === "dependence" ? [] : this.#analysis.independence.dependentOn(action);
    }
    if (this.#without === "enabling") return [];
    return this.#enabling.before(action, (other) =>
      this.#stamp[other] === this.#sets ? 0 : this.#moving.has(other) ? MOVING_COST : 1,
    );
  }

  #isKey(action: number): boolean {
    const { visibility, closure } = this.#analysis;
    if (this.#avoidsSpontaneous && closure.model.spontaneous[action] === 1) return false;
    if (this.#without !== "visibility" && visibility.shows(action)) return false;
    return this.#without === "cycles" || this.#cannotRepeat(action);
  }

  #cannotRepeat(action: number): boolean {
    const { independence, cycles } = this.#analysis;
    let backward = false;
    for (const { track, next, pairs } of independence.touches[action] ?? []) {
      const from = this.#translation.locals[track] as number;
      const moves = pairs?.filter((pair) => pair[0] === from).map((pair) => pair[1]) ?? [
        next[from] as number,
      ];
      const away = moves.filter((to) => to !== from);
      if (away.length === 0) continue;
      if (away.length === moves.length && away.every((to) => cycles.leaves(track, from, to))) {
        return true;
      }
      backward ||= away.some((to) => cycles.isBackward(track, from, to));
    }
    return !backward;
  }
}

/** How dear it is to take one more action into a set, where others cost 1. */
const MOVING_COST = 1_000;
