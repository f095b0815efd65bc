import type { Problem } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import type { Property, Witness } from "../../spec/automaton/properties.ts";
import { compareContent } from "./content.ts";
import { Evaluator, leadsElsewhere, type Predicate, StepEvaluator } from "./evaluator.ts";
import type { Included, Refining } from "./included.ts";
import type { Layout } from "./layout.ts";
import type { Model } from "./model.ts";
import { NO_REF, type Ref } from "./store.ts";
import type { WorkerReport } from "./together.ts";

/** Where a property was found violated. */
export interface Found {
  readonly ref: Ref;
  /** for a step: the action that violates it; −1 otherwise */
  readonly action: number;
  /** where another worker holds the state: its words, and its level */
  readonly elsewhere?: { readonly words: Int32Array; readonly level: number };
}

/** A violation, and where it is. */
interface Located {
  readonly found: Found;
  readonly level: number;
  readonly words: Int32Array | null;
}

/** Decides properties and witnesses on what the search finds. */
export class Decider {
  /** by property */
  readonly violated: (Found | null)[];
  /** by witness */
  readonly reached: boolean[];
  readonly #model: Model;
  #layout: Layout;
  readonly #witnesses: readonly Witness[];
  readonly #invariants: { at: number; evaluator: Evaluator }[] = [];
  readonly #steps: { at: number; evaluator: StepEvaluator }[] = [];
  readonly #terminal: { at: number; evaluator: Evaluator; quiescence: boolean }[] = [];
  /** specifications: violated where the track's value is empty */
  readonly #included: readonly Included[];
  readonly #refinements: Refining;
  readonly #actions: { at: number; witness: Extract<Witness, { kind: "action" }> }[] = [];
  readonly #evaluators: Evaluator[] = [];
  #wanted: { at: number; evaluator: Evaluator }[] = [];
  /** the search has only found start states */
  #starting = true;
  /** of those violated, whose level is over: nothing is as short any more */
  readonly #settled: boolean[];
  readonly #ordered: boolean;
  /** of those violated on this level: the state, as it was packed then */
  readonly #least: { words: Int32Array; layout: Layout }[] = [];

  /**
   * @param refine makes what decides refinements, and notes there what it finds violated
   * @param ordered whether the search goes level by level, so that a level's least violation
   * counts
   */
  constructor(
    problem: Problem,
    model: Model,
    layout: Layout,
    included: readonly Included[],
    refine: (violated: (Found | null)[]) => Refining,
    ordered: boolean,
  ) {
    this.#ordered = ordered;
    const { properties, witnesses } = problem;
    this.#model = model;
    this.#layout = layout;
    this.#included = included;
    this.#witnesses = witnesses;
    this.violated = properties.map(() => null);
    this.#settled = properties.map(() => false);
    this.reached = witnesses.map(() => false);
    this.#refinements = refine(this.violated);
    properties.forEach((property, at) => {
      this.#prepare(property, at);
    });
    witnesses.forEach((witness, at) => {
      if (witness.kind === "action") this.#actions.push({ at, witness });
      else {
        const evaluator = this.#evaluator(witness.name, witness.reads, witness.reached);
        this.#wanted.push({ at, evaluator });
      }
    });
  }

  #prepare(property: Property, at: number): void {
    const { kind, name, reads } = property;
    if (kind === "invariant") {
      this.#invariants.push({ at, evaluator: this.#evaluator(name, reads, property.holds) });
    } else if (kind === "step") {
      const inner = this.#evaluator(name, reads, () => true);
      this.#steps.push({ at, evaluator: new StepEvaluator(inner, name, property.holds) });
    } else if (kind === "deadlock" || kind === "quiescence") {
      const evaluator = this.#evaluator(name, reads, property.holds);
      this.#terminal.push({ at, evaluator, quiescence: kind === "quiescence" });
    }
  }

  #evaluator(name: string, reads: readonly string[], holds: Predicate): Evaluator {
    const evaluator = new Evaluator(this.#model, this.#layout, name, reads, holds);
    this.#evaluators.push(evaluator);
    return evaluator;
  }

  relayout(layout: Layout): void {
    this.#layout = layout;
    this.#refinements.relayout(layout);
    for (const evaluator of this.#evaluators) evaluator.relayout(layout);
    this.#least.forEach((one, at) => {
      const words = new Int32Array(layout.words);
      one.layout.repack(one.words, 1, layout, words);
      this.#least[at] = { words, layout };
    });
  }

  get checksSteps(): boolean {
    return this.#steps.length > 0 || this.#refinements.checksSteps;
  }

  /** Whether each state is to be looked at once more when its steps are known. */
  get looksAround(): boolean {
    return this.#refinements.looksAround || this.#endsAsMonitored;
  }

  /** Whether some property is asked of states with no step left. */
  get checksEnds(): boolean {
    return this.#terminal.length > 0 || this.#refinements.checksEnds;
  }

  /** Whether every property was found violated, so that nothing remains to be searched for. */
  get allViolated(): boolean {
    return this.violated.length > 0 && this.violated.every((found) => found !== null);
  }

  /** @throws QuorateError `witness-initial` where a witness holds in a start state */
  refuseInitialWitness(words: Int32Array): void {
    for (const { at, evaluator } of this.#wanted) {
      if (!evaluator.holds(words, 0)) continue;
      const { name } = this.#witnesses[at] as Witness;
      throw new QuorateError("witness-initial", `Witness "${name}" holds in a start state.`);
    }
  }

  /** A breadth-first level begins: what was violated on the last one stays as it is. */
  nextLevel(): void {
    this.violated.forEach((found, at) => {
      if (found !== null) this.#settled[at] = true;
    });
  }

  /** Of the violations of a level the least by content is kept: not the first, which is a matter of chance. */
  #violate(at: number, found: Found, words: Int32Array, base: number): void {
    const [before, least] = [this.violated[at], this.#least[at]];
    const layout = this.#layout;
    const here = words.slice(base, base + layout.words);
    if (before && least) {
      const order = compareContent(this.#model, layout, here, least.words);
      if (order > 0 || (order === 0 && !this.#isLess(found, before))) return;
    }
    this.violated[at] = found;
    this.#least[at] = { words: here, layout };
  }

  #isLess(one: Found, other: Found): boolean {
    if (one.action < 0 || other.action < 0) return false;
    const [text, its] = [one, other].map(({ action }) =>
      actionText(this.#model.actions[action] as Action),
    );
    return (text as string) < (its as string);
  }

  /** Whether a property may still be violated, or by a lesser state. */
  #isOpen(at: number): boolean {
    return this.#settled[at] === false && (this.violated[at] === null || this.#ordered);
  }

  /** All start states were found. */
  started(): void {
    this.#starting = false;
  }

  /** Monitors are no part of the system: that one of them moves does not make a step of it. */
  get #endsAsMonitored(): boolean {
    return this.#terminal.length > 0 && this.#included.length > 0;
  }

  /** A state was expanded. */
  around(ref: Ref, words: Int32Array): void {
    this.#refinements.around(ref, words);
    if (!this.#endsAsMonitored) return;
    const end = this.#refinements.endAt(words);
    if (end !== "owing") this.#end(ref, words, end === "dead");
  }

  /**
   * A state was found. What does not read anything that `via` changes is as it was before that step:
   * no state of an earlier level violates what is open, or is a witness that is wanted.
   */
  found(ref: Ref, words: Int32Array, base: number, via: number): void {
    if (this.#starting) this.#refinements.started(ref, words, base);
    for (const { at, evaluator } of this.#invariants) {
      if (!this.#isOpen(at) || !evaluator.changesWith(via)) continue;
      if (!evaluator.holds(words, base)) {
        this.#violate(at, { ref, action: -1 }, words, base);
      }
    }
    for (const { at, track } of this.#included) {
      if (!this.#isOpen(at)) continue;
      const allowed = this.#model.values[track]?.[this.#layout.idAt(words, base, track)];
      if ((allowed as readonly number[]).length === 0) {
        this.#violate(at, { ref, action: -1 }, words, base);
      }
    }
    if (this.#wanted.length === 0) return;
    let news = false;
    for (const { at, evaluator } of this.#wanted) {
      if (!evaluator.changesWith(via)) continue;
      if (evaluator.holds(words, base)) this.reached[at] = news = true;
    }
    if (news) this.#wanted = this.#wanted.filter(({ at }) => this.reached[at] === false);
  }

  /** A step from `before` leads to the state at `base` in `after`, which is another one. */
  step(ref: Ref, before: Int32Array, action: number, after: Int32Array, base: number): void {
    this.#refinements.step(ref, before, action, after, base);
    for (const { at, evaluator } of this.#steps) {
      if (!this.#isOpen(at)) continue;
      const taken = () => this.#model.actions[action] as Action;
      if (evaluator.holds(this.#layout, before, after, base, action, taken)) continue;
      if (leadsElsewhere(this.#model, this.#layout, before, after, base)) {
        this.#violate(at, { ref, action }, before, 0);
      }
    }
  }

  /** No step, or none but spontaneous ones, leads from the state to another. */
  ended(ref: Ref, words: Int32Array, dead: boolean): void {
    if (!this.#endsAsMonitored) this.#end(ref, words, dead);
  }

  #end(ref: Ref, words: Int32Array, dead: boolean): void {
    for (const { at, evaluator, quiescence } of this.#terminal) {
      if (!this.#isOpen(at) || (!quiescence && !dead)) continue;
      if (!evaluator.holds(words, 0)) this.#violate(at, { ref, action: -1 }, words, 0);
    }
  }

  /** The violations of all workers of a search: of each property the first level's least. */
  withThoseElsewhere(
    others: readonly WorkerReport[],
    levelOf: (ref: Ref) => number,
  ): (Found | null)[] {
    return this.violated.map((own, at) => {
      if (others.length === 0) return own;
      let best = own && {
        found: own,
        level: levelOf(own.ref),
        words: this.#least[at]?.words ?? null,
      };
      for (const { violated } of others) {
        const elsewhere = violated[at];
        if (!elsewhere) continue;
        const { action, level, words } = elsewhere;
        const found: Found = { ref: NO_REF, action, elsewhere };
        if (best === null || this.#comesBefore({ found, level, words }, best)) {
          best = { found, level, words };
        }
      }
      return best?.found ?? null;
    });
  }

  #comesBefore(one: Located, other: Located): boolean {
    if (one.level !== other.level) return one.level < other.level;
    if (one.words === null || other.words === null) return one.words === null;
    const order = compareContent(this.#model, this.#layout, one.words, other.words);
    return order < 0 || (order === 0 && this.#isLess(one.found, other.found));
  }

  /** An action changed something for the first time. */
  fired(action: number): void {
    const { name, payload } = this.#model.actions[action] as Action;
    for (const { at, witness } of this.#actions) {
      if (witness.action === name && witness.where(payload)) this.reached[at] = true;
    }
  }

  get bytes(): number {
    return this.#evaluators.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
