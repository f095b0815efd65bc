import type { Problem } from "../../spec/automaton/claim.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import { installPurityGuard } from "../../spec/automaton/purity.ts";
import { checkBudget, type SearchOptions, type ToolOptions } from "../explore/budget.ts";
import { NO_ACTION } from "../explore/commuting.ts";
import { Counterexamples, type Monitored } from "../explore/counterexample.ts";
import { Decider } from "../explore/decide.ts";
import { refuseShrinkingCells } from "../explore/diamonds.ts";
import { Expander } from "../explore/expand.ts";
import { type Exploration, memoStatistics, trackCounts } from "../explore/exploration.ts";
import { Model } from "../explore/model.ts";
import { OVERFLOW } from "../explore/overflow.ts";
import { Paths } from "../explore/paths.ts";
import { type Orbits, ReducedExpander, type Steps } from "../explore/reduced.ts";
import { Rows } from "../explore/rows.ts";
import { refuseUnsoundSends } from "../explore/sends.ts";
import { States } from "../explore/states.ts";
import { Stepper } from "../explore/stepper.ts";
import {
  NO_REF,
  PARTITION_BITS,
  PARTITIONS,
  type Partition,
  partitionOf,
  placeOf,
  type Ref,
  refOf,
} from "../explore/store.ts";
import { SubsetMonitor } from "../explore/subsets.ts";
import type { Team } from "../explore/team.ts";
import { Inquiry, mergedCoverage, type Peers, type WorkerReport } from "../explore/together.ts";
import { decideLiveness, refuseReducedLiveness } from "../liveness/liveness.ts";
import { searchAbsorbing } from "../reduce/absorbing-search.ts";
import { reductionsOf } from "../reduce/reductions.ts";
import { withShortest } from "../reduce/shortest.ts";
import { Antichain, refuseUnsoundAntichains } from "../refine/antichain.ts";
import { decideFairRefinement, refuseReducedFairness } from "../refine/fair.ts";
import { Refinements } from "../refine/refinements.ts";

export type { Budget, Progress, SearchOptions } from "../explore/budget.ts";
export type { Exploration, LeafStatistics, Violation } from "../explore/exploration.ts";

const BUDGET_EVERY = 1024;
const PROGRESS_EVERY_MS = 250;
/** The bound of a worker that ends because another has met one. */
const ELSEWHERE = "met by another worker";

/**
 * Why a problem is explored by one worker whatever number is asked for; null where several can
 * share it.
 */
export function whyAlone(
  { properties, reductions }: Problem,
  { order }: SearchOptions,
): string | null {
  if (order === "depth-first") return "a depth-first search has one";
  const reduction = reductions?.find((one) => one !== "sends-at-once");
  if (reduction !== undefined) return `the reduction ${reduction} is not shared`;
  const alone = properties.find(
    (property) =>
      !SHARED_KINDS.has(property.kind) || (property.kind === "inclusion" && property.quiescence),
  );
  return alone === undefined ? null : `"${alone.name}" (${alone.kind}) is not shared`;
}

const SHARED_KINDS = new Set<Property["kind"]>([
  "invariant",
  "step",
  "deadlock",
  "quiescence",
  "inclusion",
]);

/**
 * The part of one worker in a search that several share. The leader, worker 0, gives what all found.
 * @throws PeerFailed where another worker threw
 */
export function exploreTogether(
  problem: Problem,
  options: ToolOptions,
  peers: Peers,
): Exploration | null {
  const uninstall = installPurityGuard();
  try {
    return new Search(problem, options, peers.team).runWith(peers);
  } catch (error) {
    peers.team.fail();
    throw error;
  } finally {
    uninstall();
  }
}

/** Explores every reachable state of the problem's system and decides its properties. */
export function explore(problem: Problem, options: ToolOptions = {}): Exploration {
  refuseReducedLiveness(problem);
  const uninstall = installPurityGuard();
  try {
    const search = (one: Problem, within: ToolOptions) =>
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
  readonly #options: ToolOptions;
  readonly #started = performance.now();
  readonly #model: Model;
  readonly #states: States;
  readonly #rows: Rows;
  readonly #stepper: Stepper;
  readonly #decider: Decider;
  readonly #expander: Steps;
  readonly #orbits: Orbits | null;
  readonly #antichain: Antichain | null;
  readonly #looksAround: boolean;
  /** the workers that search together; null where this is the only one */
  readonly #team: Team | null;
  /** by property */
  readonly #monitored = new Map<number, Monitored>();
  #expanded = 0;
  #depth = 0;
  #bound: string | null = null;
  #lastProgress = 0;

  constructor(problem: Problem, options: ToolOptions, team: Team | null = null) {
    this.#team = team;
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
      found: (ref, words, base, via) => this.#decider.found(ref, words, base, via),
      learn: (action, words, to, from) => this.#learn(action, words, to, from),
    });
    const { layout } = this.#states;
    this.#decider = new Decider(
      problem,
      model,
      layout,
      included,
      (violated) => new Refinements(problem, model, layout, violated, included),
      options.order !== "depth-first",
    );
    this.#stepper = new Stepper(model, layout, (action) => this.#expander.fire(action));
    this.#rows = new Rows(model, layout);
    const { selection, orbits } = reductionsOf(problem, model, this.#states);
    this.#orbits = orbits;
    const [states, stepper, decider] = [this.#states, this.#stepper, this.#decider];
    this.#looksAround = decider.looksAround;
    const leavesOut = states.stack === null && !decider.checksSteps && !antichains;
    this.#expander =
      selection === null && orbits === null
        ? new Expander(model, states, this.#rows, stepper, decider, leavesOut)
        : new ReducedExpander(model, states, stepper, decider, selection, orbits);
    for (const start of starts) this.#addStart(start);
    this.#states.flushAll();
    this.#decider.started();
    if (team !== null) this.#join(team);
    const tracks = included.map(({ track }) => track);
    this.#antichain = antichains ? new Antichain(model, states, tracks) : null;
  }

  /** Whether nothing remains to be searched for. */
  get #isDecided(): boolean {
    const { allViolated, violated } = this.#decider;
    return allViolated || (this.#options.untilViolated === true && violated.some((one) => one));
  }

  /** What another worker saw an action do is known here too: see `Commuting`, which must know it all. */
  #learn(action: number, words: Int32Array, to: number, from: number): void {
    const { memo, partStart, partTrack, partSlot } = this.#model;
    const { layout } = this.#states;
    const end = partStart[action + 1] as number;
    for (let part = partStart[action] as number; part < end; part++) {
      const [track, slot] = [partTrack[part] as number, partSlot[part] as number];
      const before = layout.idAt(words, from, track);
      if (memo.get(track, before, slot) >= 0) continue;
      memo.set(track, before, slot, layout.idAt(words, to, track));
    }
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
    const at = this.#states.layout.hashAt(words, 0) >>> (32 - PARTITION_BITS);
    if (this.#team?.owns(at) !== false) this.#states.add(words, NO_REF, NO_ACTION);
  }

  /** From here on ids are agreed with the other workers; those of the start states are the same anyway. */
  #join(team: Team): void {
    const model = this.#model;
    this.#states.team = team;
    model.sharing = team;
    team.join({
      adoptValue: (track, value) => model.adoptValue(track, value),
      adoptAction: (text) => model.adoptAction(text),
      adoptOffer: (family, action) => this.#rows.commuting.adoptOffer(family, action),
      receive: (at, words, from, count) => this.#states.receive(at, words, from, count),
      widen: () => this.#widen(),
    });
  }

  /** The search of one of several workers; the leader's gives what all found. */
  runWith(peers: Peers): Exploration | null {
    this.#runBreadthFirst();
    const inquiry = new Inquiry(peers.team, this.#states.layout.words);
    if (peers.team.me === 0) {
      const exploration = this.#result(peers.gather(), inquiry);
      inquiry.end();
      return exploration;
    }
    peers.tell(this.#report());
    const paths = new Paths(this.#model, this.#states, this.#expander, null);
    inquiry.answer((level, target) => paths.leastBefore(level, target));
    return null;
  }

  /** What this worker found, for the leader. */
  #report(): WorkerReport {
    const { violated, reached, checksEnds } = this.#decider;
    const sent = this.#model.sentActions();
    return {
      states: this.#states.count,
      levels: this.#states.levels(),
      transitions: this.#expander.transitions,
      bound: this.#bound,
      reached,
      violated: violated.map(
        (found) =>
          found && {
            words: this.#states.wordsOf(found.ref),
            level: this.#states.levelOf(found.ref),
            action: found.action,
          },
      ),
      coverage: this.#model.coverage.toJSON(),
      counts: trackCounts(this.#model, this.#rows.looked(), this.#stepper.sent),
      bytes: this.#bytes(),
      notes: refuseShrinkingCells(this.#model, sent, checksEnds),
    };
  }

  run(): Exploration {
    if (this.#states.stack !== null) this.#runDepthFirst(this.#states.stack);
    else this.#runBreadthFirst();
    return this.#result();
  }

  #runBreadthFirst(): void {
    const { maxDepth = Number.POSITIVE_INFINITY } = this.#options;
    while (this.#openLevel()) {
      if (this.#depth >= maxDepth) {
        this.#bound = `depth ${maxDepth}`;
        return;
      }
      this.#depth++;
      this.#decider.nextLevel();
      this.#expander.nextLevel?.();
      this.#antichain?.normalise();
      for (let at = 0; at < PARTITIONS && this.#bound === null; at++) {
        const { levelStart, levelEnd } = this.#states.partitions[at] as Partition;
        for (let place = levelStart; place < levelEnd && this.#bound === null; place++) {
          const ref = refOf(at, place);
          if (this.#antichain?.skips(ref) !== true) this.#expand(ref);
          if (this.#team !== null) this.#attend(this.#team);
        }
      }
      this.#states.flushAll();
      this.#team?.endLevel();
      if (this.#team?.isStopped) this.#bound ??= ELSEWHERE;
      if (this.#bound !== null || this.#allViolated()) return;
    }
  }

  #openLevel(): boolean {
    const any = this.#states.openLevel();
    return this.#team === null ? any : this.#team.union([Number(any)])[0] === 1;
  }

  #allViolated(): boolean {
    if (this.#team === null) return this.#isDecided;
    const { violated } = this.#decider;
    const anywhere = this.#team.union(violated.map((found) => Number(found !== null)));
    return anywhere.length > 0 && anywhere.every((found) => found === 1);
  }

  /** Looks up from the own work: whether the others need something. */
  #attend(team: Team): void {
    if (this.#bound !== null) team.stop();
    else if (team.isStopped) this.#bound = ELSEWHERE;
    if (!team.isWidening) return;
    this.#states.flushAll();
    team.widenIfAsked();
  }

  /**
   * Depth first. A state that is reached by a shorter path is expanded again, though its steps are
   * counted once: so a bound on the depth loses nothing, and the depth found is that of the
   * breadth-first search.
   */
  #runDepthFirst(stack: Ref[]): void {
    const { maxDepth = Number.POSITIVE_INFINITY } = this.#options;
    while (stack.length > 0 && this.#bound === null && !this.#isDecided) {
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
    if (deepest > maxDepth && this.#bound === null && !this.#isDecided) {
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
        if (this.#team === null) this.#widen();
        else {
          this.#states.flushAll();
          this.#team.askToWiden();
          this.#team.widenIfAsked();
        }
      }
    }
    if (this.#looksAround) this.#decider.around(ref, this.#states.wordsOf(ref));
    this.#expanded++;
    const { maxStates } = this.#options;
    if (maxStates !== undefined && this.#count() >= maxStates) this.#bound = `${maxStates} states`;
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

  /** The states of all workers, as far as they have told. */
  #count(): number {
    const { count } = this.#states;
    return this.#team?.total(count) ?? count;
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
      states: this.#count(),
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

  #result(others: readonly WorkerReport[] = [], inquiry: Inquiry | null = null): Exploration {
    this.#orbits?.settle();
    const own = this.#report();
    const all = [own, ...others];
    const total = (of: (one: WorkerReport) => number) => all.reduce((sum, one) => sum + of(one), 0);
    const notes = [...new Set(all.flatMap((one) => one.notes))];
    if (this.#antichain !== null && this.#antichain.subsumed > 0) {
      notes.push(`antichains: ${this.#antichain.subsumed} of the states were not expanded`);
    }
    const [model, states, stepper] = [this.#model, this.#states, this.#stepper];
    const paths = new Paths(model, states, this.#expander, inquiry);
    const examples = new Counterexamples(model, states, stepper, paths, this.#orbits);
    const bound = all.find((one) => one.bound !== null && one.bound !== ELSEWHERE)?.bound ?? null;
    const violated = this.#decider.withThoseElsewhere(others, (ref) => states.levelOf(ref));
    const live = decideLiveness(this.#problem, model, states, {
      complete: bound === null,
      minimal: this.#options.minimalFairness ?? false,
    });
    const included = Array.from(this.#monitored, ([at, one]) => ({ at, ...one }));
    const isViolated = (at: number) => violated[at] !== null;
    const fair = decideFairRefinement(this.#problem, model, states, included, isViolated);
    const liveness = live.map((found, at) => found ?? fair[at] ?? null);
    this.#options.look?.(model, states);
    const count = total((one) => one.states);
    return {
      states: count,
      levels:
        own.levels
          ?.map((_, level) => total(({ levels }) => levels?.[level] ?? 0))
          .filter((width) => width > 0) ?? null,
      transitions: total((one) => one.transitions),
      depth: this.#depth,
      seconds: (performance.now() - this.#started) / 1000,
      bound,
      violations: violated.map((found, at) =>
        found === null
          ? (liveness[at]?.violation ?? null)
          : examples.violation(found, this.#monitored.get(at)),
      ),
      liveness,
      reached: own.reached.map((_, at) => all.some(({ reached }) => reached[at])),
      coverage: others.length === 0 ? own.coverage : mergedCoverage(all.map((one) => one.coverage)),
      ...memoStatistics(
        model,
        all.map((one) => one.counts),
      ),
      bytesPerState: Math.round((total((one) => one.bytes) / Math.max(1, count)) * 10) / 10,
      words: this.#states.layout.words,
      notes,
    };
  }
}
