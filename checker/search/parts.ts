import type { Problem } from "../../spec/automaton/claim.ts";
import { checkBudget, type ToolOptions } from "../explore/budget.ts";
import { NO_ACTION } from "../explore/commuting.ts";
import type { Monitored } from "../explore/counterexample.ts";
import { Decider } from "../explore/decide.ts";
import { Expander } from "../explore/expand.ts";
import { Model } from "../explore/model.ts";
import { OVERFLOW } from "../explore/overflow.ts";
import { type Orbits, ReducedExpander, type Steps } from "../explore/reduced.ts";
import { Rows } from "../explore/rows.ts";
import { refuseUnsoundSends } from "../explore/sends.ts";
import { States } from "../explore/states.ts";
import { Stepper } from "../explore/stepper.ts";
import { NO_REF, PARTITION_BITS } from "../explore/store.ts";
import { SubsetMonitor } from "../explore/subsets.ts";
import type { Team } from "../explore/team.ts";
import { reductionsOf } from "../reduce/reductions.ts";
import { Antichain, refuseUnsoundAntichains } from "../refine/antichain.ts";
import { refuseReducedFairness } from "../refine/fair.ts";
import { Refinements } from "../refine/refinements.ts";

/**
 * What a search is made of, from the problem to its start states: which of the explorer's parts it
 * needs, and how they know of each other.
 */
export class Parts {
  readonly problem: Problem;
  readonly options: ToolOptions;
  readonly model: Model;
  readonly states: States;
  readonly rows: Rows;
  readonly stepper: Stepper;
  readonly decider: Decider;
  readonly expander: Steps;
  readonly orbits: Orbits | null;
  readonly antichain: Antichain | null;
  /** the workers that search together; null where this is the only one */
  readonly team: Team | null;
  /** the monitors of specifications, by property */
  readonly monitored: ReadonlyMap<number, Monitored>;

  /**
   * @throws QuorateError `budget-invalid`, `reduction-refused`, and what `Model` and the start states
   * throw
   */
  constructor(problem: Problem, options: ToolOptions, team: Team | null) {
    this.team = team;
    this.problem = problem;
    this.options = options;
    checkBudget(options);
    const sendsAtOnce = problem.reductions?.includes("sends-at-once") ?? false;
    refuseReducedFairness(problem);
    if (sendsAtOnce) refuseUnsoundSends(problem);
    const antichains = problem.reductions?.includes("antichains") ?? false;
    if (antichains) refuseUnsoundAntichains(problem, options);
    const monitors = problem.properties.flatMap((property, at) =>
      property.kind === "inclusion" ? [{ at, monitor: new SubsetMonitor(property) }] : [],
    );
    this.model = new Model(
      problem.system,
      sendsAtOnce,
      monitors.map(({ monitor }) => monitor),
    );
    const model = this.model;
    const monitored = new Map<number, Monitored>();
    monitors.forEach(({ at, monitor }, position) => {
      const track = model.tracks.length - monitors.length + position;
      monitored.set(at, { monitor, track });
    });
    this.monitored = monitored;
    const included = Array.from(monitored, ([at, one]) => ({ at, ...one }));
    const starts = model.startVectors();
    this.states = new States(model, options.order === "depth-first", {
      found: (ref, words, base, via) => this.decider.found(ref, words, base, via),
      learn: (action, words, to, from) => this.#learn(action, words, to, from),
    });
    const { layout } = this.states;
    this.decider = new Decider(
      problem,
      model,
      layout,
      included,
      (violated) => new Refinements(problem, model, layout, violated, included),
      options.order !== "depth-first",
    );
    this.stepper = new Stepper(model, layout, (action) => this.expander.fire(action));
    this.rows = new Rows(model, layout);
    const { selection, orbits } = reductionsOf(problem, model, this.states);
    this.orbits = orbits;
    const { states, stepper, decider } = this;
    const leavesOut = states.stack === null && !decider.checksSteps && !antichains;
    this.expander =
      selection === null && orbits === null
        ? new Expander(model, states, this.rows, stepper, decider, leavesOut)
        : new ReducedExpander(model, states, stepper, decider, selection, orbits);
    for (const start of starts) this.#addStart(start);
    this.states.flushAll();
    this.decider.started();
    if (team !== null) this.#join(team);
    const tracks = included.map(({ track }) => track);
    this.antichain = antichains ? new Antichain(model, states, tracks) : null;
  }

  /** Makes room in the layout for the local states that were met, and packs everything anew. */
  widen(): void {
    this.states.widen(this.model.localCounts());
    const { layout } = this.states;
    this.rows.relayout(layout);
    this.stepper.relayout(layout);
    this.decider.relayout(layout);
    this.expander.relayout();
  }

  /** of all tables */
  get bytes(): number {
    const { memo, partTrack, partSlot, partStart } = this.model;
    const model = memo.bytes + partTrack.byteLength + partSlot.byteLength;
    const search = this.states.bytes + this.decider.bytes + this.rows.bytes;
    const symmetry = this.orbits?.bytes ?? 0;
    return model + partStart.byteLength + search + symmetry;
  }

  /** What another worker saw an action do is known here too: see `Commuting`, which must know it all. */
  #learn(action: number, words: Int32Array, to: number, from: number): void {
    const { memo, partStart, partTrack, partSlot } = this.model;
    const { layout } = this.states;
    const end = partStart[action + 1] as number;
    for (let part = partStart[action] as number; part < end; part++) {
      const [track, slot] = [partTrack[part] as number, partSlot[part] as number];
      const before = layout.idAt(words, from, track);
      if (memo.get(track, before, slot) >= 0) continue;
      memo.set(track, before, slot, layout.idAt(words, to, track));
    }
  }

  #addStart(start: Int32Array): void {
    const words = new Int32Array(this.states.layout.words);
    this.states.layout.pack(start, words, 0);
    this.decider.refuseInitialWitness(words);
    try {
      this.orbits?.represent(words);
    } catch (error) {
      if (error !== OVERFLOW) throw error;
      this.widen();
      this.#addStart(start);
      return;
    }
    const at = this.states.layout.hashAt(words, 0) >>> (32 - PARTITION_BITS);
    if (this.team?.owns(at) !== false) this.states.add(words, NO_REF, NO_ACTION);
  }

  /** From here on ids are agreed with the other workers; those of the start states are the same anyway. */
  #join(team: Team): void {
    const model = this.model;
    this.states.team = team;
    model.sharing = team;
    team.join({
      adoptValue: (track, value) => model.adoptValue(track, value),
      adoptAction: (text) => model.adoptAction(text),
      adoptOffer: (family, action) => this.rows.commuting.adoptOffer(family, action),
      receive: (at, words, from, count) => this.states.receive(at, words, from, count),
      widen: () => this.widen(),
    });
  }
}
