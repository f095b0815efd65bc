import type { AnyAutomaton } from "../../spec/automaton/automaton.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import { textOf } from "../../spec/automaton/texts.ts";
import type { Family } from "./families.ts";
import type { Model } from "./model.ts";
import { idsOf, Meetings, type Outcome, Touches, viewAt } from "./pairs.ts";
import { Situations } from "./situations.ts";
import { applied, type Cells, enabledIn, touchedCells, Unseen, whereNeedsHold } from "./unseen.ts";

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
  if (sent.length === 0) return [];
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
  readonly #model: Model;
  readonly #unseen: Unseen;
  readonly #situations: Situations;
  readonly #commuting: boolean;
  readonly #touches: Touches;
  readonly #improvements = new Map<string, Improvement>();
  readonly #compared = new Set<string>();

  constructor(model: Model, sent: readonly Action[], commuting: boolean) {
    this.#model = model;
    this.#commuting = commuting;
    this.#unseen = new Unseen(model, sent);
    this.#situations = new Situations(this.#unseen);
    this.#touches = new Touches(model);
  }

  get cut(): boolean {
    return this.#situations.cut || this.#unseen.cut;
  }

  check(sent: Action): void {
    this.#model.system.leaves.forEach(({ automaton }, leaf) => {
      const touched = touchedCells(automaton, sent);
      if (touched.length === 0) return;
      for (const before of this.#situations.of(leaf, touched, {})) {
        const once = applied(automaton, sent, before);
        if (textOf(applied(automaton, sent, once)) !== textOf(once)) {
          this.#refuse(automaton, sent, sent, "twice differs from once: it");
        }
      }
      this.#checkNeeds(leaf, automaton, sent, touched);
      this.#model.actions.forEach((other, id) => {
        if (automaton.transitions[other.name]?.kind !== "input") return;
        const others = this.#touches.of(leaf, id);
        this.#checkOther(leaf, automaton, sent, touched, other, others, {});
      });
      for (const family of this.#model.families) {
        if (family.leaf !== this.#model.system.leaves[leaf]) continue;
        const meetings = new Meetings(this.#model, this.#touches, leaf, family, touched);
        for (const [key, row] of [...family.rows]) {
          this.#checkRow(leaf, family, sent, touched, idsOf(key), row, meetings);
        }
      }
    });
  }

  /** A cell that some action needs stays true. */
  #checkNeeds(
    leaf: number,
    automaton: AnyAutomaton,
    sent: Action,
    touched: readonly string[],
  ): void {
    for (const cell of new Set(touched)) {
      const needing = this.#needing(leaf, cell);
      if (needing === undefined || !this.#unseen.valuesOf(leaf, cell).includes(true)) continue;
      for (const before of this.#situations.of(leaf, touched, { [cell]: true })) {
        if (applied(automaton, sent, before)[cell] === true) continue;
        this.#refuse(automaton, sent, needing, "disables");
      }
    }
  }

  /** An action that needs a cell. */
  #needing(leaf: number, cell: string): Action | undefined {
    const track = this.#model.trackOfCell(leaf, cell);
    return this.#model.actions.find((_, id) => this.#model.needsOf(id).includes(track));
  }

  #checkRow(
    leaf: number,
    family: Family,
    sent: Action,
    touched: readonly string[],
    ids: readonly number[],
    row: Int32Array,
    meetings: Meetings,
  ): void {
    const { automaton } = family.leaf;
    for (const id of row) {
      if (!meetings.isNew(id, ids)) continue;
      const action = this.#model.actions[id] as Action;
      const known = whereNeedsHold(automaton, action, viewAt(this.#model, family, ids));
      if (known === null) continue;
      const others = this.#touches.of(leaf, id);
      this.#checkOther(leaf, automaton, sent, touched, action, others, known);
    }
    if (row.length === 0 || meetings.touchedAt.length === 0) return;
    const known = meetings.outcomesAt(ids);
    if (known !== undefined && !this.#situations.allow(known.length)) return;
    const outcomes = known ?? this.#outcomesOf(leaf, family, sent, touched, ids, meetings);
    for (const { before, to } of outcomes) {
      if (meetings.isSame(ids, to)) continue;
      const view = { ...viewAt(this.#model, family, ids), ...before };
      const lost = this.#lost(family, row, view, meetings.after(ids, to));
      if (lost !== undefined) this.#refuse(automaton, sent, lost, "disables");
    }
  }

  /** What a sent output makes of the cells of a row that it touches, in each situation. */
  #outcomesOf(
    leaf: number,
    family: Family,
    sent: Action,
    touched: readonly string[],
    ids: readonly number[],
    meetings: Meetings,
  ): Outcome[] {
    const names = family.cells as readonly string[];
    const view = Object.entries(viewAt(this.#model, family, ids));
    const known = Object.fromEntries(view.filter(([cell]) => touched.includes(cell)));
    const outcomes = this.#situations.of(leaf, touched, known).map((before) => {
      const after = applied(family.leaf.automaton, sent, before);
      const to = meetings.touchedAt.map((at) =>
        this.#model.intern(family.tracks[at] as number, after[names[at] as string]),
      );
      return { before, to };
    });
    meetings.noteOutcomes(ids, outcomes);
    return outcomes;
  }

  /** The same of what families see while outputs wait, which the search has not seen. */
  checkUnseen(sent: readonly Action[]): void {
    for (const family of this.#model.families) {
      if (family.cells === null) continue;
      const { automaton } = family.leaf;
      const leaf = this.#model.system.leaves.indexOf(family.leaf);
      const seen = Array.from(family.rows.keys(), (key) => viewAt(this.#model, family, idsOf(key)));
      const sends = sent.map((one) => ({ one, touched: touchedCells(automaton, one) }));
      const enabled = new Map<Cells, Action[]>();
      const enabledAt = (view: Cells) => {
        const known = enabled.get(view) ?? enabledIn(family, view);
        enabled.set(view, known);
        return known;
      };
      for (const { view, send, after } of this.#unseen.viewsBefore(leaf, family, sent, seen)) {
        const still = new Set(enabledAt(after).map(actionText));
        for (const action of enabledAt(view)) {
          if (!still.has(actionText(action))) this.#refuse(automaton, send, action, "disables");
          const others = touchedCells(automaton, action);
          const known = whereNeedsHold(automaton, action, view);
          if (others.length === 0 || known === null) continue;
          for (const { one, touched } of sends) {
            this.#checkOther(leaf, automaton, one, touched, action, others, known);
          }
        }
      }
    }
  }

  /** An action of the row that the family enables in the cells `before` and not at other ids. */
  #lost(
    family: Family,
    row: Int32Array,
    before: Cells,
    ids: readonly number[],
  ): Action | undefined {
    const still = new Set(this.#model.rowOf(family, ids));
    return Array.from(row)
      .filter((id) => !still.has(id))
      .map((id) => this.#model.actions[id] as Action)
      .find((action) => whereNeedsHold(family.leaf.automaton, action, before) !== null);
  }

  /** Where both touch a cell, the order of the two makes no difference. */
  #checkOther(
    leaf: number,
    automaton: AnyAutomaton,
    sent: Action,
    touched: readonly string[],
    other: Action,
    others: readonly string[],
    known: Cells,
  ): void {
    if (!others.some((cell) => touched.includes(cell))) return;
    const both = [...new Set([...touched, ...others])];
    const told = Object.fromEntries(
      both.filter((cell) => Object.hasOwn(known, cell)).map((cell) => [cell, known[cell]]),
    );
    const key = `${leaf} ${actionText(sent)} ${actionText(other)} ${textOf(told)}`;
    if (this.#compared.has(key)) return;
    this.#compared.add(key);
    for (const before of this.#situations.of(leaf, both, told)) {
      const one = applied(automaton, other, applied(automaton, sent, before));
      const two = applied(automaton, sent, applied(automaton, other, before));
      this.#improve(leaf, two, one, sent, other);
    }
  }

  /** Notes where the cells differ: there `better` must be as able as `worse`. */
  #improve(leaf: number, worse: Cells, better: Cells, sent: Action, other: Action): void {
    for (const cell of Object.keys(worse)) {
      const [bad, good] = [textOf(worse[cell]), textOf(better[cell])];
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
      if (worse === true && better !== true && this.#needing(leaf, cell) !== undefined) {
        this.#refuse(automaton, sent, other, "does not commute with");
      }
      for (const [id, action] of this.#model.actions.entries()) {
        const touched = this.#touches.of(leaf, id);
        if (!touched.includes(cell)) continue;
        for (const before of this.#situations.of(leaf, touched, { [cell]: worse })) {
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
    const at = family.cells?.indexOf(cell) as number;
    const track = family.tracks[at] as number;
    const [from, to] = [worse, better].map((value) => this.#model.intern(track, value)) as [
      number,
      number,
    ];
    for (const [key, row] of [...family.rows]) {
      const ids = idsOf(key);
      if (row.length === 0 || ids[at] !== from) continue;
      if (!this.#situations.allow(1)) return;
      const view = viewAt(this.#model, family, ids);
      const lost = this.#lost(family, row, view, ids.with(at, to));
      if (lost !== undefined) {
        this.#refuse(family.leaf.automaton, sent, other, "does not commute with");
      }
    }
  }

  #refuse({ name }: AnyAutomaton, sent: Action, other: Action, how: string): never {
    const { name: system } = this.#model.system;
    const what = `in ${name}, sending ${actionText(sent)} ${how} ${actionText(other)}`;
    throw new QuorateError("reduction-refused", `sends-at-once in "${system}": ${what}.`);
  }
}
