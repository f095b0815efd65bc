import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { inModel } from "../../spec/automaton/purity.ts";
import type { Local } from "../../spec/automaton/semantics.ts";
import { equal } from "../../spec/automaton/values.ts";
import { type Layout, mix } from "./layout.ts";
import type { Model } from "./model.ts";
import { Projection } from "./projection.ts";
import { Tuples } from "./tuples.ts";

/** A condition on a view, whatever parts it is of. */
export type Predicate = (view: never) => boolean;
/** A condition on the views before and after a step. */
export type StepPredicate = (before: never, action: Action, after: never) => boolean;

const CACHE_BITS = 15;
const [UNSEEN, FALSE, TRUE] = [0, 1, 2];

/**
 * Evaluates a predicate on stored states. The answer is cached by the words of the tracks that it
 * reads, exactly; a cache line that is overwritten is only computed again.
 */
export class Evaluator {
  readonly tracks: readonly number[];
  readonly #model: Model;
  readonly #name: string;
  readonly #projection: Projection;
  readonly #holds: Predicate;
  #layout: Layout;
  /** the words that hold a track which is read, and which of their bits do */
  #where = new Int32Array(0);
  /** by action */
  readonly #changing: boolean[] = [];
  #masks = new Int32Array(0);
  #keys = new Int32Array(0);
  #answers = new Uint8Array(0);
  /** the state that is looked at; closures for each would cost more than many a predicate */
  #words: Int32Array = new Int32Array(0);
  #base = 0;
  readonly #idOf = (track: number) => this.#layout.idAt(this.#words, this.#base, track);
  readonly #run = () => this.#holds(this.#projection.viewAt(this.#idOf) as never);

  constructor(
    model: Model,
    layout: Layout,
    name: string,
    reads: readonly string[],
    holds: Predicate,
  ) {
    this.#model = model;
    this.#name = name;
    this.#projection = new Projection(model, reads);
    this.#holds = holds;
    this.tracks = this.#projection.tracks;
    this.#layout = layout;
    this.relayout(layout);
  }

  /** Whether an action takes part in anything that the predicate reads; true where none is known. */
  changesWith(action: number): boolean {
    if (action < 0) return true;
    const known = this.#changing[action];
    if (known !== undefined) return known;
    const { partStart, partTrack, joints } = this.#model;
    const touched = [
      ...partTrack.subarray(partStart[action], partStart[action + 1]),
      ...(joints[action] ?? []).flatMap(({ tracks }) => [...tracks]),
    ];
    const changes = touched.some((track) => this.tracks.includes(track));
    this.#changing[action] = changes;
    return changes;
  }

  relayout(layout: Layout): void {
    this.#layout = layout;
    const masks = new Map<number, number>();
    for (const track of this.tracks) {
      const word = layout.word[track] as number;
      const bits = (layout.mask[track] as number) << (layout.shift[track] as number);
      masks.set(word, (masks.get(word) ?? 0) | bits);
    }
    this.#where = Int32Array.from(masks.keys());
    this.#masks = Int32Array.from(masks.values());
    this.#keys = new Int32Array(masks.size << CACHE_BITS);
    this.#answers = new Uint8Array(1 << CACHE_BITS);
  }

  /** Whether the predicate holds in the state whose words start at `base`. */
  holds(words: Int32Array, base: number): boolean {
    const [where, masks, keys] = [this.#where, this.#masks, this.#keys];
    const width = masks.length;
    let hash = 0;
    for (let part = 0; part < width; part++) {
      const bits = (words[base + (where[part] as number)] as number) & (masks[part] as number);
      hash = Math.imul(hash ^ bits, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const line = mix(hash) >>> (32 - CACHE_BITS);
    const at = line * width;
    const answer = this.#answers[line] as number;
    if (answer !== UNSEEN) {
      let part = 0;
      for (; part < width; part++) {
        const bits = (words[base + (where[part] as number)] as number) & (masks[part] as number);
        if (keys[at + part] !== bits) break;
      }
      if (part === width) return answer === TRUE;
    }
    const holds = this.evaluate(words, base);
    for (let part = 0; part < width; part++) {
      keys[at + part] = (words[base + (where[part] as number)] as number) & (masks[part] as number);
    }
    this.#answers[line] = holds ? TRUE : FALSE;
    return holds;
  }

  /** The view of a stored state. */
  viewAt(words: Int32Array, base: number): Record<string, unknown> {
    this.#words = words;
    this.#base = base;
    return this.#projection.viewAt(this.#idOf);
  }

  evaluate(words: Int32Array, base: number): boolean {
    this.#words = words;
    this.#base = base;
    return runPredicate(this.#name, this.#run);
  }

  get bytes(): number {
    return this.#keys.byteLength + this.#answers.byteLength;
  }
}

/**
 * Evaluates a condition on steps, on every step that leads to another state. The answer is
 * remembered by the action and what is read before and after it.
 */
export class StepEvaluator {
  readonly #evaluator: Evaluator;
  readonly name: string;
  readonly #holds: StepPredicate;
  readonly #memo: Tuples;
  readonly #key: Int32Array;

  constructor(evaluator: Evaluator, name: string, holds: StepPredicate) {
    this.#evaluator = evaluator;
    this.name = name;
    this.#holds = holds;
    this.#key = new Int32Array(1 + 2 * evaluator.tracks.length);
    this.#memo = new Tuples(this.#key.length);
  }

  /** Whether the step from `before` to the state at `base` in `after` is as it must be. */
  holds(
    layout: Layout,
    before: Int32Array,
    after: Int32Array,
    base: number,
    action: number,
    taken: () => Action,
  ): boolean {
    const [key, { tracks }] = [this.#key, this.#evaluator];
    key[0] = action;
    for (let at = 0, part = 1; at < tracks.length; at++) {
      key[part++] = layout.idAt(before, 0, tracks[at] as number);
      key[part++] = layout.idAt(after, base, tracks[at] as number);
    }
    const known = this.#memo.get(key);
    if (known >= 0) return known === TRUE;
    const [from, to] = [this.#evaluator.viewAt(before, 0), this.#evaluator.viewAt(after, base)];
    const holds = runPredicate(this.name, () => this.#holds(from as never, taken(), to as never));
    this.#memo.set(key, holds ? TRUE : FALSE);
    return holds;
  }
}

/** Whether a step changes the state of some automaton, and not only outboxes and monitors. */
export function leadsElsewhere(
  model: Model,
  layout: Layout,
  before: Int32Array,
  after: Int32Array,
  base: number,
): boolean {
  return model.tracks.some(({ leaf, cell }, track) => {
    const [from, to] = [layout.idAt(before, 0, track), layout.idAt(after, base, track)];
    if (leaf < 0 || from === to) return false;
    if (cell !== null) return true;
    const values = model.values[track] as Local[];
    return !equal((values[from] as Local).state, (values[to] as Local).state);
  });
}

/** @throws QuorateError `property-threw` */
export function runPredicate(name: string, run: () => boolean): boolean {
  try {
    return inModel(run) === true;
  } catch (cause) {
    throw cause instanceof QuorateError ? cause : predicateThrew(name, cause);
  }
}

function predicateThrew(name: string, cause: unknown): QuorateError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new QuorateError("property-threw", `"${name}" threw: ${message}.`, { cause });
}
