import type { Problem } from "../../spec/automaton/claim.ts";
import { mix } from "../explore/layout.ts";
import type { Model } from "../explore/model.ts";
import { OVERFLOW } from "../explore/overflow.ts";
import type { NamedRun, Orbits } from "../explore/reduced.ts";
import type { States } from "../explore/states.ts";
import { Renaming, refuse } from "./permute.ts";
import { namesOf, Relabelling } from "./permute-tracks.ts";
import { Audit } from "./symmetry-audit.ts";
import { Conditions } from "./symmetry-conditions.ts";
import { Representatives } from "./symmetry-representative.ts";
import { nameRun } from "./symmetry-run.ts";

/** So many representatives whose conditions were compared last are not looked at again. */
const RECENT = 1 << 12;
const SAFETY = ["invariant", "step", "deadlock", "quiescence", "inclusion"];

/**
 * The reduction `symmetry`: one state of each orbit under the declared exchanges of indices is
 * explored (Ip and Dill, 1996). That exchanging changes nothing is checked on all that is explored,
 * not assumed: see docs/decisions/0013-symmetry.md.
 *
 * @throws QuorateError `reduction-refused`, at once or while the search goes on
 */
export class SymmetricOrbits implements Orbits {
  readonly #model: Model;
  readonly #states: States;
  readonly #audit: Audit;
  readonly #conditions: Conditions;
  readonly #representatives: Representatives;
  readonly #recent: (Int32Array | undefined)[] = new Array(RECENT);

  constructor(problem: Problem, model: Model, states: States) {
    refuseUndecided(problem);
    if (model.actions.length > 0) throw new Error("the model was used before it was watched");
    this.#model = model;
    this.#states = states;
    const renaming = new Renaming(problem);
    const names = namesOf(problem, model, renaming);
    const relabelling = (symmetry: number, to: readonly number[]) =>
      new Relabelling(problem, model, renaming, names, renaming.moves(symmetry, to));
    const sizes = renaming.symmetries.map(({ columns }) => columns[0]?.length ?? 0);
    // An exchange of two and a rotation of all generate every permutation.
    const generators = sizes.flatMap((size, symmetry) => {
      const places = Array.from({ length: size }, (_, place) => place);
      const exchange = places.map((place) => (place < 2 ? 1 - place : place));
      const rotation = places.map((place) => (place + 1) % size);
      const all = size < 2 ? [] : size === 2 ? [exchange] : [exchange, rotation];
      return all.map((to) => relabelling(symmetry, to));
    });
    this.#audit = new Audit(problem, model, generators);
    this.#conditions = new Conditions(problem, model, generators);
    this.#representatives = new Representatives(model, names, sizes, relabelling);
    refuseUnlikeStarts(problem, model, generators);
    model.watcher = this.#audit;
  }

  represent(words: Int32Array): void {
    this.#audit.settle();
    const { layout } = this.#states;
    const { ids } = this.#representatives.of(this.#idsOf(words));
    if (!this.#isRecent(ids)) this.#conditions.found(ids);
    for (let track = 0; track < ids.length; track++) {
      if ((ids[track] as number) > (layout.mask[track] as number)) throw OVERFLOW;
    }
    layout.pack(ids, words, 0);
  }

  step(before: Int32Array, action: number, after: Int32Array): void {
    this.#conditions.step(this.#idsOf(before), action, this.#idsOf(after));
  }

  settle(): void {
    this.#audit.settle();
    // What is worked out from now on is no part of the exploration.
    this.#model.watcher = null;
  }

  relayout(): void {
    // Ids are read by the layout that the states have at the time.
  }

  get bytes(): number {
    return this.#conditions.bytes;
  }

  named(chain: readonly Int32Array[], action: number): NamedRun {
    const ids = chain.map((words) => this.#idsOf(words));
    return nameRun(this.#model, this.#representatives, ids, action);
  }

  #idsOf(words: Int32Array): Int32Array {
    const { layout } = this.#states;
    return Int32Array.from(this.#model.tracks, (_, track) => layout.idAt(words, 0, track));
  }

  #isRecent(ids: Int32Array): boolean {
    const hash = ids.reduce((sum, id) => Math.imul(sum ^ id, 0x9e3779b1), 0);
    const at = mix(hash) & (RECENT - 1);
    const known = this.#recent[at];
    if (known?.every((id, track) => id === ids[track])) return true;
    this.#recent[at] = ids;
    return false;
  }
}

function refuseUndecided(problem: Problem): void {
  if ((problem.symmetries ?? []).length === 0)
    refuse(problem, "nothing is declared interchangeable");
  for (const property of problem.properties) {
    const { kind, name } = property;
    if (kind === "simulation" || (kind === "inclusion" && property.quiescence)) {
      refuse(problem, `that names do not matter to "${name}" is not checked yet`);
    }
    if (SAFETY.includes(kind)) continue;
    // tlaplus/tlaplus#59
    refuse(problem, `"${name}" is about cycles, and a cycle of orbits is no cycle of states`);
  }
  const others = (problem.reductions ?? []).filter(
    (one) => one !== "symmetry" && one !== "sends-at-once",
  );
  if (others.length > 0) refuse(problem, `it is not combined with ${others.join(", ")}`);
}

function refuseUnlikeStarts(
  problem: Problem,
  model: Model,
  generators: readonly Relabelling[],
): void {
  const starts = model.startVectors();
  const known = new Set(starts.map((ids) => ids.join()));
  for (const by of generators) {
    if (starts.every((ids) => known.has(by.apply(ids).join()))) continue;
    refuse(problem, `${by.text}: a start state becomes none`);
  }
}
