import type { AnyTransition } from "../../spec/automaton/automaton.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { neededCells } from "../../spec/automaton/needs.ts";
import type { Family } from "./families.ts";
import type { Model } from "./model.ts";
import { type Cells, touchedCells } from "./unseen.ts";

/** The ids that the key of a row stands for. */
export function idsOf(key: number | string): readonly number[] {
  return typeof key === "number" ? [key] : key.split(",").map(Number);
}

/** The cells of a row. */
export function viewAt(
  model: Model,
  { cells, tracks }: Family,
  ids: readonly number[],
): Record<string, unknown> {
  const names = cells as readonly string[];
  return Object.fromEntries(
    names.map((name, at) => [name, model.values[tracks[at] as number]?.[ids[at] as number]]),
  );
}

/** The cells that each action of a model touches in each automaton, worked out once. */
export class Touches {
  readonly #model: Model;
  readonly #known: (readonly string[])[][] = [];

  constructor(model: Model) {
    this.#model = model;
  }

  of(leaf: number, action: number): readonly string[] {
    let known = this.#known[leaf];
    if (known === undefined) known = this.#known[leaf] = [];
    let touched = known[action];
    if (touched === undefined) {
      const { automaton } = this.#model.system.leaves[leaf] as Family["leaf"];
      touched = known[action] = touchedCells(automaton, this.#model.actions[action] as Action);
    }
    return touched;
  }
}

/** What a sent output leads to: the cells before, and the ids of those that it touches after it. */
export interface Outcome {
  readonly before: Cells;
  readonly to: readonly number[];
}

/**
 * The situations in which a sent output meets the actions of a family's rows: many rows differ only
 * in cells that neither touches nor needs, and one of them speaks for all.
 */
export class Meetings {
  readonly #model: Model;
  readonly #touches: Touches;
  readonly #leaf: number;
  readonly #family: Family;
  readonly #touched: readonly string[];
  /** by action: the positions, among the family's cells, of those that matter; null for none */
  readonly #positions: (readonly number[] | null)[] = [];
  readonly #met = new Set<string>();
  /** by the ids of the touched cells */
  readonly #outcomes = new Map<string, readonly Outcome[]>();
  /** the positions, among the family's cells, of those that the output touches */
  readonly touchedAt: readonly number[];

  constructor(
    model: Model,
    touches: Touches,
    leaf: number,
    family: Family,
    touched: readonly string[],
  ) {
    this.#model = model;
    this.#touches = touches;
    this.#leaf = leaf;
    this.#family = family;
    this.#touched = touched;
    this.touchedAt = (family.cells as readonly string[]).flatMap((cell, at) =>
      touched.includes(cell) ? [at] : [],
    );
  }

  outcomesAt(ids: readonly number[]): readonly Outcome[] | undefined {
    return this.#outcomes.get(this.#keyAt(ids));
  }

  noteOutcomes(ids: readonly number[], outcomes: readonly Outcome[]): void {
    this.#outcomes.set(this.#keyAt(ids), outcomes);
  }

  #keyAt(ids: readonly number[]): string {
    let key = "";
    for (const at of this.touchedAt) key += ` ${ids[at]}`;
    return key;
  }

  isSame(ids: readonly number[], to: readonly number[]): boolean {
    return this.touchedAt.every((at, place) => ids[at] === to[place]);
  }

  /** The ids of a row once the touched cells are at `to`. */
  after(ids: readonly number[], to: readonly number[]): number[] {
    const after = [...ids];
    this.touchedAt.forEach((at, place) => {
      after[at] = to[place] as number;
    });
    return after;
  }

  /** Whether an action of the row at `ids` shares a cell with the output, in a new situation. */
  isNew(action: number, ids: readonly number[]): boolean {
    let positions = this.#positions[action];
    if (positions === undefined) {
      positions = this.#positionsFor(action);
      this.#positions[action] = positions;
    }
    if (positions === null) return false;
    let key = `${action}`;
    for (const at of positions) key += ` ${ids[at]}`;
    return this.#met.size !== this.#met.add(key).size;
  }

  #positionsFor(action: number): readonly number[] | null {
    const others = this.#touches.of(this.#leaf, action);
    if (!others.some((cell) => this.#touched.includes(cell))) return null;
    const { leaf, cells } = this.#family;
    const { name, payload } = this.#model.actions[action] as Action;
    const transition = leaf.automaton.transitions[name] as AnyTransition;
    const needed = neededCells(leaf.automaton, name, transition, payload);
    const matter = new Set([...this.#touched, ...others, ...needed]);
    return (cells as readonly string[]).flatMap((cell, at) => (matter.has(cell) ? [at] : []));
  }
}
