import type { AnyAutomaton } from "../../spec/automaton/automaton.ts";
import { viewCells } from "../../spec/automaton/cells.ts";
import type { Leaf } from "../../spec/automaton/compose.ts";
import { evaluateClauses, offered } from "../../spec/automaton/execute.ts";
import { type Local, type Offer, offersOf } from "../../spec/automaton/semantics.ts";
import { canonical, freeze } from "../../spec/automaton/values.ts";

/** Where offers are looked up: some tracks, and what is offered at their values. */
export interface Family {
  readonly leaf: Leaf;
  /** names of the cells, aligned with the tracks; null where the automaton is one leaf */
  readonly cells: readonly string[] | null;
  readonly tracks: Int32Array;
  /** every offer, enabled or not, at the values of the tracks, scope by scope */
  readonly offers: (values: readonly unknown[]) => readonly (readonly Offer[])[];
  /** enabled actions, by the local ids of the tracks */
  readonly rows: Map<number | string, Int32Array>;
}

/** The one family of an automaton that is no record of cells. */
export function leafFamily(leaf: Leaf, track: number): Family {
  return {
    leaf,
    cells: null,
    tracks: Int32Array.of(track),
    offers: ([local]) => [offersOf(leaf, local as Local)],
    rows: new Map(),
  };
}

/** The families of an automaton of cells: one for each set of cells that some scope reads. */
export function cellFamilies(leaf: Leaf, trackOf: (cell: string) => number): Family[] {
  const { automaton } = leaf;
  const looks = new Map<string, { cells: readonly string[]; look: Look[] }>();
  for (const [name, transition] of Object.entries(automaton.transitions)) {
    for (const scope of transition.scopes ?? []) {
      const key = canonical(scope.reads);
      const family = looks.get(key) ?? { cells: scope.reads, look: [] };
      looks.set(key, family);
      family.look.push((view) =>
        offered(automaton, name, transition, () => scope.choose(view)).map((payload) => ({
          action: { name, payload },
          transition,
          clauses: evaluateClauses(automaton, name, transition, view, payload),
        })),
      );
    }
  }
  return Array.from(looks.values(), ({ cells, look }) => ({
    leaf,
    cells,
    tracks: Int32Array.from(cells, trackOf),
    offers: (values) => {
      const view = freeze(viewOfCells(automaton, cells, values));
      return look.map((offers) => offers(view));
    },
    rows: new Map(),
  }));
}

type Look = (view: object) => Offer[];

function viewOfCells(
  { name }: AnyAutomaton,
  cells: readonly string[],
  values: readonly unknown[],
): object {
  const whole = Object.fromEntries(cells.map((cell, at) => [cell, values[at]]));
  return viewCells(name, "scope", whole as never, cells);
}
