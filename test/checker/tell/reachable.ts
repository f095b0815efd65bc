import {
  type Composition,
  canonical,
  type Global,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";

/** The reachable states by the reference semantics, level by level. */
export function levelsOf(system: Composition): Global[][] {
  const seen = new Set<string>();
  const fresh = (all: readonly Global[]) =>
    all.filter((one) => seen.size !== seen.add(canonical(one)).size);
  const levels: Global[][] = [];
  for (
    let level = fresh(startStates(system));
    level.length > 0;
    level = fresh(level.flatMap((from) => stepsFrom(system, from).map(({ to }) => to)))
  ) {
    levels.push(level);
  }
  return levels;
}

/** The steps that lead to another state, as "from label to", each once. */
export function stepsOf(system: Composition, globals: readonly Global[]): Set<string> {
  return new Set(
    globals.flatMap((from) =>
      stepsFrom(system, from)
        .filter(({ to }) => canonical(to) !== canonical(from))
        .map(({ action, to }) => `${canonical(from)} ${canonical(action)} ${canonical(to)}`),
    ),
  );
}
