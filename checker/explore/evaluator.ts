import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { inModel } from "../../spec/automaton/purity.ts";
import { type Layout, mix } from "./layout.ts";
import type { Model } from "./model.ts";
import { leavesOf, makeView } from "./view.ts";

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
  readonly #view: ReturnType<typeof makeView>;
  readonly #holds: Predicate;
  #layout: Layout;
  #masks = new Int32Array(0);
  #keys = new Int32Array(0);
  #answers = new Uint8Array(0);

  constructor(
    model: Model,
    layout: Layout,
    name: string,
    reads: readonly string[],
    holds: Predicate,
  ) {
    this.#model = model;
    this.#name = name;
    this.#view = makeView(model.system, reads);
    this.#holds = holds;
    this.tracks = tracksOf(model, model.system, reads);
    this.#layout = layout;
    this.relayout(layout);
  }

  relayout(layout: Layout): void {
    this.#layout = layout;
    this.#masks = new Int32Array(layout.words);
    for (const track of this.tracks) {
      const word = layout.word[track] as number;
      const bits = (layout.mask[track] as number) << (layout.shift[track] as number);
      this.#masks[word] = (this.#masks[word] as number) | bits;
    }
    this.#keys = new Int32Array(layout.words << CACHE_BITS);
    this.#answers = new Uint8Array(1 << CACHE_BITS);
  }

  /** Whether the predicate holds in the state whose words start at `base`. */
  holds(words: Int32Array, base: number): boolean {
    const masks = this.#masks;
    const keys = this.#keys;
    const width = masks.length;
    let hash = 0;
    for (let word = 0; word < width; word++) {
      const bits = (words[base + word] as number) & (masks[word] as number);
      hash = Math.imul(hash ^ bits, 0x9e3779b1);
    }
    const line = mix(hash) >>> (32 - CACHE_BITS);
    const at = line * width;
    const answer = this.#answers[line] as number;
    if (answer !== UNSEEN) {
      let word = 0;
      while (
        word < width &&
        keys[at + word] === ((words[base + word] as number) & (masks[word] as number))
      ) {
        word++;
      }
      if (word === width) return answer === TRUE;
    }
    const holds = this.evaluate(words, base);
    for (let word = 0; word < width; word++) {
      keys[at + word] = (words[base + word] as number) & (masks[word] as number);
    }
    this.#answers[line] = holds ? TRUE : FALSE;
    return holds;
  }

  /** The view of a stored state. */
  viewAt(words: Int32Array, base: number): Record<string, unknown> {
    return this.#view((leaf) =>
      this.#model.stateOf(leaf, (track) => this.#layout.idAt(words, base, track)),
    );
  }

  evaluate(words: Int32Array, base: number): boolean {
    return runPredicate(this.#name, () => this.#holds(this.viewAt(words, base) as never));
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
  readonly #memo = new Map<string, boolean>();

  constructor(evaluator: Evaluator, name: string, holds: StepPredicate) {
    this.#evaluator = evaluator;
    this.name = name;
    this.#holds = holds;
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
    let key = `${action}`;
    for (const track of this.#evaluator.tracks) {
      key += ` ${layout.idAt(before, 0, track)} ${layout.idAt(after, base, track)}`;
    }
    let holds = this.#memo.get(key);
    if (holds === undefined) {
      const [from, to] = [this.#evaluator.viewAt(before, 0), this.#evaluator.viewAt(after, base)];
      holds = runPredicate(this.name, () => this.#holds(from as never, taken(), to as never));
      this.#memo.set(key, holds);
    }
    return holds;
  }
}

function runPredicate(name: string, run: () => boolean): boolean {
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

/** The tracks that hold the parts which `reads` names. */
function tracksOf(model: Model, system: Composition, reads: readonly string[]): number[] {
  const parts = new Set(reads.map((read) => read.split(".")[0] as string));
  return [...parts].flatMap((part) =>
    leavesOf(system, part).leaves.flatMap((leaf) => model.tracksOfLeaf(leaf)),
  );
}
