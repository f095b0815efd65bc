import type { Composition } from "../../spec/automaton/compose.ts";
import { type Action, agrees } from "../../spec/automaton/execute.ts";
import { applyAction, type Global, type Local, offersOf } from "../../spec/automaton/semantics.ts";
import { globalText } from "../explore/enabled.ts";

/** The tasks of a specification that are fair: all but the spontaneous ones, leaf by leaf. */
export class SpecificationTasks {
  readonly #specification: Composition;
  readonly #owed = new Map<string, readonly string[]>();

  constructor(specification: Composition) {
    this.#specification = specification;
  }

  /** The task of an action, "leaf/task"; null for an input, or of a spontaneous task. */
  of({ name, payload }: Action): string | null {
    for (const leaf of this.#specification.leaves) {
      const transition = leaf.automaton.transitions[name];
      if (transition === undefined || transition.kind === "input") continue;
      if (!agrees(transition, payload)) continue;
      const { task } = transition;
      return task?.urgency === "spontaneous" ? null : `${leaf.name}/${task?.name ?? name}`;
    }
    return null;
  }

  /** The tasks of which some enabled action leads to another state. */
  owedIn(global: Global): readonly string[] {
    const text = globalText(global);
    let owed = this.#owed.get(text);
    if (owed === undefined) {
      const enabled = this.#specification.leaves.flatMap((leaf, at) =>
        offersOf(leaf, global[at] as Local)
          .filter(({ clauses }) => clauses.every(([, holds]) => holds))
          .map(({ action }) => action),
      );
      const tasks = enabled.flatMap((action) => {
        const task = this.of(action);
        if (task === null) return [];
        return globalText(applyAction(this.#specification, global, action)) === text ? [] : task;
      });
      owed = [...new Set(tasks)];
      this.#owed.set(text, owed);
    }
    return owed;
  }
}
