import {
  type AnyTransition,
  type Automaton,
  type Clauses,
  checkTransition,
  type Effect,
  type Input,
  type Internal,
  type Output,
  type Signature,
  startOf,
} from "./automaton.ts";
import { QuorateError } from "./errors.ts";
import type { Task } from "./tasks.ts";
import { freeze, isRecord } from "./values.ts";

/** Where an output of cells is looked for: some cells, and the payloads that they may enable. */
export interface Scope<S, P> {
  /** the cells that `choose` and the clauses read */
  readonly reads: readonly (keyof S & string)[];
  readonly choose: (cells: S) => Iterable<P>;
}

interface CellInput<S, P, A> {
  readonly kind: "input";
  readonly cite?: string;
  readonly at?: Partial<P>;
  /** the cells that the effect reads or writes */
  readonly touches: (payload: P) => readonly (keyof S & string)[];
  readonly effect: Effect<S, P, A>;
}

interface CellOutput<S, P, A> {
  readonly cite?: string;
  readonly task?: Task;
  readonly scopes: readonly Scope<S, P>[];
  /** read the cells of the scope that offered the payload */
  readonly when?: Clauses<S, P>;
  /**
   * Cells that start with a boolean, all of which must be true: the clause "needs" of the
   * precondition. No scope has to read them, so what a scope offers is worked out once for all of
   * their values. They depend on the payload alone.
   */
  readonly needs?: (payload: P) => readonly (keyof S & string)[];
  /** the cells that the effect reads or writes; none without it */
  readonly touches?: (payload: P) => readonly (keyof S & string)[];
  readonly effect?: Effect<S, P, A>;
}

type CellTransition<S, A, X> =
  X extends Input<infer P>
    ? CellInput<S, P, A>
    : X extends Output<infer P>
      ? { readonly kind: "output" } & CellOutput<S, P, A>
      : X extends Internal<infer P>
        ? { readonly kind: "internal" } & CellOutput<S, P, A>
        : never;

/**
 * Declares an automaton whose state is a record of independent small parts: a message soup, what a
 * coalition knows. Each transition names the cells that it reads and writes; the explorer stores
 * every cell as a leaf of its own. It stays one automaton, and a clause may span its cells.
 *
 * @param definition.start every cell with its start value: the universe is finite and declared
 * @throws QuorateError `automaton-malformed`; later `cell-undeclared`, `cell-unknown`, and
 * `automaton-malformed` again where an action needs a cell that starts with no boolean
 */
export function cells<S extends Readonly<Record<string, unknown>>, A extends Signature<A>>(
  name: string,
  definition: {
    readonly start: S;
    readonly transitions: { readonly [K in keyof A]: CellTransition<S, A, A[K]> };
  },
): Automaton<S, A> {
  const transitions = definition.transitions as Readonly<Record<string, AnyTransition>>;
  if (!isRecord(definition.start)) {
    throw new QuorateError("automaton-malformed", `Automaton "${name}": start is no record.`);
  }
  for (const [action, transition] of Object.entries(transitions)) {
    checkTransition(name, action, transition);
    const missing = [
      transition.kind !== "input" && !transition.scopes && "scopes",
      transition.effect && !transition.touches && "touches",
    ].find((one) => typeof one === "string");
    if (missing !== undefined) {
      throw new QuorateError(
        "automaton-malformed",
        `Automaton "${name}", action ${action}: cells need ${missing}.`,
      );
    }
    checkNeeds(name, action, transition);
  }
  const start = startOf(name, freeze({ ...definition.start }));
  return Object.freeze({
    name,
    form: "cells" as const,
    process: null,
    fields: null,
    recover: null,
    transitions,
    start,
  });
}

function checkNeeds(name: string, action: string, { needs, when }: AnyTransition): void {
  if (needs === undefined) return;
  const wrong =
    typeof needs !== "function"
      ? "needs is no function"
      : Object.hasOwn(when ?? {}, "needs") && '"needs" names two clauses';
  if (!wrong) return;
  const what = `Automaton "${name}", action ${action}: ${wrong}.`;
  throw new QuorateError("automaton-malformed", what);
}

/** A cell that model code reads or writes without declaring it. */
export class UndeclaredCell extends QuorateError {
  readonly cell: string;

  constructor(automaton: string, action: string, cell: string) {
    super(
      "cell-undeclared",
      `Automaton "${automaton}", action ${action} reads or writes cell "${cell}" undeclared.`,
    );
    this.cell = cell;
  }
}

/** The named cells of a record; reading or writing any other throws. */
export function viewCells<S extends Readonly<Record<string, unknown>>>(
  automaton: string,
  action: string,
  whole: S,
  names: readonly string[],
): S {
  const view: Record<string, unknown> = {};
  for (const name of names) {
    if (!Object.hasOwn(whole, name)) {
      throw new QuorateError(
        "cell-unknown",
        `Automaton "${automaton}", action ${action}: there is no cell "${name}".`,
      );
    }
    view[name] = whole[name];
  }
  return guardView(automaton, action, freeze(view) as S);
}

/** Guards a view: an undeclared cell is an error, not an undefined. */
export function guardView<S extends object>(automaton: string, action: string, view: S): S {
  const check = (target: S, key: string | symbol) => {
    if (typeof key === "string" && !Object.hasOwn(target, key)) {
      throw new UndeclaredCell(automaton, action, key);
    }
  };
  return new Proxy(view, {
    get(target, key) {
      check(target, key);
      return Reflect.get(target, key);
    },
    has(target, key) {
      check(target, key);
      return Reflect.has(target, key);
    },
    set(target, key, value) {
      check(target, key);
      return Reflect.set(target, key, value);
    },
    deleteProperty(target, key) {
      check(target, key);
      return Reflect.deleteProperty(target, key);
    },
  });
}
