import type { Problem } from "../../spec/automaton/claim.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import type { Found } from "../explore/decide.ts";
import { Evaluator } from "../explore/evaluator.ts";
import type { Included, Refining } from "../explore/included.ts";
import type { Layout } from "../explore/layout.ts";
import type { Model } from "../explore/model.ts";
import type { Ref } from "../explore/store.ts";
import type { SubsetMonitor } from "../explore/subsets.ts";
import { Simulation } from "./simulation.ts";
import { Surroundings } from "./surroundings.ts";

interface Simulated {
  readonly at: number;
  readonly simulation: Simulation;
  readonly evaluator: Evaluator;
  /** by action and what is read before and after it: whether the step has an answer */
  readonly steps: Map<string, boolean>;
  /** by action: whether it shows */
  readonly shows: boolean[];
}

/** Decides simulations, and whether inclusions match quiescent states, on what the search finds. */
export class Refinements implements Refining {
  readonly #model: Model;
  readonly #violated: (Found | null)[];
  readonly #simulated: readonly Simulated[];
  readonly #matched: readonly Included[];
  readonly #surroundings: Surroundings;
  #layout: Layout;

  constructor(
    { properties }: Problem,
    model: Model,
    layout: Layout,
    violated: (Found | null)[],
    included: readonly Included[],
  ) {
    this.#model = model;
    this.#layout = layout;
    this.#violated = violated;
    this.#surroundings = new Surroundings(model, layout);
    this.#simulated = properties.flatMap((property, at) => {
      if (property.kind !== "simulation") return [];
      const { name, reads } = property;
      const evaluator = new Evaluator(model, layout, name, reads, () => true);
      const simulation = new Simulation(property);
      return [{ at, simulation, evaluator, steps: new Map<string, boolean>(), shows: [] }];
    });
    this.#matched = included.filter(({ monitor }) => monitor.matchesQuiescence);
  }

  relayout(layout: Layout): void {
    this.#layout = layout;
    this.#surroundings.relayout(layout);
    for (const { evaluator } of this.#simulated) evaluator.relayout(layout);
  }

  get checksSteps(): boolean {
    return this.#simulated.length > 0;
  }

  get checksEnds(): boolean {
    return this.#matched.length > 0;
  }

  /** Whether something is asked of each state besides its steps to other states. */
  get looksAround(): boolean {
    return this.#simulated.length > 0 || this.#matched.length > 0;
  }

  /** A start state was found. */
  started(ref: Ref, words: Int32Array, base: number): void {
    for (const { at, simulation, evaluator } of this.#simulated) {
      if (this.#violated[at] !== null) continue;
      if (simulation.startFault(evaluator.viewAt(words, base)) === null) continue;
      this.#violated[at] = { ref, action: -1 };
    }
  }

  step(ref: Ref, before: Int32Array, action: number, after: Int32Array, base: number): void {
    for (const one of this.#simulated) {
      if (this.#violated[one.at] !== null) continue;
      if (this.#stutters(one, before, action, after, base)) continue;
      if (!this.#answered(one, before, action, after, base)) {
        this.#violated[one.at] = { ref, action };
      }
    }
  }

  /** Looks at the steps that show and change nothing, and at whether none is owed. */
  around(ref: Ref, words: Int32Array): void {
    for (const one of this.#simulated) {
      for (const action of this.#surroundings.enabled(words)) {
        if (this.#violated[one.at] !== null) break;
        if (!this.#shows(one, action) || !this.#surroundings.stays(action, words)) continue;
        if (!this.#answered(one, words, action, words, 0)) {
          this.#violated[one.at] = { ref, action };
        }
      }
    }
    for (const { at, track, monitor } of this.#matched) {
      if (this.#violated[at] !== null) continue;
      const value = this.#model.values[track]?.[this.#layout.idAt(words, 0, track)];
      if (monitor.mayBeQuiescent(value) || this.#owes(monitor, words)) continue;
      this.#violated[at] = { ref, action: -1 };
    }
  }

  /** What is left in a state: no step to another, only spontaneous ones, or one that is owed. */
  endAt(words: Int32Array): "dead" | "quiescent" | "owing" {
    let end: "dead" | "quiescent" = "dead";
    for (const action of this.#surroundings.enabled(words)) {
      const spontaneous = this.#model.spontaneous[action] === 1;
      if (spontaneous && end === "quiescent") continue;
      if (this.#surroundings.stays(action, words)) continue;
      if (!spontaneous) return "owing";
      end = "quiescent";
    }
    return end;
  }

  #owes(monitor: SubsetMonitor, words: Int32Array): boolean {
    for (const action of this.#surroundings.enabled(words)) {
      if (this.#model.spontaneous[action] === 1) continue;
      if (monitor.hears(this.#model.actions[action] as Action)) return true;
      if (!this.#surroundings.stays(action, words)) return true;
    }
    return false;
  }

  #shows({ simulation, shows }: Simulated, action: number): boolean {
    shows[action] ??= simulation.shows(this.#model.actions[action] as Action) !== null;
    return shows[action];
  }

  /** Whether only monitors of other properties move. */
  #stutters(
    one: Simulated,
    before: Int32Array,
    action: number,
    after: Int32Array,
    base: number,
  ): boolean {
    return !this.#shows(one, action) && this.#surroundings.same(before, 0, after, base);
  }

  #answered(
    one: Simulated,
    before: Int32Array,
    action: number,
    after: Int32Array,
    base: number,
  ): boolean {
    const { simulation, evaluator, steps } = one;
    let key = `${action}`;
    for (const track of evaluator.tracks) {
      key += ` ${this.#layout.idAt(before, 0, track)} ${this.#layout.idAt(after, base, track)}`;
    }
    let answered = steps.get(key);
    if (answered === undefined) {
      const [from, to] = [evaluator.viewAt(before, 0), evaluator.viewAt(after, base)];
      const taken = this.#model.actions[action] as Action;
      answered = simulation.stepFault(from, taken, to) === null;
      steps.set(key, answered);
    }
    return answered;
  }
}
