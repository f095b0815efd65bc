import type { AnyAutomaton, AnyTransition } from "../../spec/automaton/automaton.ts";
import type { Composition, Leaf } from "../../spec/automaton/compose.ts";
import { type Action, auditOutcome, execute, type Outcome } from "../../spec/automaton/execute.ts";
import { keptOutbox, type Local, nextLocal, outboxWith } from "../../spec/automaton/semantics.ts";
import { freeze } from "../../spec/automaton/values.ts";
import { cellFamilies, type Family, leafFamily } from "./families.ts";
import type { Monitor } from "./monitor.ts";
import { type Joint, Participants } from "./participants.ts";
import { cellTrack, type Track } from "./tracks.ts";

export type { Joint } from "./participants.ts";

/** How many runs of each transition are audited before only every sixteenth is. */
const AUDITED_RUNS = 512;
const UNKNOWN = -1;

/** What a local step makes when its automaton sends outputs at once. */
export interface Emission {
  readonly to: number;
  readonly actions: Int32Array;
}

/** Is told of everything that is worked out of model code, once: each row, each next local state. */
export interface Watcher {
  row(family: Family, ids: readonly number[]): void;
  next(track: number, local: number, action: number): void;
  joint(joint: Joint, ids: readonly number[]): void;
}

/**
 * A composition made ready for the search: local states and actions interned as small integers,
 * and per track the memo of enabled actions and of next local states. An effect runs once for each
 * distinct pair of local state and action.
 */
export class Model extends Participants {
  readonly families: Family[] = [];
  readonly emissions: Emission[] = [];
  readonly sendsAtOnce: boolean;
  watcher: Watcher | null = null;
  /** by track: how many steps were worked out by running model code, and the milliseconds it took */
  readonly coldSteps: number[];
  readonly coldMs: number[];

  readonly #audits = new Map<AnyTransition, number>();

  constructor(system: Composition, sendsAtOnce: boolean, monitors: readonly Monitor[]) {
    super(system, monitors);
    this.sendsAtOnce = sendsAtOnce;
    this.coldSteps = this.tracks.map(() => 0);
    this.coldMs = this.tracks.map(() => 0);
    system.leaves.forEach((one, leaf) => {
      const { automaton } = one;
      const tracks = this.cellTracks[leaf];
      if (tracks)
        this.families.push(...cellFamilies(one, (cell) => cellTrack(automaton, tracks, cell)));
      else if (automaton.form === "leaf") {
        this.families.push(leafFamily(one, this.tracksOfLeaves[leaf] as number));
      }
    });
  }

  /**
   * The actions of a family at some local ids that are enabled wherever their needs hold: see
   * {@link needsOf}.
   */
  rowOf(family: Family, ids: readonly number[]): Int32Array {
    const key = ids.length === 1 ? (ids[0] as number) : ids.join();
    let row = family.rows.get(key);
    if (row === undefined) {
      row = this.#enabled(family, ids);
      family.rows.set(key, row);
      this.watcher?.row(family, ids);
    }
    return row;
  }

  #enabled({ leaf, tracks, offers }: Family, ids: readonly number[]): Int32Array {
    const values = ids.map((id, at) => this.values[tracks[at] as number]?.[id]);
    const row: number[] = [];
    for (const scope of offers(values)) {
      const enabled = new Set<number>();
      for (const { action, transition, clauses } of scope) {
        this.coverage.clauses(leaf.automaton.name, action.name, clauses);
        if (!clauses.every(([, holds]) => holds)) continue;
        const id = this.actionId(action);
        if (transition.task?.urgency === "spontaneous") this.spontaneous[id] = 1;
        enabled.add(id);
      }
      row.push(...enabled);
    }
    return Int32Array.from(row);
  }

  /** The next local id (or emission), from the memo or by running the effect once. */
  computeNext(track: number, local: number, slot: number): number {
    const { memo } = this;
    const known = memo.get(track, local, slot);
    if (known !== UNKNOWN) return known;
    memo.misses[track] = (memo.misses[track] as number) + 1;
    const started = performance.now();
    const next = this.#runNext(track, local, memo.actionOf(track, slot));
    this.#wasCold(track, started);
    memo.set(track, local, slot, next);
    this.watcher?.next(track, local, memo.actionOf(track, slot));
    return next;
  }

  #wasCold(track: number, started: number): void {
    this.coldSteps[track] = (this.coldSteps[track] as number) + 1;
    this.coldMs[track] = (this.coldMs[track] as number) + performance.now() - started;
  }

  #runNext(track: number, local: number, actionId: number): number {
    const action = this.actions[actionId] as Action;
    const value = this.values[track]?.[local];
    const monitor = this.monitors.get(track);
    if (monitor !== undefined) return this.intern(track, monitor.next(value, action));
    const { leaf: leafAt, cell } = this.tracks[track] as Track;
    const leaf = this.system.leaves[leafAt] as Leaf;
    const { automaton } = leaf;
    const transition = automaton.transitions[action.name] as AnyTransition;
    if (cell !== null) {
      const before = freeze({ [cell]: value });
      const after = this.#execute(automaton, action, transition, before).state;
      if (after === before) return local;
      const next = this.intern(track, (after as Record<string, unknown>)[cell]);
      if (next !== local) this.coverage.fired(automaton.name, action.name);
      return next;
    }
    const from = value as Local;
    if (transition.kind === "sent") {
      this.coverage.fired(automaton.name, action.name);
      return this.intern(track, nextLocal(leaf, transition, from, action));
    }
    const outcome = this.#execute(automaton, action, transition, from.state);
    const kept = keptOutbox(transition, from);
    const isSame = outcome.state === from.state && kept === from.outbox;
    if (isSame && outcome.sent.length === 0) return local;
    this.coverage.fired(automaton.name, action.name);
    if (!this.sendsAtOnce || outcome.sent.length === 0) {
      return this.intern(track, {
        state: outcome.state,
        outbox: outcome.sent.length === 0 ? kept : outboxWith(kept, outcome.sent),
      });
    }
    const to = this.intern(track, { state: outcome.state, outbox: kept });
    for (const sent of outcome.sent) this.coverage.fired(automaton.name, sent.name);
    // An outbox is a set: what is sent twice leaves once.
    const actions = Int32Array.from(new Set(outcome.sent.map((sent) => this.actionId(sent))));
    return UNKNOWN - this.emissions.push({ to, actions });
  }

  #execute(
    automaton: AnyAutomaton,
    action: Action,
    transition: AnyTransition,
    state: unknown,
  ): Outcome {
    const outcome = execute(automaton, action, transition, state);
    const runs = (this.#audits.get(transition) ?? 0) + 1;
    this.#audits.set(transition, runs);
    if (runs <= AUDITED_RUNS || runs % 16 === 0) {
      auditOutcome(automaton, action, transition, state, outcome);
    }
    return outcome;
  }

  /** The next ids of the cells of a joint, aligned with its tracks. */
  nextOfJoint(joint: Joint, ids: ArrayLike<number>): Int32Array {
    const known = joint.memo.get(ids);
    if (known >= 0) return joint.results[known] as Int32Array;
    const started = performance.now();
    const to = this.#computeJoint(joint, ids);
    this.#wasCold(joint.tracks[0] as number, started);
    joint.memo.set(ids, joint.results.push(to) - 1);
    this.watcher?.joint(joint, Array.from(ids));
    return to;
  }

  #computeJoint(joint: Joint, ids: ArrayLike<number>): Int32Array {
    const action = this.actions[joint.action] as Action;
    const { automaton } = this.system.leaves[joint.leaf] as Leaf;
    const transition = automaton.transitions[action.name] as AnyTransition;
    const names = Array.from(joint.tracks, (track) => this.tracks[track]?.cell as string);
    const before: Record<string, unknown> = Object.fromEntries(
      names.map((name, at) => [name, this.values[joint.tracks[at] as number]?.[ids[at] as number]]),
    );
    const outcome = this.#execute(automaton, action, transition, freeze(before));
    const after = outcome.state as Record<string, unknown>;
    this.coverage.fired(automaton.name, action.name);
    return Int32Array.from(names, (name, at) =>
      after[name] === before[name]
        ? (ids[at] as number)
        : this.intern(joint.tracks[at] as number, after[name]),
    );
  }

  /** The outputs that were sent at once. */
  sentActions(): Action[] {
    const ids = new Set(this.emissions.flatMap(({ actions }) => [...actions]));
    return Array.from(ids, (id) => this.actions[id] as Action);
  }
}
