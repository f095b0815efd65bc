import type { Composition } from "../../spec/automaton/compose.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import type { Global } from "../../spec/automaton/semantics.ts";
import { SubsetMonitor } from "../explore/subsets.ts";
import { type FairProperty, Follower } from "./follow.ts";
import { SpecificationTasks } from "./tasks.ts";

/**
 * The tasks of the specification that the loop of a run starves, by the reference semantics alone:
 * enabled in each state that one of the loop stands for, and in no answer. An empty loop stays in its
 * last state.
 */
export function starvedTasks(
  system: Composition,
  property: FairProperty,
  run: {
    readonly actions: readonly Action[];
    readonly globals: readonly Global[];
    readonly loop: number;
  },
): string[] {
  const { actions, globals, loop } = run;
  const monitor = property.kind === "inclusion" ? new SubsetMonitor(property) : null;
  const follower = new Follower(system, property, monitor);
  const tasks = new SpecificationTasks(property.specification);
  let value: unknown = monitor?.start();
  const owed: (readonly string[])[] = [];
  for (const [at, global] of globals.entries()) {
    const action = actions[at - 1];
    if (action !== undefined && monitor?.hears(action)) value = monitor.next(value, action);
    if (at >= loop) owed.push(tasks.owedIn(follower.standsFor(global, value)));
  }
  const taken = new Set(
    actions.slice(loop).flatMap((action, at) => {
      const [before, after] = globals.slice(loop + at, loop + at + 2) as [Global, Global];
      return follower.answer(before, action, after).map((one) => tasks.of(one));
    }),
  );
  const [first = []] = owed;
  return first.filter((task) => !taken.has(task) && owed.every((one) => one.includes(task)));
}
