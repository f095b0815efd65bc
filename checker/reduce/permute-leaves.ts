import type { Problem } from "../../spec/automaton/claim.ts";
import type { Composition, Leaf } from "../../spec/automaton/compose.ts";
import { canonical } from "../../spec/automaton/values.ts";
import { type Moves, type Renaming, refuse } from "./permute.ts";

const NO_MOVES: Moves = new Map();

/**
 * What tells a leaf from the others of its part, renamed: its automaton's name and process, the
 * indices and tasks of its transitions, its start states.
 */
function portrait({ part, automaton }: Leaf, renaming: Renaming, moves: Moves): string {
  const named = (text: string) => renaming.text(text, moves, part);
  const transitions = Object.entries(automaton.transitions).map(([name, { kind, at, task }]) => [
    name,
    kind,
    at === undefined ? null : canonical(renaming.value(at, moves, name)),
    task === undefined ? null : [named(task.name), task.urgency],
  ]);
  const starts = automaton.start().map((one) => canonical(renaming.value(one, moves, part)));
  const process = automaton.process === null ? null : named(automaton.process);
  return JSON.stringify([part, named(automaton.name), process, transitions, starts.sort()]);
}

/**
 * Which leaf each leaf becomes: the one that looks as it does with its indices renamed.
 * @throws QuorateError `reduction-refused` where there is none, or more than one
 */
export function movedLeaves(
  problem: Problem,
  system: Composition,
  renaming: Renaming,
  moves: Moves,
): number[] {
  const portraits = system.leaves.map((leaf) => portrait(leaf, renaming, NO_MOVES));
  return system.leaves.map((leaf, at) => {
    const wanted = portrait(leaf, renaming, moves);
    if (wanted === portraits[at]) return at;
    const found = portraits.flatMap((one, other) => (one === wanted ? [other] : []));
    if (found.length === 1) return found[0] as number;
    const [[from, to] = []] = moves;
    return refuse(
      problem,
      found.length === 0
        ? `no leaf is to ${to} what ${leaf.name} is to ${from}`
        : `${found.length} leaves may be to ${to} what ${leaf.name} is to ${from}`,
    );
  });
}

/** A text of a leaf that is the same for all that it may become: see {@link Renaming.anonymous}. */
export function anonymousLeaf(
  { part, automaton }: Leaf,
  renaming: Renaming,
  symmetry: number,
  marked: readonly number[],
): string {
  const { name, process, transitions } = automaton;
  const indices = Object.entries(transitions).map(([action, { at }]) =>
    at === undefined ? "" : renaming.anonymous(at, action, symmetry, marked),
  );
  const named = renaming.anonymous([name, process], part, symmetry, marked);
  return `${part} ${named} ${indices.join(" ")}`;
}
