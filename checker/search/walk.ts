import type { Problem } from "../../spec/automaton/claim.ts";
import type { ToolOptions } from "../explore/budget.ts";
import type { Decider } from "../explore/decide.ts";
import type { Exploration } from "../explore/exploration.ts";
import { OVERFLOW } from "../explore/overflow.ts";
import { Paths } from "../explore/paths.ts";
import type { Steps } from "../explore/reduced.ts";
import type { States } from "../explore/states.ts";
import {
  PARTITIONS,
  type Partition,
  partitionOf,
  placeOf,
  type Ref,
  refOf,
} from "../explore/store.ts";
import type { Team } from "../explore/team.ts";
import { Inquiry, type Peers } from "../explore/together.ts";
import type { Antichain } from "../refine/antichain.ts";
import { Parts } from "./parts.ts";
import { ELSEWHERE, type End, explorationOf, reportOf } from "./result.ts";

const BUDGET_EVERY = 1024;
const PROGRESS_EVERY_MS = 250;

/**
 * A walk through the states of a problem, from the start states on, breadth or depth first, until all
 * is decided or a budget is met. It is that of one worker.
 */
export class Walk {
  readonly #parts: Parts;
  readonly #options: ToolOptions;
  readonly #states: States;
  readonly #decider: Decider;
  readonly #expander: Steps;
  readonly #antichain: Antichain | null;
  readonly #looksAround: boolean;
  readonly #team: Team | null;
  readonly #started = performance.now();
  #expanded = 0;
  #depth = 0;
  #bound: string | null = null;
  #lastProgress = 0;

  constructor(problem: Problem, options: ToolOptions, team: Team | null = null) {
    this.#parts = new Parts(problem, options, team);
    const { states, decider, expander, antichain } = this.#parts;
    this.#options = options;
    this.#states = states;
    this.#decider = decider;
    this.#expander = expander;
    this.#antichain = antichain;
    this.#looksAround = decider.looksAround;
    this.#team = team;
  }

  /** Whether nothing remains to be searched for. */
  get #isDecided(): boolean {
    const { allViolated, violated } = this.#decider;
    return allViolated || (this.#options.untilViolated === true && violated.some((one) => one));
  }

  /** The search of the only worker. */
  run(): Exploration {
    if (this.#states.stack !== null) this.#runDepthFirst(this.#states.stack);
    else this.#runBreadthFirst();
    return explorationOf(this.#parts, this.#end);
  }

  /** The search of one of several workers; the leader's gives what all found. */
  runWith(peers: Peers): Exploration | null {
    this.#runBreadthFirst();
    const inquiry = new Inquiry(peers.team, this.#states.layout.words);
    if (peers.team.me === 0) {
      const exploration = explorationOf(this.#parts, this.#end, peers.gather(), inquiry);
      inquiry.end();
      return exploration;
    }
    peers.tell(reportOf(this.#parts, this.#bound));
    const paths = new Paths(this.#parts.model, this.#states, this.#expander, null);
    inquiry.answer((level, target) => paths.leastBefore(level, target));
    return null;
  }

  get #end(): End {
    const seconds = () => (performance.now() - this.#started) / 1000;
    return { depth: this.#depth, bound: this.#bound, seconds };
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
        if (this.#team === null) this.#parts.widen();
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
    const memoryMb = this.#parts.bytes / 2 ** 20;
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
}
