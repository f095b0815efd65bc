import type { AnyAutomaton, AnyTransition } from "../../spec/automaton/automaton.ts";
import { type Action, actionText, agrees, execute } from "../../spec/automaton/execute.ts";
import { neededCells } from "../../spec/automaton/needs.ts";
import { textOf } from "../../spec/automaton/texts.ts";
import { freeze } from "../../spec/automaton/values.ts";
import type { Family } from "./families.ts";
import type { Model } from "./model.ts";

/** So many values of one cell are looked at. */
const MOST_VALUES = 256;
/** So many steps are tried to find more of them. */
const MOST_STEPS = 10_000;
/** So many views of each family are made. */
const MOST_VIEWS = 500;

export type Cells = Readonly<Record<string, unknown>>;

/** The cells that an action's effect on an automaton may read or write. */
export function touchedCells(
  automaton: AnyAutomaton,
  { name, payload }: Action,
): readonly string[] {
  const transition = automaton.transitions[name];
  if (automaton.form !== "cells" || !transition?.effect || !agrees(transition, payload)) return [];
  return transition.touches?.(payload) ?? [];
}

/** What is known of some cells where an action is enabled: null where its needs forbid it. */
export function whereNeedsHold(
  automaton: AnyAutomaton,
  { name, payload }: Action,
  known: Cells,
): Cells | null {
  const needed = neededCells(
    automaton,
    name,
    automaton.transitions[name] as AnyTransition,
    payload,
  );
  if (needed.some((cell) => Object.hasOwn(known, cell) && known[cell] !== true)) return null;
  return { ...known, ...Object.fromEntries(needed.map((cell) => [cell, true])) };
}

/** What an action makes of the cells that it touches, by the cells' texts. */
const results = new WeakMap<AnyAutomaton, WeakMap<Action, Map<string, Cells>>>();

function resultsOf(automaton: AnyAutomaton, action: Action): Map<string, Cells> {
  const all = results.get(automaton) ?? new WeakMap<Action, Map<string, Cells>>();
  results.set(automaton, all);
  const own = all.get(action) ?? new Map<string, Cells>();
  all.set(action, own);
  return own;
}

export function applied(automaton: AnyAutomaton, action: Action, before: Cells): Cells {
  const touched = touchedCells(automaton, action);
  if (touched.length === 0) return before;
  const own = resultsOf(automaton, action);
  const key = touched.map((cell) => textOf(before[cell])).join();
  let made = own.get(key);
  if (made === undefined) {
    const part = freeze(Object.fromEntries(touched.map((cell) => [cell, before[cell]])));
    const transition = automaton.transitions[action.name] as AnyTransition;
    made = execute(automaton, action, transition, part).state as Cells;
    own.set(key, made);
  }
  return { ...before, ...made };
}

/**
 * The actions of a family that are enabled where their needs hold. It leaves no trace in the model:
 * nobody has been there.
 */
export function enabledIn({ cells, offers }: Family, view: Cells): Action[] {
  return offers((cells as readonly string[]).map((cell) => view[cell]))
    .flat()
    .filter(({ clauses }) => clauses.every(([, holds]) => holds))
    .map(({ action }) => action);
}

/**
 * What a search with sends at once does not see, though the search without it may: values of cells
 * in which an earlier output has not arrived, and later ones have. They are made from the values
 * that were seen, by sends and then by every other step that touches the same cells.
 */
export class Unseen {
  cut = false;
  #steps = 0;
  readonly #model: Model;
  readonly #values = new Map<string, Map<string, unknown>>();
  readonly #tried = new Set<string>();

  constructor(model: Model, sent: readonly Action[]) {
    this.#model = model;
    model.system.leaves.forEach(({ automaton }, leaf) => {
      const receiving = new Set(sent.flatMap((one) => touchedCells(automaton, one)));
      if (receiving.size === 0) return;
      const others = model.actions.filter((one) =>
        touchedCells(automaton, one).some((cell) => receiving.has(cell)),
      );
      // Sends first: where the steps run out, what they make matters most.
      while (this.#grow(leaf, automaton, sent) || this.#grow(leaf, automaton, others));
    });
  }

  /** The values of a cell that were seen or made. */
  valuesOf(leaf: number, cell: string): unknown[] {
    return [...this.#known(leaf, cell).values()];
  }

  #known(leaf: number, cell: string): Map<string, unknown> {
    const key = `${leaf} ${cell}`;
    let known = this.#values.get(key);
    if (known === undefined) {
      const seen = this.#model.metValues(this.#model.trackOfCell(leaf, cell));
      known = new Map(seen.map((value) => [textOf(value), value]));
      this.#values.set(key, known);
    }
    return known;
  }

  /** Tries actions on the known values; true if that made new ones. */
  #grow(leaf: number, automaton: AnyAutomaton, actions: readonly Action[]): boolean {
    let grew = false;
    for (const action of actions) {
      for (const before of this.#situationsOf(leaf, touchedCells(automaton, action))) {
        const key = `${leaf} ${actionText(action)} ${textOf(before)}`;
        if (this.#tried.has(key)) continue;
        if (++this.#steps > MOST_STEPS) {
          this.cut = true;
          return false;
        }
        this.#tried.add(key);
        for (const [cell, value] of Object.entries(applied(automaton, action, before))) {
          grew = this.#add(this.#known(leaf, cell), value) || grew;
        }
      }
    }
    return grew;
  }

  #add(known: Map<string, unknown>, value: unknown): boolean {
    const text = textOf(value);
    if (known.has(text)) return false;
    if (known.size >= MOST_VALUES) {
      this.cut = true;
      return false;
    }
    known.set(text, value);
    return true;
  }

  /** The known values of some cells; none for no cells. */
  #situationsOf(leaf: number, cells: readonly string[]): Cells[] {
    if (cells.length === 0) return [];
    let all: Cells[] = [{}];
    for (const cell of new Set(cells)) {
      const values = this.valuesOf(leaf, cell);
      all = all.flatMap((one) => values.map((value) => ({ ...one, [cell]: value })));
      if (all.length > MOST_VALUES) {
        all.length = MOST_VALUES;
        this.cut = true;
      }
    }
    return all;
  }

  /**
   * Views of a family that one send turns into a view that was seen, or that was made so: what the
   * family sees while the output waits. Each comes with that send and the view after it.
   */
  *viewsBefore(
    leaf: number,
    { leaf: { automaton }, cells }: Family,
    sent: readonly Action[],
    seen: readonly Cells[],
  ): Generator<{ readonly view: Cells; readonly send: Action; readonly after: Cells }> {
    const names = cells as readonly string[];
    const within = (all: Cells, given: readonly string[]): Cells =>
      Object.fromEntries(given.map((name) => [name, all[name]]));
    const sends = sent.flatMap((send) => {
      const own = names.filter((name) => touchedCells(automaton, send).includes(name));
      if (own.length === 0) return [];
      const before = new Map<string, Cells[]>();
      for (const one of this.#situationsOf(leaf, touchedCells(automaton, send))) {
        const [from, to] = [one, applied(automaton, send, one)].map((all) => within(all, own));
        const key = textOf(to);
        if (textOf(from) === key) continue;
        before.set(key, [...(before.get(key) ?? []), from as Cells]);
      }
      return [{ send, own, before }];
    });
    const keyOf = (view: Cells) => names.map((name) => textOf(view[name])).join();
    const met = new Set(seen.map(keyOf));
    let made = 0;
    const views = [...seen];
    for (const after of views) {
      for (const { send, own, before } of sends) {
        for (const part of before.get(textOf(within(after, own))) ?? []) {
          const view = { ...after, ...part };
          if (met.size === met.add(keyOf(view)).size) continue;
          if (++made > MOST_VIEWS) {
            this.cut = true;
            return;
          }
          views.push(view);
          yield { view, send, after };
        }
      }
    }
  }
}
