import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { inModel } from "../../spec/automaton/purity.ts";
import { type Layout, mix } from "./layout.ts";
import type { Model } from "./model.ts";
import { leavesOf, makeView } from "./view.ts";

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
  readonly #holds: (view: any) => boolean;
  #layout: Layout;
  #masks = new Int32Array(0);
  #keys = new Int32Array(0);
  #answers = new Uint8Array(0);

  constructor(
    model: Model,
    layout: Layout,
    name: string,
    reads: readonly string[],
    holds: (view: any) => boolean,
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
    return runPredicate(this.#name, () => this.#holds(this.viewAt(words, base)));
  }

  get bytes(): number {
    return this.#keys.byteLength + this.#answers.byteLength;
  }
}

/** Evaluates a condition on steps; only steps that change what it reads are asked. */
export class StepEvaluator {
  readonly #evaluator: Evaluator;
  readonly #name: string;
  readonly #holds: (before: any, action: Action, after: any) => boolean;
  readonly #memo = new Map<string, boolean>();

  constructor(
    evaluator: Evaluator,
    name: string,
    holds: (before: any, action: Action, after: any) => boolean,
  ) {
    this.#evaluator = evaluator;
    this.#name = name;
    this.#holds = holds;
  }

  holds(
    layout: Layout,
    before: Int32Array,
    base: number,
    after: Int32Array,
    action: number,
    actionOf: (id: number) => Action,
  ): boolean {
    let key = `${action}`;
    let changed = false;
    for (const track of this.#evaluator.tracks) {
      const [one, two] = [layout.idAt(before, base, track), layout.idAt(after, 0, track)];
      if (one !== two) changed = true;
      key += ` ${one} ${two}`;
    }
    if (!changed) return true;
    let holds = this.#memo.get(key);
    if (holds === undefined) {
      const [from, to] = [this.#evaluator.viewAt(before, base), this.#evaluator.viewAt(after, 0)];
      holds = runPredicate(this.#name, () => this.#holds(from, actionOf(action), to));
      this.#memo.set(key, holds);
    }
    return holds;
  }
}

function runPredicate(name: string, run: () => boolean): boolean {
  try {
    return inModel(run) === true;
  } catch (cause) {
    if (cause instanceof QuorateError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new QuorateError("property-threw", `"${name}" threw: ${message}.`, { cause });
  }
}

/** The tracks that hold the parts which `reads` names. */
export function tracksOf(model: Model, system: Composition, reads: readonly string[]): number[] {
  const parts = new Set(reads.map((read) => read.split(".")[0] as string));
  return [...parts].flatMap((part) =>
    leavesOf(system, part).leaves.flatMap((leaf) => model.tracksOfLeaf(leaf)),
  );
}
