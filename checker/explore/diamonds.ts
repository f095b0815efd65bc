import type { AnyAutomaton, AnyTransition } from "../../spec/automaton/automaton.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, actionText, agrees, execute } from "../../spec/automaton/execute.ts";
import { canonical, freeze } from "../../spec/automaton/values.ts";
import type { Family } from "./families.ts";
import type { Model } from "./model.ts";

/** So many situations are checked, and then no more: the exploration's notes say so. */
const MOST_SITUATIONS = 200_000;
/** So many values of the cells that a family does not read are tried with each row. */
const MOST_VALUES = 256;

type Cells = Readonly<Record<string, unknown>>;

/**
 * What "sends at once" rests on, checked on what the search has seen: in the cells that receive
 * them, sent outputs disable nothing and commute with every other step. Enabling more is no harm.
 *
 * @returns what was not checked, in words
 * @throws QuorateError `reduction-refused`
 */
export function refuseShrinkingCells(model: Model, sent: Iterable<Action>): string[] {
  const checker = new Diamonds(model);
  for (const action of sent) checker.check(action);
  return checker.cut ? [`sends-at-once: not all of ${model.system.name}'s sends were checked`] : [];
}

class Diamonds {
  cut = false;
  #situations = 0;
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  check(sent: Action): void {
    this.#model.system.leaves.forEach(({ automaton }, leaf) => {
      const touched = touchedCells(automaton, sent);
      if (touched.length === 0) return;
      for (const other of this.#model.actions) {
        if (automaton.transitions[other.name]?.kind === "input") {
          this.#checkOther(leaf, automaton, sent, touched, other, {});
        }
      }
      for (const family of this.#model.families) {
        if (family.leaf !== this.#model.system.leaves[leaf]) continue;
        for (const [key, row] of family.rows) this.#checkRow(leaf, family, sent, touched, key, row);
      }
    });
  }

  #checkRow(
    leaf: number,
    { leaf: { automaton }, cells, tracks, offers }: Family,
    sent: Action,
    touched: readonly string[],
    key: number | string,
    row: Int32Array,
  ): void {
    const names = cells as readonly string[];
    const ids = typeof key === "number" ? [key] : key.split(",").map(Number);
    const values = ids.map((id, at) => this.#model.values[tracks[at] as number]?.[id]);
    const view = Object.fromEntries(names.map((name, at) => [name, values[at]]));
    const enabled = Array.from(row, (id) => this.#model.actions[id] as Action);
    for (const action of enabled) this.#checkOther(leaf, automaton, sent, touched, action, view);
    if (enabled.length === 0 || !touched.some((cell) => names.includes(cell))) return;
    for (const before of this.#situationsOf(leaf, touched, view)) {
      const after = applied(automaton, sent, before);
      const seen = names.map((name) => after[name]);
      if (canonical(seen) === canonical(values)) continue;
      const still = new Set(
        offers(seen)
          .flat()
          .filter(({ clauses }) => clauses.every(([, holds]) => holds))
          .map(({ action }) => actionText(action)),
      );
      const lost = enabled.find((action) => !still.has(actionText(action)));
      if (lost !== undefined) this.#refuse(automaton, sent, lost, "disables");
    }
  }

  /** Where both touch a cell, the order of the two makes no difference. */
  #checkOther(
    leaf: number,
    automaton: AnyAutomaton,
    sent: Action,
    touched: readonly string[],
    other: Action,
    known: Cells,
  ): void {
    const others = touchedCells(automaton, other);
    if (!others.some((cell) => touched.includes(cell))) return;
    for (const before of this.#situationsOf(leaf, [...touched, ...others], known)) {
      const one = applied(automaton, other, applied(automaton, sent, before));
      const two = applied(automaton, sent, applied(automaton, other, before));
      if (canonical(one) !== canonical(two)) {
        this.#refuse(automaton, sent, other, "does not commute with");
      }
    }
  }

  /** The known cells with every value seen of the others; cut short where they are too many. */
  #situationsOf(leaf: number, cells: readonly string[], known: Cells): Cells[] {
    let all: Cells[] = [known];
    for (const cell of new Set(cells)) {
      if (Object.hasOwn(known, cell)) continue;
      const values = this.#model.values[this.#model.trackOfCell(leaf, cell)] ?? [];
      all = all.flatMap((one) => values.map((value) => ({ ...one, [cell]: value })));
      if (all.length > MOST_VALUES) {
        all.length = MOST_VALUES;
        this.cut = true;
      }
    }
    this.#situations += all.length;
    if (this.#situations <= MOST_SITUATIONS) return all;
    this.cut = true;
    return [];
  }

  #refuse({ name }: AnyAutomaton, sent: Action, other: Action, how: string): never {
    const { name: system } = this.#model.system;
    const what = `in ${name}, sending ${actionText(sent)} ${how} ${actionText(other)}`;
    throw new QuorateError("reduction-refused", `sends-at-once in "${system}": ${what}.`);
  }
}

/** The cells that an action's effect on an automaton may read or write. */
function touchedCells(automaton: AnyAutomaton, { name, payload }: Action): readonly string[] {
  const transition = automaton.transitions[name];
  if (automaton.form !== "cells" || !transition?.effect || !agrees(transition, payload)) return [];
  return transition.touches?.(payload) ?? [];
}

function applied(automaton: AnyAutomaton, action: Action, before: Cells): Cells {
  const touched = touchedCells(automaton, action);
  if (touched.length === 0) return before;
  const part = freeze(Object.fromEntries(touched.map((cell) => [cell, before[cell]])));
  const transition = automaton.transitions[action.name] as AnyTransition;
  const { state } = execute(automaton, action, transition, part);
  return { ...before, ...(state as Cells) };
}
