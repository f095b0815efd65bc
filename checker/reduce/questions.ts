import type { Problem } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { inModel } from "../../spec/automaton/purity.ts";
import type { Model } from "../explore/model.ts";
import { leavesOf, makeView } from "../explore/view.ts";
import type { Folded } from "./inboxes.ts";

/** Where something was found: in a state, or in a step from it. */
export interface Found {
  readonly state: number;
  readonly last: Folded | null;
  /** whether it is so in the state to which this leads */
  readonly holds: (vector: Int32Array) => boolean;
}

type Test = (vector: Int32Array) => boolean;

/** Decides invariants and witnesses on vectors of local ids that are not packed. */
export class Questions {
  /** by property */
  readonly violated: (Found | null)[];
  /** by witness */
  readonly reached: (Found | null)[];
  readonly #problem: Problem;
  readonly #model: Model;
  readonly #bad: readonly Test[];
  readonly #wanted: readonly (Test | null)[];

  constructor(problem: Problem, model: Model) {
    this.#problem = problem;
    this.#model = model;
    this.violated = problem.properties.map(() => null);
    this.reached = problem.witnesses.map(() => null);
    this.#bad = problem.properties.map(({ name, reads, ...property }) => {
      if (property.kind !== "invariant") throw new Error(`"${name}" is no invariant`);
      const holds = this.#test(name, reads, property.holds);
      return (vector) => !holds(vector);
    });
    this.#wanted = problem.witnesses.map((witness) =>
      witness.kind === "state" ? this.#test(witness.name, witness.reads, witness.reached) : null,
    );
  }

  /** Remembers the answers, by what is read. */
  #test(name: string, reads: readonly string[], predicate: (view: never) => unknown): Test {
    const { system } = this.#model;
    const view = makeView(system, reads);
    const parts = new Set(reads.map((read) => read.split(".")[0] as string));
    const tracks = [...parts].flatMap((part) =>
      leavesOf(system, part).leaves.flatMap((leaf) => this.#model.tracksOfLeaf(leaf)),
    );
    const answers = new Map<string, boolean>();
    return (vector) => {
      const key = tracks.map((track) => vector[track]).join();
      let answer = answers.get(key);
      if (answer === undefined) {
        const idOf = (track: number) => vector[track] as number;
        const seen = view((leaf) => this.#model.stateOf(leaf, idOf));
        answer = run(name, () => predicate(seen as never)) === true;
        answers.set(key, answer);
      }
      return answer;
    };
  }

  get allViolated(): boolean {
    return this.violated.length > 0 && this.violated.every((found) => found !== null);
  }

  /** @throws QuorateError `witness-initial` where a witness holds in a start state */
  refuseInitialWitness(vector: Int32Array): void {
    const at = this.#wanted.findIndex((test) => test?.(vector));
    if (at < 0) return;
    const name = this.#problem.witnesses[at]?.name;
    throw new QuorateError("witness-initial", `Witness "${name}" holds in a start state.`);
  }

  /** A state was found. */
  found(state: number, vector: Int32Array): void {
    const note = (into: (Found | null)[], tests: readonly (Test | null)[]) => {
      tests.forEach((holds, at) => {
        if (holds !== null && into[at] === null && holds(vector)) {
          into[at] = { state, last: null, holds };
        }
      });
    };
    note(this.violated, this.#bad);
    note(this.reached, this.#wanted);
  }

  /** A step changed something: its action, and what that made others send. */
  fired(state: number, last: Folded, taken: readonly number[]): void {
    this.#problem.witnesses.forEach((witness, at) => {
      if (witness.kind !== "action" || this.reached[at] !== null) return;
      const happened = taken.some((id) => {
        const { name, payload } = this.#model.actions[id] as Action;
        return name === witness.action && witness.where(payload);
      });
      if (happened) this.reached[at] = { state, last, holds: () => true };
    });
  }
}

function run(name: string, predicate: () => unknown): unknown {
  try {
    return inModel(predicate);
  } catch (cause) {
    if (cause instanceof QuorateError) throw cause;
    throw predicateThrew(name, cause);
  }
}

function predicateThrew(name: string, cause: unknown): QuorateError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new QuorateError("property-threw", `"${name}" threw: ${message}.`, { cause });
}
