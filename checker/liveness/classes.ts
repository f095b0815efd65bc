import type { Composition, Leaf } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, agrees } from "../../spec/automaton/execute.ts";
import { type Fairness, type LivenessProperty, names } from "../../spec/automaton/liveness.ts";
import { canonical, isRecord } from "../../spec/automaton/values.ts";
import type { Assumed } from "../explore/exploration.ts";

/** Actions that are owed a step together. */
export interface FairClass {
  /** "clients[0]/request", and what it is split by: "network/deliver[hello]" */
  readonly name: string;
  readonly strength: "weak" | "strong";
}

/** What is assumed of one action of one leaf. */
interface Resolved {
  readonly name: string;
  readonly strength: Fairness["strength"];
  readonly by: Fairness["by"];
}

/**
 * The fairness classes of a system under the assumptions of a property: by default a class for each
 * task of each leaf, weakly fair unless it is spontaneous. Each action is in at most one class. An
 * assumption that names an action, and not its task, takes it out of the task into its own class.
 */
export class FairClasses {
  readonly classes: FairClass[] = [];
  readonly #system: Composition;
  readonly #property: LivenessProperty;
  readonly #byName = new Map<string, number>();

  constructor(system: Composition, property: LivenessProperty) {
    this.#system = system;
    this.#property = property;
  }

  /** The class of an action, by its place in {@link classes}; −1 where nobody owes it. */
  of(action: Action): number {
    const owner = this.#system.leaves.find(({ automaton }) => {
      const transition = automaton.transitions[action.name];
      return (
        transition !== undefined &&
        transition.kind !== "input" &&
        agrees(transition, action.payload)
      );
    });
    if (owner === undefined) return -1;
    const { fairness } = this.#property;
    const concerning = fairness.filter(
      ({ at }) => at === undefined || agrees({ at }, action.payload),
    );
    const { name, strength, by } = resolve(owner, action.name, concerning);
    if (strength === "none") return -1;
    const whole = by.length === 0 ? name : `${name}[${this.#keyOf(action, by)}]`;
    let at = this.#byName.get(whole);
    if (at === undefined) {
      at = this.classes.push({ name: whole, strength }) - 1;
      this.#byName.set(whole, at);
    }
    return at;
  }

  #keyOf({ name, payload }: Action, by: Fairness["by"]): string {
    if (by === "everything") return canonical(payload);
    return by
      .map((path) => {
        let value: unknown = payload;
        for (const key of path.split(".")) {
          value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
        }
        if (value !== undefined) return canonical(value);
        const what = `"${this.#property.name}" splits ${name} by ${path}, which it does not have.`;
        throw new QuorateError("fairness-unknown", what);
      })
      .join(", ");
  }

  /** Every assumption, whether or not it ever mattered. */
  assumed(): Assumed {
    const resolved = this.#system.leaves.flatMap((leaf) =>
      Object.entries(leaf.automaton.transitions)
        .filter(([, { kind }]) => kind !== "input")
        .flatMap(([action]) => allOf(leaf, action, this.#property.fairness)),
    );
    const ofStrength = (wanted: Fairness["strength"]) => [
      ...new Set(
        resolved
          .filter(({ strength }) => strength === wanted)
          .map(({ name, by }) => {
            if (by.length === 0) return name;
            return `${name} by ${by === "everything" ? by : by.join(", ")}`;
          }),
      ),
    ];
    return { weak: ofStrength("weak"), strong: ofStrength("strong") };
  }
}

function resolve(leaf: Leaf, action: string, fairness: readonly Fairness[]): Resolved {
  const task = leaf.automaton.transitions[action]?.task;
  const taskName = task?.name ?? action;
  const last = fairness.findLast(({ of }) => names(of, leaf, taskName) || names(of, leaf, action));
  if (last === undefined) {
    const strength = task?.urgency === "spontaneous" ? "none" : "weak";
    return { name: `${leaf.name}/${taskName}`, strength, by: [] };
  }
  const own = names(last.of, leaf, taskName) ? taskName : action;
  const { at, strength, by } = last;
  return { name: `${leaf.name}/${own}${at === undefined ? "" : canonical(at)}`, strength, by };
}

/** All that is assumed of an action, whatever its parameters. */
function allOf(leaf: Leaf, action: string, fairness: readonly Fairness[]): Resolved[] {
  const particular = fairness.filter(({ at }) => at !== undefined);
  return [undefined, ...particular].map((one) =>
    resolve(
      leaf,
      action,
      fairness.filter((other) => other.at === undefined || other === one),
    ),
  );
}
