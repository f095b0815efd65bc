import type { Problem } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import type { SearchOptions } from "../explore/budget.ts";
import type { Model } from "../explore/model.ts";
import type { States } from "../explore/states.ts";
import { PARTITIONS, type Partition, type Ref, refOf } from "../explore/store.ts";

/** What is decided on states and single steps of the system: the sets beside it do not matter. */
const ALLOWED: readonly Property["kind"][] = ["invariant", "step", "inclusion", "simulation"];

/**
 * Refuses the reduction "antichains" where it might lose a violation.
 * @throws QuorateError `reduction-refused`
 */
export function refuseUnsoundAntichains(problem: Problem, { order }: SearchOptions): void {
  const refuse = (what: string): never => {
    throw new QuorateError("reduction-refused", `antichains in "${problem.system.name}": ${what}.`);
  };
  for (const { kind, name } of problem.properties) {
    if (!ALLOWED.includes(kind)) refuse(`"${name}" is decided on more than states and steps`);
  }
  for (const other of problem.reductions ?? []) {
    if (other !== "antichains" && other !== "sends-at-once") refuse(`not together with ${other}`);
  }
  if (order === "depth-first") refuse("what is subsumed depends on the order, breadth first only");
}

/** The values of all specifications beside one state of the system. */
type Sets = readonly number[];

/**
 * The reduction "antichains" (De Wulf, Doyen, Henzinger and Raskin, 2006). Of two states that
 * differ only in what the specifications allow, the one that allows less fails on every run on
 * which the other fails: the other need not be expanded. Each level is normalised as a whole, against
 * the levels before it and itself, so that neither verdict nor length of a counterexample nor counts
 * depend on an order. A state that is not expanded is counted among the states still.
 */
export class Antichain {
  subsumed = 0;
  readonly #model: Model;
  readonly #states: States;
  readonly #tracks: readonly number[];
  /** by what is beside the specifications: the sets that were expanded, none within another */
  readonly #kept = new Map<string, Sets[]>();
  /** by track: whether one value is within another */
  readonly #within: Map<number, boolean>[];
  #skipped = new Set<Ref>();

  /** @param tracks where the values of the specifications are */
  constructor(model: Model, states: States, tracks: readonly number[]) {
    this.#model = model;
    this.#states = states;
    this.#tracks = tracks;
    this.#within = tracks.map(() => new Map());
  }

  /** Whether a state of the level need not be expanded. */
  skips(ref: Ref): boolean {
    return this.#skipped.has(ref);
  }

  /** Compares the states of a level that was opened. */
  normalise(): void {
    this.#skipped = new Set();
    const level = new Map<string, { readonly ref: Ref; readonly sets: Sets }[]>();
    for (let at = 0; at < PARTITIONS; at++) {
      const { words, levelStart, levelEnd } = this.#states.partitions[at] as Partition;
      for (let place = levelStart; place < levelEnd; place++) {
        const { key, sets } = this.#split(words, place * this.#states.layout.words);
        const beside = level.get(key);
        const one = { ref: refOf(at, place), sets };
        if (beside === undefined) level.set(key, [one]);
        else beside.push(one);
      }
    }
    for (const [key, found] of level) this.#normaliseAt(key, found);
  }

  #normaliseAt(key: string, found: readonly { readonly ref: Ref; readonly sets: Sets }[]): void {
    const before = this.#kept.get(key) ?? [];
    const kept = found.filter(({ ref, sets }) => {
      const subsumed =
        before.some((other) => this.#isWithin(other, sets)) ||
        found.some((other) => other.ref !== ref && this.#isWithin(other.sets, sets));
      if (subsumed) this.#skipped.add(ref);
      return !subsumed;
    });
    this.subsumed += found.length - kept.length;
    const news = kept.map(({ sets }) => sets);
    const rest = before.filter((one) => !news.some((other) => this.#isWithin(other, one)));
    if (news.length > 0) this.#kept.set(key, [...rest, ...news]);
  }

  /** The state without the values of the specifications, as a text, and these values. */
  #split(words: Int32Array, base: number): { readonly key: string; readonly sets: Sets } {
    const { layout } = this.#states;
    const sets = this.#tracks.map((track) => layout.idAt(words, base, track));
    const ids = this.#model.tracks.flatMap(({ leaf }, track) =>
      leaf < 0 ? [] : [layout.idAt(words, base, track)],
    );
    return { key: ids.join(), sets };
  }

  #isWithin(one: Sets, other: Sets): boolean {
    return one.every((id, at) => id === other[at] || this.#includes(at, other[at] as number, id));
  }

  /** Whether value `large` of a specification has all states of value `small`. */
  #includes(at: number, large: number, small: number): boolean {
    const known = this.#within[at] as Map<number, boolean>;
    const key = large * 2 ** 26 + small;
    let includes = known.get(key);
    if (includes === undefined) {
      const values = this.#model.values[this.#tracks[at] as number] as (readonly number[])[];
      const all = new Set(values[large]);
      includes = (values[small] as readonly number[]).every((state) => all.has(state));
      known.set(key, includes);
    }
    return includes;
  }
}
