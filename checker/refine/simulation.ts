import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import { findUnplain, inModel } from "../../spec/automaton/purity.ts";
import { applyAction, type Global, localOf, startStates } from "../../spec/automaton/semantics.ts";
import { globalText, hindrance, isHidden } from "../explore/enabled.ts";

export type SimulationProperty = Extract<Property, { kind: "simulation" }>;

/** Why a state or a step does not stand for one of the specification. */
export type Fault =
  | { readonly kind: "start"; readonly stands: Global }
  | {
      readonly kind: "shows";
      readonly step: Action | null;
      readonly answer: readonly Action[];
    }
  | {
      readonly kind: "disabled";
      /** how many actions of the answer were taken before it */
      readonly taken: number;
      readonly action: Action;
      readonly from: Global;
      /** the clauses that are false; none where `choose` does not offer the action */
      readonly clauses: readonly string[];
    }
  | {
      readonly kind: "end";
      readonly answer: readonly Action[];
      readonly reached: Global;
      readonly stands: Global;
    };

/** A forward simulation, decided on one start state or one step at a time. */
export class Simulation {
  readonly #property: SimulationProperty;
  readonly #specification: Composition;
  readonly #actions = new Set<string>();
  #starts: ReadonlySet<string> | null = null;

  constructor(property: SimulationProperty) {
    this.#property = property;
    this.#specification = property.specification;
    for (const { automaton } of property.specification.leaves) {
      for (const action of Object.keys(automaton.transitions)) this.#actions.add(action);
    }
  }

  /** The state of the specification that the state with this view stands for. */
  standsFor(view: unknown): Global {
    const mapped = this.#run("its mapping", () => this.#property.mapping(view)) as object;
    const parts = new Set(this.#specification.leaves.map(({ part }) => part));
    const extra = Object.keys(Object(mapped)).find((part) => !parts.has(part));
    if (extra !== undefined) this.#malformed(`maps to a part ${extra}, which there is not`);
    return this.#specification.leaves.map(({ name, part, position }) => {
      const given: unknown = Object.hasOwn(Object(mapped), part)
        ? Reflect.get(mapped, part)
        : undefined;
      const state = position === null ? given : Object(given)[position];
      const unplain = findUnplain(state);
      if (unplain !== null) this.#malformed(`maps ${name} to ${unplain.what}`);
      return localOf(state);
    });
  }

  startFault(view: unknown): Fault | null {
    this.#starts ??= new Set(startStates(this.#specification).map(globalText));
    const stands = this.standsFor(view);
    return this.#starts.has(globalText(stands)) ? null : { kind: "start", stands };
  }

  /** What a step shows: the action of the specification that it stands for, or null. */
  shows(action: Action): Action | null {
    const shown = this.#property.visible.get(action.name)?.(action.payload) ?? null;
    if (shown !== null) this.#checkKnown(shown);
    return shown;
  }

  stepFault(before: unknown, action: Action, after: unknown): Fault | null {
    const specification = this.#specification;
    const answers = () => this.#property.answers(before, action, after);
    const answer = this.#run("its answers", answers) as readonly Action[];
    for (const one of answer) this.#checkKnown(one);
    const step = this.shows(action);
    const shown = answer.filter((one) => !isHidden(specification, one));
    if (shown.map(actionText).join() !== (step === null ? "" : actionText(step))) {
      return { kind: "shows", step, answer };
    }
    let from = this.standsFor(before);
    for (const [taken, one] of answer.entries()) {
      const clauses = hindrance(specification, from, one);
      if (clauses !== null) return { kind: "disabled", taken, action: one, from, clauses };
      from = applyAction(specification, from, one);
    }
    const stands = this.standsFor(after);
    if (globalText(from) === globalText(stands)) return null;
    return { kind: "end", answer, reached: from, stands };
  }

  #checkKnown({ name }: Action): void {
    if (this.#actions.has(name)) return;
    const what = `"${this.#property.name}": the specification has no action ${name}.`;
    throw new QuorateError("action-unknown", what);
  }

  #malformed(what: string): never {
    throw new QuorateError("simulation-malformed", `"${this.#property.name}" ${what}.`);
  }

  #run(what: string, run: () => unknown): unknown {
    try {
      return inModel(run);
    } catch (cause) {
      throw cause instanceof QuorateError ? cause : this.#threw(what, cause);
    }
  }

  #threw(what: string, cause: unknown): QuorateError {
    const message = cause instanceof Error ? cause.message : String(cause);
    const text = `"${this.#property.name}": ${what} threw: ${message}.`;
    return new QuorateError("property-threw", text, { cause });
  }
}
