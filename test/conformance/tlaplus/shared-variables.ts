import type { Draft } from "immer";
import {
  type Automaton,
  canonical,
  cells,
  freeze,
  type Internal,
  spontaneous,
  type Task,
  type Value,
} from "../../../spec/automaton/index.ts";

/** One instance of an action of a TLA+ module: its guard and its assignment. */
export interface Command<S> {
  /** the action's name in the original */
  readonly action: string;
  /** its parameters */
  readonly by: Readonly<Record<string, Value>>;
  /** the variables that guard and effect read or write */
  readonly over: readonly (keyof S & string)[];
  /** what the effect alone reads or writes, where that is less */
  readonly touches?: readonly (keyof S & string)[];
  readonly when?: (variables: S) => boolean;
  readonly effect: (variables: Draft<S>) => void;
  /**
   * The fairness class that the original names, the same for all instances of an action. An action
   * without one is spontaneous: TLA+ assumes fairness of nothing by itself.
   */
  readonly task?: Task;
}

/** The signature of {@link sharedVariables}: commands share nothing, so all are internal. */
export type Commands = Record<string, Internal<Readonly<Record<string, Value>>>>;

/**
 * A module whose actions read and write shared variables: one automaton of a cell for each
 * variable, and for each element of a variable that is a function.
 *
 * `cells` takes one start state, though the explorer has no such limit; so the automaton that it
 * makes is given the others here.
 */
export function sharedVariables<S extends Readonly<Record<string, unknown>>>(
  name: string,
  starts: readonly S[],
  commands: readonly Command<S>[],
): Automaton<S, Commands> {
  const transitions: Record<string, unknown> = {};
  for (const action of new Set(commands.map((command) => command.action))) {
    const group = commands.filter((command) => command.action === action);
    const task = group[0]?.task ?? spontaneous(action);
    const known = new Map(group.map((command) => [canonical(command.by), command]));
    const of = (by: Command<S>["by"]) => known.get(canonical(by)) as Command<S>;
    transitions[action] = {
      kind: "internal",
      task,
      scopes: group.map(({ over, by }) => ({ reads: over, choose: () => [by] })),
      when: { enabled: (now: S, by: Command<S>["by"]) => of(by).when?.(now) ?? true },
      touches: (by: Command<S>["by"]) => of(by).touches ?? of(by).over,
      effect: (now: Draft<S>, by: Command<S>["by"]) => of(by).effect(now),
    };
  }
  const [start] = starts.map(freeze);
  if (start === undefined) throw new RangeError(`"${name}" has no start state`);
  const single = cells<S, Commands>(name, { start, transitions: transitions as never });
  return Object.freeze({ ...single, start: () => starts });
}
