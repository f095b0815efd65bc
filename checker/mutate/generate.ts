import type { Problem } from "../../spec/automaton/claim.ts";
import type { Composition } from "../../spec/automaton/compose.ts";
import {
  clausesOf,
  type PartClause,
  volatileMutants,
  withoutClause,
} from "../../spec/automaton/mutants.ts";
import { withThresholds } from "../../spec/automaton/thresholds.ts";

/** A bug that can be made in every system built in one way. */
export interface Mutant {
  /** "without server/grant/free", "threshold prepare-proof-1", "volatile replicas/currentTs" */
  readonly name: string;
  /** the clause that it drops; null for another bug */
  readonly clause: PartClause | null;
  /** The problem with the bug. It throws what building or composing it throws. */
  readonly problem: () => Problem;
}

/**
 * The mutants of what a case explores: each clause of each precondition dropped, each threshold one
 * less and one more, each durable field volatile where its process restarts.
 *
 * @param build a case's `problem`
 */
export function mutantsOf(build: () => Problem): Mutant[] {
  const { built, thresholds } = withThresholds(build);
  const { system } = built;
  const changed = (change: (system: Composition) => Composition) => (): Problem => {
    const problem = build();
    return { ...problem, system: change(problem.system) };
  };
  return [
    ...clausesOf(system).map((clause) => ({
      name: `without ${clause.part}/${clause.action}/${clause.clause}`,
      clause,
      problem: changed((whole) => withoutClause(whole, clause)),
    })),
    ...[...thresholds.keys()].flatMap((threshold) =>
      [-1, 1].map((by) => ({
        name: `threshold ${threshold}${by < 0 ? "-1" : "+1"}`,
        clause: null,
        problem: () => withThresholds(build, { threshold, by }).built,
      })),
    ),
    ...volatileMutants(system)
      .filter(({ part }) => restarts(system, part))
      .map(({ part, field }) => ({
        name: `volatile ${part}/${field}`,
        clause: null,
        problem: changed((whole) => volatileOf(whole, part, field)),
      })),
  ];
}

function volatileOf(system: Composition, part: string, field: string): Composition {
  const found = volatileMutants(system).find((one) => one.part === part && one.field === field);
  return (found as NonNullable<typeof found>).system;
}

function restarts({ leaves }: Composition, part: string): boolean {
  return leaves.some(
    (leaf) =>
      leaf.part === part &&
      Object.values(leaf.automaton.transitions).some((transition) => transition.restarts),
  );
}
