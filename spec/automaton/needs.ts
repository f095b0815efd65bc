import type { AnyAutomaton, AnyTransition } from "./automaton.ts";
import { QuorateError } from "./errors.ts";
import { type Action, modelError } from "./execute.ts";
import { inModel } from "./purity.ts";

/** The name of the clause that the cells in a transition's `needs` make. */
export const NEEDS = "needs";

/** By automaton: whether each of its cells starts with a boolean. */
const universes = new WeakMap<AnyAutomaton, ReadonlyMap<string, boolean>>();

function universeOf(automaton: AnyAutomaton): ReadonlyMap<string, boolean> {
  let universe = universes.get(automaton);
  if (universe === undefined) {
    const start = automaton.start()[0] as Readonly<Record<string, unknown>>;
    universe = new Map(Object.entries(start).map(([cell, value]) => [cell, isBoolean(value)]));
    universes.set(automaton, universe);
  }
  return universe;
}

const isBoolean = (value: unknown) => typeof value === "boolean";

/**
 * The cells that must be `true` for an action of an automaton of cells to be enabled: they depend
 * on its payload alone.
 * @throws QuorateError `clause-threw`, `automaton-malformed`, `cell-unknown`
 */
export function neededCells(
  automaton: AnyAutomaton,
  action: string,
  { needs }: AnyTransition,
  payload: Action["payload"],
): readonly string[] {
  if (needs === undefined) return [];
  let wanted: unknown;
  try {
    wanted = inModel(() => needs(payload));
  } catch (cause) {
    throw modelError(automaton, action, "clause-threw", "needs threw", cause);
  }
  const where = `Automaton "${automaton.name}", action ${action}`;
  if (!Array.isArray(wanted)) {
    throw new QuorateError("automaton-malformed", `${where}: needs gave no array of cells.`);
  }
  const universe = universeOf(automaton);
  for (const cell of wanted) {
    const starts = universe.get(cell);
    if (starts === undefined) {
      throw new QuorateError("cell-unknown", `${where}: there is no cell "${cell}".`);
    }
    if (starts) continue;
    const what = `${where}: it needs cell "${cell}", whose start value is no boolean.`;
    throw new QuorateError("automaton-malformed", what);
  }
  return wanted;
}

/** The clause "needs" of an action at the cells of its automaton; none where it needs no cell. */
export function needsClauses(
  automaton: AnyAutomaton,
  action: string,
  transition: AnyTransition,
  cells: Readonly<Record<string, unknown>>,
  payload: Action["payload"],
): (readonly [clause: string, holds: boolean])[] {
  const needed = neededCells(automaton, action, transition, payload);
  if (needed.length === 0) return [];
  return [[NEEDS, needed.every((cell) => cells[cell] === true)]];
}
