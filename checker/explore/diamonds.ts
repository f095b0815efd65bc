import type { AnyAutomaton } from "../../spec/automaton/automaton.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import { canonical } from "../../spec/automaton/values.ts";
import type { Family } from "./families.ts";
import type { Model } from "./model.ts";
import { applied, type Cells, touchedCells, Unseen } from "./unseen.ts";

/** So many situations are checked, and then no more: the exploration's notes say so. */
const MOST_SITUATIONS = 20_000;
/** So many values of the cells that a family does not read are tried with each row. */
const MOST_VALUES = 256;

/**
 * What "sends at once" rests on, checked on what the search has seen and on what it would have seen
 * while outputs wait (see {@link Unseen}): in the cells that receive them, sent outputs disable nothing and commute with every other step, or sending first leaves the
 * cells at least as able: whatever the worse value enables, the better one does too, and each step
 * keeps it so (pairs of values are compared one cell at a time). Enabling more is no harm. Sending
 * twice must be as good as once, since the outbox is a set.
 *
 * @param commuting whether nothing but commuting will do, since something is asked of where the
 * system ends: better cells may go on where worse ones end, or end otherwise
 * @returns what was not checked, in words
 * @throws QuorateError `reduction-refused`
 */
export function refuseShrinkingCells(
  model: Model,
  sent: readonly Action[],
  commuting: boolean,
): string[] {
  const checker = new Diamonds(model, sent, commuting);
  for (const action of sent) checker.check(action);
  checker.checkUnseen(sent);
  checker.checkImprovements();
  return checker.cut ? [`sends-at-once: not all of ${model.system.name}'s sends were checked`] : [];
}

/** A value of a cell that sending first leaves, where sending later leaves a worse one. */
interface Improvement {
  readonly leaf: number;
  readonly cell: string;
  readonly worse: unknown;
  readonly better: unknown;
  readonly sent: Action;
  readonly other: Action;
}

class Diamonds {
  #cut = false;
  #situations = 0;
  readonly #model: Model;
  readonly #unseen: Unseen;
  readonly #commuting: boolean;
  readonly #improvements = new Map<string, Improvement>();
  readonly #compared = new Set<string>();

  constructor(model: Model, sent: readonly Action[], commuting: boolean) {
    this.#model = model;
    this.#commuting = commuting;
    this.#unseen = new Unseen(model, sent);
  }

  get cut(): boolean {
    return this.#cut || this.#unseen.cut;
  }

  check(sent: Action): void {
    this.#model.system.leaves.forEach(({ automaton }, leaf) => {
      const touched = touchedCells(automaton, sent);
      if (touched.length === 0) return;
      for (const before of this.#situationsOf(leaf, touched, {})) {
        const once = applied(automaton, sent, before);
        if (canonical(applied(automaton, sent, once)) !== canonical(once)) {
          this.#refuse(automaton, sent, sent, "twice differs from once: it");
        }
      }
      for (const other of this.#model.actions) {
        if (automaton.transitions[other.name]?.kind === "input") {
          this.#checkOther(leaf, automaton, sent, touched, other, {});
        }
      }
      for (const family of this.#model.families) {
        if (family.leaf !== this.#model.system.leaves[leaf]) continue;
        for (const [key, row] of [...family.rows]) {
          this.#checkRow(leaf, family, sent, touched, key, row);
        }
      }
    });
  }

  #checkRow(
    leaf: number,
    family: Family,
    sent: Action,
    touched: readonly string[],
    key: number | string,
    row: Int32Array,
  ): void {
    const { automaton } = family.leaf;
    const names = family.cells as readonly string[];
    const view = this.#viewOf(family, key);
    for (const id of row) {
      const action = this.#model.actions[id] as Action;
      this.#checkOther(leaf, automaton, sent, touched, action, view);
    }
    if (row.length === 0 || !touched.some((cell) => names.includes(cell))) return;
    for (const before of this.#situationsOf(leaf, touched, view)) {
      const after = applied(automaton, sent, before);
      const lost = this.#lost(family, row, after);
      if (lost !== undefined) this.#refuse(automaton, sent, lost, "disables");
    }
  }

  /** The same of what families see while outputs wait, which the search has not seen. */
  checkUnseen(sent: readonly Action[]): void {
    for (const family of this.#model.families) {
      if (family.cells === null) continue;
      const { automaton } = family.leaf;
      const leaf = this.#model.system.leaves.indexOf(family.leaf);
      const seen = Array.from(family.rows.keys(), (key) => this.#viewOf(family, key));
      for (const { view, send, after } of this.#unseen.viewsBefore(leaf, family, sent, seen)) {
        const still = new Set(enabledIn(family, after).map(actionText));
        for (const action of enabledIn(family, view)) {
          if (!still.has(actionText(action))) this.#refuse(automaton, send, action, "disables");
          for (const one of sent) {
            const touched = touchedCells(automaton, one);
            if (touched.length > 0) this.#checkOther(leaf, automaton, one, touched, action, view);
          }
        }
      }
    }
  }

  /** The cells of a row. */
  #viewOf({ cells, tracks }: Family, key: number | string): Cells {
    const ids = typeof key === "number" ? [key] : key.split(",").map(Number);
    const names = cells as readonly string[];
    return Object.fromEntries(
      names.map((name, at) => [
        name,
        this.#model.values[tracks[at] as number]?.[ids[at] as number],
      ]),
    );
  }

  /** An action of the row that the family does not enable in the given cells. */
  #lost(family: Family, row: Int32Array, given: Cells): Action | undefined {
    const names = family.cells as readonly string[];
    const ids = names.map((name, at) =>
      this.#model.intern(family.tracks[at] as number, given[name]),
    );
    const still = new Set(this.#model.rowOf(family, ids));
    const lost = row.find((id) => !still.has(id));
    return lost === undefined ? undefined : this.#model.actions[lost];
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
    const both = [...new Set([...touched, ...others])];
    const told = Object.fromEntries(
      both.filter((cell) => Object.hasOwn(known, cell)).map((cell) => [cell, known[cell]]),
    );
    const key = `${leaf} ${actionText(sent)} ${actionText(other)} ${canonical(told)}`;
    if (this.#compared.has(key)) return;
    this.#compared.add(key);
    for (const before of this.#situationsOf(leaf, both, told)) {
      const one = applied(automaton, other, applied(automaton, sent, before));
      const two = applied(automaton, sent, applied(automaton, other, before));
      this.#improve(leaf, two, one, sent, other);
    }
  }

  /** Notes where the cells differ: there `better` must be as able as `worse`. */
  #improve(leaf: number, worse: Cells, better: Cells, sent: Action, other: Action): void {
    for (const cell of Object.keys(worse)) {
      const [bad, good] = [canonical(worse[cell]), canonical(better[cell])];
      const key = `${leaf} ${cell} ${bad} ${good}`;
      if (bad === good || this.#improvements.has(key)) continue;
      if (this.#commuting) {
        const { automaton } = this.#model.system.leaves[leaf] as Family["leaf"];
        this.#refuse(automaton, sent, other, "does not commute with");
      }
      const pair = { worse: worse[cell], better: better[cell] };
      this.#improvements.set(key, { leaf, cell, ...pair, sent, other });
    }
  }

  /** Checks every pair of values that {@link #improve} noted, and those that follow from it. */
  checkImprovements(): void {
    for (const improvement of this.#improvements.values()) {
      const { leaf, cell, worse, better, sent, other } = improvement;
      const { automaton } = this.#model.system.leaves[leaf] as Family["leaf"];
      for (const action of this.#model.actions) {
        const touched = touchedCells(automaton, action);
        if (!touched.includes(cell)) continue;
        for (const before of this.#situationsOf(leaf, touched, { [cell]: worse })) {
          const one = applied(automaton, action, before);
          const two = applied(automaton, action, { ...before, [cell]: better });
          this.#improve(leaf, one, two, sent, other);
        }
      }
      for (const family of this.#model.families) {
        if (family.leaf !== this.#model.system.leaves[leaf]) continue;
        if (family.cells?.includes(cell)) this.#checkBetterRows(family, improvement);
      }
    }
  }

  #checkBetterRows(family: Family, { cell, worse, better, sent, other }: Improvement): void {
    const text = canonical(worse);
    for (const [key, row] of [...family.rows]) {
      const view = this.#viewOf(family, key);
      if (row.length === 0 || canonical(view[cell]) !== text) continue;
      if (++this.#situations > MOST_SITUATIONS) {
        this.#cut = true;
        return;
      }
      const lost = this.#lost(family, row, { ...view, [cell]: better });
      if (lost !== undefined) {
        this.#refuse(family.leaf.automaton, sent, other, "does not commute with");
      }
    }
  }

  /** The known cells with every value seen of the others; cut short where they are too many. */
  #situationsOf(leaf: number, cells: readonly string[], known: Cells): Cells[] {
    let all: Cells[] = [known];
    for (const cell of new Set(cells)) {
      if (Object.hasOwn(known, cell)) continue;
      const values = this.#unseen.valuesOf(leaf, cell);
      all = all.flatMap((one) => values.map((value) => ({ ...one, [cell]: value })));
      if (all.length > MOST_VALUES) {
        all.length = MOST_VALUES;
        this.#cut = true;
      }
    }
    this.#situations += all.length;
    if (this.#situations <= MOST_SITUATIONS) return all;
    this.#cut = true;
    return [];
  }

  #refuse({ name }: AnyAutomaton, sent: Action, other: Action, how: string): never {
    const { name: system } = this.#model.system;
    const what = `in ${name}, sending ${actionText(sent)} ${how} ${actionText(other)}`;
    throw new QuorateError("reduction-refused", `sends-at-once in "${system}": ${what}.`);
  }
}

/** The enabled actions of a family. It leaves no trace in the model: nobody has been there. */
function enabledIn({ cells, offers }: Family, view: Cells): Action[] {
  return offers((cells as readonly string[]).map((cell) => view[cell]))
    .flat()
    .filter(({ clauses }) => clauses.every(([, holds]) => holds))
    .map(({ action }) => action);
}
