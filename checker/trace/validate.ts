import type { AnyAutomaton } from "../../spec/automaton/automaton.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import type { Global } from "../../spec/automaton/semantics.ts";
import { type Nearest, nearestOf } from "./nearest.ts";
import type { RecordEvent } from "./record.ts";
import { type Refusal, Unit, unitText } from "./unit.ts";

export interface ValidateOptions {
  /** the most internal steps between two actions that a record may lack; 3 by default */
  readonly maxInternal?: number;
  /** the most last actions of a unit that a restart may have lost; none by default */
  readonly maxLost?: number;
  /** the most states that one unit may be in at a time; 10,000 by default */
  readonly maxStates?: number;
}

/** An action of a record that the automata do not do. */
export interface Mismatch extends Refusal {
  readonly verdict: "mismatch";
  readonly line: number;
  readonly unit: string;
  readonly action: Action;
  /** the enabled action that differs least */
  readonly nearest: Nearest | null;
  /** how many internal steps were tried before the action */
  readonly internalSteps: number;
  /** the actions before it, all of which were accepted */
  readonly accepted: number;
}

export type Validation =
  | {
      readonly verdict: "accepted";
      readonly actions: number;
      readonly units: number;
      readonly restarts: number;
      /** outputs that were sent but not performed when the record ends */
      readonly waiting: number;
    }
  | Mismatch
  /** the record lacks so many steps that the states it could mean are too many */
  | { readonly verdict: "undecided"; readonly line: number; readonly unit: string };

const MAX_INTERNAL = 3;
const MAX_STATES = 10_000;

/**
 * Decides whether a record is a run of the automata: each action in turn, by the automata
 * themselves. An input is applied; an output or an internal action must be enabled, or be in the
 * outbox. The units of a record are independent of each other.
 */
export function validate(
  automataOf: (unit: string) => Readonly<Record<string, AnyAutomaton>>,
  events: Iterable<RecordEvent>,
  options: ValidateOptions = {},
): Validation {
  const validator = new Validator(automataOf, options);
  for (const event of events) {
    const end = validator.take(event);
    if (end !== null) return end;
  }
  return validator.end();
}

/** Validates a record event by event, so that it need not be in memory. */
export class Validator {
  readonly #automataOf: (unit: string) => Readonly<Record<string, AnyAutomaton>>;
  readonly #options: Required<ValidateOptions>;
  readonly #units = new Map<string, TrackedUnit>();
  #actions = 0;
  #restarts = 0;

  constructor(
    automataOf: (unit: string) => Readonly<Record<string, AnyAutomaton>>,
    options: ValidateOptions,
  ) {
    this.#automataOf = automataOf;
    const { maxInternal = MAX_INTERNAL, maxLost = 0, maxStates = MAX_STATES } = options;
    this.#options = { maxInternal, maxLost, maxStates };
  }

  /** Takes the next event; gives the verdict if it is the last one that counts. */
  take(event: RecordEvent): Validation | null {
    if (event.kind === "restart") {
      this.#restarts += 1;
      for (const unit of this.#units.values()) unit.restart();
      return null;
    }
    let unit = this.#units.get(event.unit);
    if (unit === undefined) {
      unit = new TrackedUnit(new Unit(this.#automataOf(event.unit)), this.#options);
      this.#units.set(event.unit, unit);
    }
    const end = unit.take(event);
    if (end === null) this.#actions += 1;
    if (end?.verdict === "mismatch") return { ...end, accepted: this.#actions };
    return end;
  }

  end(): Validation {
    const units = [...this.#units.values()];
    return {
      verdict: "accepted",
      actions: this.#actions,
      units: units.length,
      restarts: this.#restarts,
      waiting: units.reduce((sum, unit) => sum + unit.waiting, 0),
    };
  }
}

type ActionEvent = Extract<RecordEvent, { kind: "action" }>;

/** The states that a unit may be in after the actions so far. */
class TrackedUnit {
  readonly #unit: Unit;
  readonly #options: Required<ValidateOptions>;
  #states: readonly Global[];
  /** the states before each of the last actions, which a restart may lose */
  #before: (readonly Global[])[] = [];
  /**
   * What happened so far, while no internal step had to be added: a record mostly has them all, and
   * only where it turns out not to, all is done again with them. Null where that would not help.
   */
  #past: (ActionEvent | "restart")[] | null;

  constructor(unit: Unit, options: Required<ValidateOptions>) {
    this.#unit = unit;
    this.#options = options;
    this.#past = unit.hasInternal && options.maxInternal > 0 ? [] : null;
    this.#states = unit.starts();
  }

  get waiting(): number {
    const counts = this.#states.map((global) =>
      global.reduce((sum, { outbox }) => sum + outbox.length, 0),
    );
    return Math.min(...counts);
  }

  restart(): void {
    this.#past?.push("restart");
    const all = [...this.#before, this.#states].flat();
    this.#states = distinct(all.flatMap((from) => this.#unit.restarts(from)));
    this.#before = [];
  }

  take(event: ActionEvent): Validation | null {
    const past = this.#past;
    const end = this.#step(event, past === null ? this.#options.maxInternal : 0);
    if (end === null || end.verdict !== "mismatch" || past === null) {
      past?.push(event);
      return end;
    }
    this.#past = null;
    this.#states = this.#unit.starts();
    this.#before = [];
    for (const one of past) {
      const again = one === "restart" ? this.restart() : this.#step(one, this.#options.maxInternal);
      if (again != null) return again;
    }
    return this.#step(event, this.#options.maxInternal);
  }

  #step(event: ActionEvent, maxInternal: number): Validation | null {
    const { line, unit, action } = event;
    const before = this.#unit.hasInternal ? this.#closure(maxInternal) : this.#states;
    if (before === null) return { verdict: "undecided", line, unit };
    const decided = before.map((from) => this.#unit.decide(from, action));
    const after = decided.filter((one): one is Global => Array.isArray(one));
    if (after.length > 0) {
      if (this.#options.maxLost > 0) {
        this.#before = [...this.#before, this.#states].slice(-this.#options.maxLost);
      }
      this.#states = after.length === 1 ? after : distinct(after);
      return null;
    }
    const enabled = before.flatMap((from) => this.#enabled(from));
    return {
      ...(decided[0] as Refusal),
      verdict: "mismatch",
      line,
      unit,
      action,
      nearest: nearestOf(action, enabled),
      internalSteps: maxInternal,
      accepted: 0,
    };
  }

  #enabled(from: Global): Action[] {
    const byText = this.#unit.enabled(from, "any").map((one) => [actionText(one), one] as const);
    return [...new Map(byText).values()];
  }

  /** The states that up to `steps` internal steps lead to; null where they are too many. */
  #closure(steps: number): readonly Global[] | null {
    const reached = new Map(this.#states.map((global) => [unitText(global), global]));
    let edge: readonly Global[] = this.#states;
    for (let step = 0; step < steps && edge.length > 0; step += 1) {
      const next: Global[] = [];
      for (const from of edge) {
        for (const action of this.#unit.enabled(from, "internal")) {
          const to = this.#unit.after(from, action);
          const text = unitText(to);
          if (reached.has(text)) continue;
          reached.set(text, to);
          next.push(to);
        }
        if (reached.size > this.#options.maxStates) return null;
      }
      edge = next;
    }
    return [...reached.values()];
  }
}

function distinct(globals: readonly Global[]): readonly Global[] {
  return [...new Map(globals.map((global) => [unitText(global), global])).values()];
}
