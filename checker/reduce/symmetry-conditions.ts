import type { Problem } from "../../spec/automaton/claim.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import { runPredicate } from "../explore/evaluator.ts";
import type { Model } from "../explore/model.ts";
import { leavesOf, makeView } from "../explore/view.ts";
import { refuse } from "./permute.ts";
import type { Relabelling } from "./permute-tracks.ts";

/** What an entry of a set of strings takes besides its text. */
const ENTRY_BYTES = 48;

type Kind = "state" | "step";

/** A condition of the problem, and how it answers. */
interface Condition {
  readonly name: string;
  readonly reads: readonly string[];
  readonly holds: (view: never, action: Action, after: never) => boolean;
  readonly isWitness: boolean;
}

/**
 * Checks that properties and witnesses answer alike on all states of an orbit. What they read is
 * compared, projection by projection, and whole orbits of projections at once.
 */
export class Conditions {
  readonly #readers: Record<Kind, Reader[]> = { state: [], step: [] };

  constructor(problem: Problem, model: Model, generators: readonly Relabelling[]) {
    const groups = new Map<string, { kind: Kind; conditions: Condition[] }>();
    for (const [kind, condition] of conditionsOf(problem)) {
      const key = `${kind} ${tracksOf(model, condition.reads).join()}`;
      const group = groups.get(key) ?? { kind, conditions: [] };
      groups.set(key, group);
      group.conditions.push(condition);
    }
    for (const { kind, conditions } of groups.values()) {
      this.#readers[kind].push(new Reader(problem, model, generators, conditions));
    }
  }

  /** A state was found. */
  found(ids: Int32Array): void {
    for (const reader of this.#readers.state) reader.see(ids, null);
  }

  get bytes(): number {
    return [...this.#readers.state, ...this.#readers.step].reduce(
      (sum, { bytes }) => sum + bytes,
      0,
    );
  }

  step(before: Int32Array, action: number, after: Int32Array): void {
    for (const reader of this.#readers.step) reader.see(before, { action, after });
  }
}

function* conditionsOf({ properties, witnesses }: Problem): Generator<[Kind, Condition]> {
  for (const one of properties) {
    const kind = KINDS[one.kind];
    if (kind !== undefined) yield [kind, { ...(one as never as Condition), isWitness: false }];
  }
  for (const one of witnesses) {
    if (one.kind !== "state") continue;
    const { name, reads, reached } = one;
    yield ["state", { name, reads, holds: reached, isWitness: true }];
  }
}

const KINDS: Partial<Record<Property["kind"], Kind>> = {
  invariant: "state",
  deadlock: "state",
  quiescence: "state",
  step: "step",
};

function tracksOf(model: Model, reads: readonly string[]): number[] {
  const parts = new Set(reads.map((read) => read.split(".")[0] as string));
  const tracks = [...parts].flatMap((part) =>
    leavesOf(model.system, part).leaves.flatMap((leaf) => model.tracksOfLeaf(leaf)),
  );
  return tracks.sort((a, b) => a - b);
}

/** A step's action and the state after it. */
interface Taken {
  readonly action: number;
  readonly after: Int32Array;
}

interface Viewed {
  readonly condition: Condition;
  readonly view: ReturnType<typeof makeView>;
}

/** Conditions that read the same parts. */
class Reader {
  readonly #problem: Problem;
  readonly #model: Model;
  readonly #generators: readonly Relabelling[];
  #conditions: readonly Viewed[];
  readonly #tracks: readonly number[];
  readonly #seen = new Set<string>();
  /** what is remembered takes, roughly */
  bytes = 0;

  constructor(
    problem: Problem,
    model: Model,
    generators: readonly Relabelling[],
    conditions: readonly Condition[],
  ) {
    this.#problem = problem;
    this.#model = model;
    this.#generators = generators;
    this.#tracks = tracksOf(model, conditions[0]?.reads ?? []);
    this.#conditions = conditions.map((condition) => ({
      condition,
      view: makeView(model.system, condition.reads),
    }));
  }

  /** Compares the answers on a state, or step, with those on all that it may become. */
  see(ids: Int32Array, taken: Taken | null): void {
    if (!this.#isNew(ids, taken)) return;
    const answers = this.#conditions.map((_, at) => this.#answer(at, ids, taken));
    const orbit: (readonly [Int32Array, Taken | null])[] = [[ids, taken]];
    for (const [state, step] of orbit) {
      for (const by of this.#generators) {
        const image = this.#moved(by, state);
        const imageStep = step && {
          action: by.actionOf(step.action),
          after: this.#moved(by, step.after),
        };
        if (!this.#isNew(image, imageStep)) continue;
        answers.forEach((answer, at) => {
          if (this.#answer(at, image, imageStep) !== answer) this.#refuse(at, by, step);
        });
        orbit.push([image, imageStep]);
      }
    }
    // A witness that was reached once is reached.
    this.#conditions = this.#conditions.filter(
      ({ condition }, at) => !(condition.isWitness && answers[at]),
    );
  }

  #isNew(ids: Int32Array, taken: Taken | null): boolean {
    if (this.#conditions.length === 0) return false;
    let key = "";
    for (const track of this.#tracks) key += spelled(ids[track] as number);
    if (taken !== null) {
      key += spelled(taken.action);
      for (const track of this.#tracks) key += spelled(taken.after[track] as number);
    }
    const before = this.#seen.size;
    if (this.#seen.add(key).size === before) return false;
    this.bytes += ENTRY_BYTES + 2 * key.length;
    return true;
  }

  /** The image of what is read; the rest of the state is left out. */
  #moved(by: Relabelling, ids: Int32Array): Int32Array {
    const moved = new Int32Array(ids.length);
    for (const track of this.#tracks) {
      moved[by.trackTo[track] as number] = by.idOf(track, ids[track] as number);
    }
    return moved;
  }

  #answer(at: number, ids: Int32Array, taken: Taken | null): boolean {
    const { condition, view } = this.#conditions[at] as Viewed;
    const viewAt = (of: Int32Array) =>
      view((leaf) => this.#model.stateOf(leaf, (track) => of[track] as number)) as never;
    const action = this.#model.actions[taken?.action ?? -1] as Action;
    return runPredicate(condition.name, () =>
      condition.holds(viewAt(ids), action, viewAt(taken?.after ?? ids)),
    );
  }

  #refuse(at: number, by: Relabelling, taken: Taken | null): never {
    const { condition } = this.#conditions[at] as Viewed;
    const where = taken && ` at ${actionText(this.#model.actions[taken.action] as Action)}`;
    return refuse(this.#problem, `${by.text}: "${condition.name}" tells them apart${where ?? ""}`);
  }
}

/** A number as text: one character for most. */
function spelled(id: number): string {
  return id < 0xffff
    ? String.fromCharCode(id)
    : String.fromCharCode(0xffff, id >>> 16, id & 0xffff);
}
