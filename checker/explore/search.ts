import type { Problem } from "../../spec/automaton/claim.ts";
import { installPurityGuard } from "../../spec/automaton/purity.ts";
import { decideLiveness, refuseReducedLiveness } from "../liveness/liveness.ts";
import { searchAbsorbing } from "../reduce/absorbing-search.ts";
import { reductionsOf } from "../reduce/reductions.ts";
import { withShortest } from "../reduce/shortest.ts";
import { Antichain, refuseUnsoundAntichains } from "../refine/antichain.ts";
import { decideFairRefinement, refuseReducedFairness } from "../refine/fair.ts";
import { checkBudget, type SearchOptions } from "./budget.ts";
import { NO_ACTION } from "./commuting.ts";
import { Counterexamples, type Monitored } from "./counterexample.ts";
import { Decider } from "./decide.ts";
import { refuseShrinkingCells } from "./diamonds.ts";
import { Expander } from "./expand.ts";
import { type Exploration, memoStatistics } from "./exploration.ts";
import { Model } from "./model.ts";
import { OVERFLOW } from "./overflow.ts";
import { Paths } from "./paths.ts";
import { type Orbits, ReducedExpander, type Steps } from "./reduced.ts";
import { Rows } from "./rows.ts";
import { refuseUnsoundSends } from "./sends.ts";
import { States } from "./states.ts";
import { Stepper } from "./stepper.ts";
import {
  NO_REF,
  PARTITIONS,
  type Partition,
  partitionOf,
  placeOf,
  type Ref,
  refOf,
} from "./store.ts";
import { SubsetMonitor } from "./subsets.ts";

export type { Budget, Progress, SearchOptions } from "./budget.ts";
export type { Exploration, LeafStatistics, Violation } from "./exploration.ts";

const BUDGET_EVERY = 1024;
const PROGRESS_EVERY_MS = 250;

/** Explores every reachable state of the problem's system and decides its properties. */
export function explore(problem: Problem, options: SearchOptions = {}): Exploration {
  refuseReducedLiveness(problem);
  const uninstall = installPurityGuard();
  try {
    const search = (one: Problem, within: SearchOptions) =>
      one.reductions?.includes("absorbing-inputs")
        ? searchAbsorbing(one, within)
        : new Search(one, within).run();
    return withShortest(problem, options, search(problem, options), search);
  } finally {
    uninstall();
  }
}

class Search {
  readonly #problem: Problem;
  readonly #options: SearchOptions;
  readonly #started = performance.now();
  readonly #model: Model;
  readonly #states: States;
  readonly #rows: Rows;
  readonly #stepper: Stepper;
  readonly #decider: Decider;
  readonly #expander: Steps;
  readonly #orbits: Orbits | null;
  readonly #antichain: Antichain | null;
  /** by property */
  readonly #monitored = new Map<number, Monitored>();
  #expanded = 0;
  #depth = 0;
  #bound: string | null = null;
  #lastProgress = 0;

  constructor(problem: Problem, options: SearchOptions) {
    this.#problem = problem;
    this.#options = options;
    checkBudget(options);
    const sendsAtOnce = problem.reductions?.includes("sends-at-once") ?? false;
    refuseReducedFairness(problem);
    if (sendsAtOnce) refuseUnsoundSends(problem);
    const antichains = problem.reductions?.includes("antichains") ?? false;
    if (antichains) refuseUnsoundAntichains(problem, options);
    const monitors = problem.properties.flatMap((property, at) =>
      property.kind === "inclusion" ? [{ at, monitor: new SubsetMonitor(property) }] : [],
    );
    this.#model = new Model(
      problem.system,
      sendsAtOnce,
      monitors.map(({ monitor }) => monitor),
    );
    const model = this.#model;
    monitors.forEach(({ at, monitor }, position) => {
      const track = model.tracks.length - monitors.length + position;
      this.#monitored.set(at, { monitor, track });
    });
    const included = Array.from(this.#monitored, ([at, one]) => ({ at, ...one }));
    const starts = model.startVectors();
    this.#states = new States(model, options.order === "depth-first", {
      found: (ref, words, base) => this.#decider.found(ref, words, base),
    });
    const { layout } = this.#states;
    this.#decider = new Decider(problem, model, layout, included);
    this.#stepper = new Stepper(model, layout, (action) => this.#expander.fire(action));
    this.#rows = new Rows(model, layout);
    const { selection, orbits } = reductionsOf(problem, model, this.#states);
    this.#orbits = orbits;
    const [states, stepper, decider] = [this.#states, this.#stepper, this.#decider];
    const leavesOut = states.stack === null && !decider.checksSteps && !antichains;
    this.#expander =
      selection === null && orbits === null
        ? new Expander(model, states, this.#rows, stepper, decider, leavesOut)
        : new ReducedExpander(model, states, stepper, decider, selection, orbits);
    for (const start of starts) this.#addStart(start);
    this.#states.flushAll();
    this.#decider.started();
    const tracks = included.map(({ track }) => track);
    this.#antichain = antichains ? new Antichain(model, states, tracks) : null;
  }

  #addStart(start: Int32Array): void {
    const words = new Int32Array(this.#states.layout.words);
    this.#states.layout.pack(start, words, 0);
    this.#decider.refuseInitialWitness(words);
    try {
      this.#orbits?.represent(words);
    } catch (error) {
      if (error !== OVERFLOW) throw error;
      this.#widen();
      this.#addStart(start);
      return;
    }
    this.#states.add(words, NO_REF, NO_ACTION);
  }

  run(): Exploration {
    if (this.#states.stack !== null) this.#runDepthFirst(this.#states.stack);
    else this.#runBreadthFirst();
    return this.#result();
  }

  #runBreadthFirst(): void {
    const { maxDepth = Number.POSITIVE_INFINITY } = this.#options;
    while (this.#states.openLevel()) {
      if (this.#depth >= maxDepth) {
        this.#bound = `depth ${maxDepth}`;
        return;
      }
      this.#depth++;
      this.#expander.nextLevel?.();
      this.#antichain?.normalise();
      for (let at = 0; at < PARTITIONS && this.#bound === null; at++) {
        const { levelStart, levelEnd } = this.#states.partitions[at] as Partition;
        for (let place = levelStart; place < levelEnd && this.#bound === null; place++) {
          const ref = refOf(at, place);
          if (this.#antichain?.skips(ref) !== true) this.#expand(ref);
        }
      }
      this.#states.flushAll();
      if (this.#bound !== null || this.#decider.allViolated) return;
    }
  }

  /**
   * Depth first. A state that is reached by a shorter path is expanded again, though its steps are
   * counted once: so a bound on the depth loses nothing, and the depth found is that of the
   * breadth-first search.
   */
  #runDepthFirst(stack: Ref[]): void {
    const { maxDepth = Number.POSITIVE_INFINITY } = this.#options;
    while (stack.length > 0 && this.#bound === null && !this.#decider.allViolated) {
      const ref = stack.pop() as Ref;
      const { depths, expandedAt } = this.#states.partitions[partitionOf(ref)] as Partition;
      const [place, { transitions }] = [placeOf(ref), this.#expander];
      const length = (depths[place] as number) + 1;
      const before = expandedAt[place] as number;
      if (length > maxDepth || length === before) continue;
      this.#states.pathLength = length;
      this.#expand(ref);
      expandedAt[place] = length;
      if (before > 0) {
        this.#expander.transitions = transitions;
        this.#expanded--;
      }
      this.#states.flushAll();
    }
    const deepest = this.#states.deepest() + 1;
    this.#depth = Math.min(deepest, maxDepth);
    if (deepest > maxDepth && this.#bound === null && !this.#decider.allViolated) {
      this.#bound = `depth ${maxDepth}`;
    }
  }

  #expand(ref: Ref): void {
    for (;;) {
      try {
        this.#expander.expand(ref);
        break;
      } catch (error) {
        if (error !== OVERFLOW) throw error;
        this.#widen();
      }
    }
    if (this.#decider.looksAround) this.#decider.around(ref, this.#states.wordsOf(ref));
    this.#expanded++;
    const { maxStates } = this.#options;
    if (maxStates !== undefined && this.#states.count >= maxStates) {
      this.#bound = `${maxStates} states`;
    }
    if (this.#expanded % BUDGET_EVERY === 0) this.#checkTimeAndMemory();
  }

  #widen(): void {
    this.#states.widen(this.#model.localCounts());
    const { layout } = this.#states;
    this.#rows.relayout(layout);
    this.#stepper.relayout(layout);
    this.#decider.relayout(layout);
    this.#expander.relayout();
  }

  #checkTimeAndMemory(): void {
    const now = performance.now();
    const seconds = (now - this.#started) / 1000;
    const { maxSeconds, maxMemoryMb, onProgress } = this.#options;
    if (maxSeconds !== undefined && seconds > maxSeconds) this.#bound = `${maxSeconds} seconds`;
    const reports = onProgress !== undefined && now - this.#lastProgress > PROGRESS_EVERY_MS;
    if (maxMemoryMb === undefined && !reports) return;
    const memoryMb = this.#bytes() / 2 ** 20;
    if (maxMemoryMb !== undefined && memoryMb > maxMemoryMb) this.#bound = `${maxMemoryMb} MB`;
    if (!reports) return;
    this.#lastProgress = now;
    onProgress({
      states: this.#states.count,
      transitions: this.#expander.transitions,
      depth: this.#depth,
      queue: this.#states.count - this.#expanded,
      seconds,
      memoryMb,
    });
  }

  #bytes(): number {
    const { memo, partTrack, partSlot, partStart } = this.#model;
    const model = memo.bytes + partTrack.byteLength + partSlot.byteLength;
    const search = this.#states.bytes + this.#decider.bytes + this.#rows.bytes;
    const symmetry = this.#orbits?.bytes ?? 0;
    return model + partStart.byteLength + search + symmetry;
  }

  #result(): Exploration {
    this.#orbits?.settle();
    const sent = this.#model.sentActions();
    const notes = refuseShrinkingCells(this.#model, sent, this.#decider.checksEnds);
    if (this.#antichain !== null && this.#antichain.subsumed > 0) {
      notes.push(`antichains: ${this.#antichain.subsumed} of the states were not expanded`);
    }
    const [model, states, stepper] = [this.#model, this.#states, this.#stepper];
    const paths = new Paths(model, states, this.#expander);
    const examples = new Counterexamples(model, states, stepper, paths, this.#orbits);
    const { violated, reached } = this.#decider;
    const statistics = memoStatistics(this.#model, this.#rows.looked(), this.#stepper.sent);
    const bytesPerState = this.#bytes() / Math.max(1, this.#states.count);
    const coverage = model.coverage.toJSON();
    const live = decideLiveness(this.#problem, model, states, {
      complete: this.#bound === null,
      minimal: this.#options.minimalFairness ?? false,
    });
    const included = Array.from(this.#monitored, ([at, one]) => ({ at, ...one }));
    const isViolated = (at: number) => violated[at] !== null;
    const fair = decideFairRefinement(this.#problem, model, states, included, isViolated);
    const liveness = live.map((found, at) => found ?? fair[at] ?? null);
    return {
      states: this.#states.count,
      transitions: this.#expander.transitions,
      depth: this.#depth,
      seconds: (performance.now() - this.#started) / 1000,
      bound: this.#bound,
      violations: violated.map((found, at) =>
        found === null
          ? (liveness[at]?.violation ?? null)
          : examples.violation(found, this.#monitored.get(at)),
      ),
      liveness,
      reached,
      coverage,
      ...statistics,
      bytesPerState: Math.round(bytesPerState * 10) / 10,
      words: this.#states.layout.words,
      notes,
    };
  }
}
