import type { Problem } from "../../spec/automaton/claim.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { type Budget, checkBudget, type SearchOptions } from "../explore/budget.ts";
import { refuseShrinkingCells } from "../explore/diamonds.ts";
import {
  type Exploration,
  memoStatistics,
  trackCounts,
  type Violation,
} from "../explore/exploration.ts";
import { Model } from "../explore/model.ts";
import { refuseUnsoundSends } from "../explore/sends.ts";
import { inboxesOf, refuseUnsoundAbsorbing } from "./absorbing.ts";
import type { Folded, Inbox } from "./inboxes.ts";
import { LocalSteps } from "./local-steps.ts";
import { type Found, Questions } from "./questions.ts";
import { Receipts, type Waiting } from "./receipts.ts";

const BUDGET_EVERY = 256;
const NONE: readonly number[] = [];

/** How a state was found. */
interface Arrival {
  readonly vector: Int32Array;
  readonly parent: number;
  /** what was received in the step, and then the action; −1 for a start state */
  readonly receipts: readonly number[];
  readonly action: number;
}

/**
 * Searches with absorbing inputs: see docs/decisions/0015-absorbing-inputs.md. First receipts are
 * forgotten after the step that read them, which loses no run but may add some. Whatever is found
 * in that way is replayed; if it does not happen, all is searched again without forgetting.
 *
 * @throws QuorateError `reduction-refused`
 */
export function searchAbsorbing(problem: Problem, options: SearchOptions): Exploration {
  checkBudget(options);
  refuseUnsoundAbsorbing(problem);
  if (problem.reductions?.includes("sends-at-once")) refuseUnsoundSends(problem);
  return (
    new AbsorbingSearch(problem, options, true).run() ??
    (new AbsorbingSearch(problem, options, false).run() as Exploration)
  );
}

class AbsorbingSearch {
  readonly #options: Budget;
  readonly #forgets: boolean;
  readonly #model: Model;
  readonly #steps: LocalSteps;
  readonly #inboxes: ReadonlyMap<number, Inbox>;
  readonly #receipts: Receipts;
  readonly #questions: Questions;
  readonly #found: Arrival[] = [];
  readonly #known = new Set<string>();
  readonly #started = performance.now();
  #transitions = 0;
  #depth = 0;
  #bound: string | null = null;

  constructor(problem: Problem, options: Budget, forgets: boolean) {
    this.#options = options;
    this.#forgets = forgets;
    const sendsAtOnce = problem.reductions?.includes("sends-at-once") ?? false;
    this.#model = new Model(problem.system, sendsAtOnce, []);
    this.#steps = new LocalSteps(this.#model);
    this.#inboxes = inboxesOf(problem, this.#model, this.#steps);
    this.#receipts = new Receipts(problem, this.#model, this.#steps, this.#inboxes);
    this.#questions = new Questions(problem, this.#model);
  }

  /** What it found; null where something was found that does not happen, since it forgets. */
  run(): Exploration | null {
    for (const vector of this.#model.startVectors()) {
      this.#questions.refuseInitialWitness(vector);
      this.#add({ vector, parent: -1, receipts: NONE, action: -1 });
    }
    const { maxDepth = Number.POSITIVE_INFINITY } = this.#options;
    for (let from = 0; from < this.#found.length; ) {
      if (this.#depth >= maxDepth) {
        this.#bound = `depth ${maxDepth}`;
        break;
      }
      this.#depth++;
      const end = this.#found.length;
      for (; from < end && this.#bound === null; from++) {
        this.#expand(from);
        if (from % BUDGET_EVERY === 0) this.#checkBudget();
      }
      if (this.#bound !== null || this.#questions.allViolated) break;
    }
    const { violated, reached } = this.#questions;
    const runs = [...violated, ...reached].map((found) => found && this.#runTo(found));
    const happens = runs.every((run) => run !== undefined);
    if (!happens && !this.#forgets) throw new Error("a state was found that no run leads to");
    return happens ? this.#result(runs.slice(0, violated.length) as (Violation | null)[]) : null;
  }

  #add(arrival: Arrival): void {
    const text = String.fromCharCode(...arrival.vector);
    if (this.#known.has(text)) return;
    this.#known.add(text);
    const state = this.#found.push(arrival) - 1;
    this.#questions.found(state, arrival.vector);
    const { maxStates } = this.#options;
    if (maxStates !== undefined && this.#found.length >= maxStates) {
      this.#bound = `${maxStates} states`;
    }
  }

  #checkBudget(): void {
    const { maxSeconds, maxMemoryMb } = this.#options;
    const seconds = (performance.now() - this.#started) / 1000;
    if (maxSeconds !== undefined && seconds > maxSeconds) this.#bound = `${maxSeconds} seconds`;
    const memoryMb = this.#bytes() / 2 ** 20;
    if (maxMemoryMb !== undefined && memoryMb > maxMemoryMb) this.#bound = `${maxMemoryMb} MB`;
  }

  /** The run of the system that was found; undefined where the system does not allow it. */
  #runTo({ state, last, holds }: Found): Violation | undefined {
    const chain: Arrival[] = [];
    for (let at = state; at >= 0; at = (this.#found[at] as Arrival).parent) {
      chain.push(this.#found[at] as Arrival);
    }
    const [start, ...rest] = chain.reverse() as [Arrival, ...Arrival[]];
    const vector = start.vector.slice();
    const taken: number[] = [];
    const steps: Folded[] = rest.map(({ receipts, action }) => ({ receipts, reader: action }));
    if (last !== null) steps.push(last);
    for (const { receipts, reader } of steps) {
      for (const receipt of receipts) {
        const before = vector.slice();
        this.#steps.take(vector, receipt);
        if (vector.some((local, track) => local !== before[track])) taken.push(receipt);
      }
      if (!this.#steps.enabled(vector).has(reader)) return undefined;
      this.#steps.take(vector, reader, taken);
    }
    if (!holds(vector)) return undefined;
    return {
      start: this.#model.globalOf((track) => start.vector[track] as number),
      actions: taken.map((action) => this.#model.actions[action] as Action),
      specification: null,
    };
  }

  #result(violations: readonly (Violation | null)[]): Exploration {
    const model = this.#model;
    const notes = refuseShrinkingCells(model, model.sentActions(), false);
    if (!this.#forgets) notes.push("absorbing-inputs: what was received is kept in the states");
    return {
      states: this.#found.length,
      transitions: this.#transitions,
      depth: this.#depth,
      levels: null,
      seconds: (performance.now() - this.#started) / 1000,
      bound: this.#bound,
      violations,
      liveness: violations.map(() => null),
      reached: this.#questions.reached.map((found) => found !== null),
      coverage: model.coverage.toJSON(),
      ...memoStatistics(model, [trackCounts(model, [], [])]),
      bytesPerState: Math.round(this.#bytes() / Math.max(1, this.#found.length)),
      words: model.tracks.length,
      notes,
    };
  }

  /** Two bytes a track for the text of a state, four for its vector. */
  #bytes(): number {
    return this.#found.length * (6 * this.#model.tracks.length + 64);
  }

  #expand(state: number): void {
    const { vector } = this.#found[state] as Arrival;
    const waiting = this.#receipts.in(vector);
    const own = [...this.#inboxes.values()].flatMap((inbox) =>
      this.#foldedOf(inbox, vector, waiting),
    );
    for (const one of own) this.#take(state, waiting, one);
    for (const action of this.#steps.enabled(vector)) {
      if (this.#receipts.isReceipt(action)) continue;
      const read = this.#readBy(action);
      // Of its own readers the leaf has told: those that need no receipt are among them.
      if (read !== null && this.#isOffered(read, vector, action)) continue;
      if (read === null) this.#take(state, waiting, { receipts: NONE, reader: action });
      else {
        const enabled = waiting.at.get(read.track) ?? NONE;
        const local = vector[read.track] as number;
        for (const one of read.foldedInto(action, local, enabled)) this.#take(state, waiting, one);
      }
    }
  }

  #foldedOf(inbox: Inbox, vector: Int32Array, waiting: Waiting): readonly Folded[] {
    return inbox.folded(vector[inbox.track] as number, waiting.at.get(inbox.track) ?? NONE);
  }

  #isOffered({ track }: Inbox, vector: Int32Array, action: number): boolean {
    const family = this.#model.families.find(({ tracks }) => tracks[0] === track);
    return (
      family !== undefined && this.#model.rowOf(family, [vector[track] as number]).includes(action)
    );
  }

  /** The inbox that an action reads. */
  #readBy(action: number): Inbox | null {
    const inboxes = [...this.#inboxes.values()].filter(
      (inbox) => this.#steps.takesPart(inbox.track, action) && inbox.isReader(action),
    );
    if (inboxes.length > 1) this.#receipts.refuseReader(action);
    return inboxes[0] ?? null;
  }

  /** Takes receipts and the action that follows them, and stores where that leads. */
  #take(state: number, waiting: Waiting, { receipts, reader: action }: Folded): void {
    const { vector } = this.#found[state] as Arrival;
    const read = this.#readBy(action);
    for (const [track, inbox] of this.#inboxes) {
      if (inbox === read || !this.#steps.takesPart(track, action)) continue;
      inbox.checkInput(action, vector[track] as number, waiting.at.get(track) ?? NONE);
    }
    const next = vector.slice();
    if (read !== null) next[read.track] = read.after(next[read.track] as number, receipts);
    const before = next.slice();
    const taken: number[] = [];
    this.#steps.take(next, action, taken);
    if (next.every((local, track) => local === before[track])) return;
    this.#transitions++;
    this.#questions.fired(state, { receipts, reader: action }, taken);
    this.#receipts.checkKept(waiting, action, this.#receipts.in(next));
    if (read !== null && receipts.length > 0 && this.#forgets) {
      const [from, to] = [vector[read.track] as number, next[read.track] as number];
      next[read.track] = read.forgetting(from, to, receipts);
    }
    this.#add({ vector: next, parent: state, receipts, action });
  }
}
