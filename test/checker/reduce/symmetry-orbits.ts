import {
  applyAction,
  canonical,
  compare,
  type Global,
  type Index,
  type Problem,
  stepsFrom,
} from "../../../spec/automaton/index.ts";
import { startStates } from "../../../spec/automaton/semantics.ts";

/** How a test renames the states of its model, apart from how the checker does. */
export interface Renamer {
  /** indices that move together, place by place; several groups move independently */
  readonly groups: readonly (readonly (readonly Index[])[])[];
  /** parts that are arrays with one leaf for each place of a group */
  readonly arrays: Readonly<Record<string, number>>;
  /** arrays that are no sets, by the name of the part that holds them */
  readonly sequences?: readonly string[];
}

function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((rest) =>
    Array.from({ length: count }, (_, at) => [...rest.slice(0, at), count - 1, ...rest.slice(at)]),
  );
}

function renamed(value: unknown, names: ReadonlyMap<string, string>, sorts: boolean): unknown {
  if (typeof value === "string") return renamedText(value, names, sorts);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => renamed(item, names, sorts));
    return sorts ? items.sort(compare) : items;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      renamedText(key, names, sorts),
      renamed(item, names, sorts),
    ]),
  );
}

function renamedText(text: string, names: ReadonlyMap<string, string>, sorts: boolean): string {
  if (text.startsWith("digest(")) {
    return `digest(${canonical(renamed(JSON.parse(text.slice(7, -1)), names, sorts))})`;
  }
  return text
    .split(" ")
    .map((word) => names.get(word) ?? word)
    .join(" ");
}

/** Every state of a system by its text, found with the reference semantics alone. */
export function statesOf({ system }: Problem): Map<string, Global> {
  const found = new Map(startStates(system).map((start) => [canonical(start), start]));
  for (const global of found.values()) {
    for (const { action } of stepsFrom(system, global)) {
      const to = applyAction(system, global, action);
      if (!found.has(canonical(to))) found.set(canonical(to), to);
    }
  }
  return found;
}

/** How many orbits the states of a system have, by brute force. */
export function orbitsOf(problem: Problem, { groups, arrays, sequences = [] }: Renamer): number {
  const { leaves } = problem.system;
  const all = groups.reduce<number[][][]>(
    (some, columns) =>
      some.flatMap((one) => permutations(columns[0]?.length ?? 0).map((order) => [...one, order])),
    [[]],
  );
  const states = statesOf(problem);
  let orbits = 0;
  for (const global of states.values()) {
    // The rest of its orbit is deleted before it is visited.
    orbits++;
    for (const orders of all) {
      const names = new Map(
        groups.flatMap((columns, group) =>
          columns.flatMap((column) =>
            column.map((one, place) => [one, column[orders[group]?.[place] as number] as string]),
          ),
        ) as [string, string][],
      );
      const image = [...global];
      leaves.forEach(({ part, position }, leaf) => {
        const order = orders[arrays[part] ?? -1];
        const to = leaves.findIndex(
          (one) => one.part === part && one.position === (order?.[position as number] ?? position),
        );
        image[to] = renamed(global[leaf], names, !sequences.includes(part)) as Global[number];
      });
      states.delete(canonical(image));
    }
  }
  return orbits;
}
