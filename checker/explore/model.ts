import type { AnyAutomaton, AnyTransition } from "../../spec/automaton/automaton.ts";
import type { Composition, Leaf } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import {
  type Action,
  actionText,
  agrees,
  auditOutcome,
  execute,
  type Outcome,
} from "../../spec/automaton/execute.ts";
import {
  type Global,
  keptOutbox,
  type Local,
  localOf,
  localText,
  nextLocal,
  outboxWith,
  startStates,
} from "../../spec/automaton/semantics.ts";
import { canonical, freeze } from "../../spec/automaton/values.ts";
import { Coverage } from "./coverage.ts";
import { cellFamilies, type Family, leafFamily } from "./families.ts";
import { grown, Memo } from "./memo.ts";
import type { Monitor } from "./monitor.ts";

/** How many runs of each transition are audited before only every sixteenth is. */
const AUDITED_RUNS = 512;
const UNKNOWN = -1;

/** A slot of the state vector: the local state of an automaton, one cell, or a passive monitor. */
export interface Track {
  readonly name: string;
  /** the position of its automaton in the composition; −1 for a monitor */
  readonly leaf: number;
  /** the cell's name where the automaton is made of cells */
  readonly cell: string | null;
}

/** Several cells of one automaton that an effect touches together. */
export interface Joint {
  readonly tracks: Int32Array;
  readonly memo: Map<string, Int32Array>;
  readonly action: number;
  readonly leaf: number;
}

/** What a local step makes when its automaton sends outputs at once. */
export interface Emission {
  readonly to: number;
  readonly actions: Int32Array;
}

/**
 * A composition made ready for the search: local states and actions interned as small integers,
 * and per track the memo of enabled actions and of next local states. An effect runs once for each
 * distinct pair of local state and action.
 */
export class Model {
  readonly tracks: Track[] = [];
  readonly families: Family[] = [];
  readonly coverage = new Coverage();
  /** interned values of each track */
  readonly values: unknown[][] = [];
  readonly memo = new Memo();
  readonly actions: Action[] = [];
  /** participants of action a: partTrack and partSlot from partStart[a] to partStart[a + 1] */
  partStart = new Int32Array(64);
  partTrack = new Int32Array(256);
  partSlot = new Int32Array(256);
  readonly joints: (Joint[] | null)[] = [];
  /** 1 for an action of a spontaneous task */
  spontaneous = new Uint8Array(64);
  readonly emissions: Emission[] = [];
  readonly system: Composition;
  readonly sendsAtOnce: boolean;

  readonly #ids: Map<string, number>[] = [];
  readonly #actionIds = new Map<string, number>();
  readonly #tracksOfLeaf: number[] = [];
  readonly #cellTracks: (Map<string, number> | null)[] = [];
  readonly #monitors = new Map<number, Monitor>();
  readonly #audits = new Map<AnyTransition, number>();

  constructor(system: Composition, sendsAtOnce: boolean, monitors: readonly Monitor[]) {
    this.system = system;
    this.sendsAtOnce = sendsAtOnce;
    system.leaves.forEach((one, leaf) => {
      const { automaton, name } = one;
      this.#tracksOfLeaf.push(this.tracks.length);
      if (automaton.form !== "cells") {
        this.#cellTracks.push(null);
        const track = this.#addTrack({ name, leaf, cell: null });
        if (automaton.form === "leaf") this.families.push(leafFamily(one, track));
        return;
      }
      const cellNames = Object.keys(automaton.start()[0] as object);
      const tracks = new Map<string, number>();
      for (const cell of cellNames) {
        tracks.set(cell, this.#addTrack({ name: `${name}/${cell}`, leaf, cell }));
      }
      this.#cellTracks.push(tracks);
      this.families.push(...cellFamilies(one, (cell) => cellTrack(automaton, tracks, cell)));
    });
    for (const monitor of monitors) {
      const track = this.#addTrack({ name: monitor.name, leaf: -1, cell: null });
      this.#monitors.set(track, monitor);
    }
  }

  #addTrack(track: Track): number {
    this.values.push([]);
    this.memo.addTrack();
    this.#ids.push(new Map());
    return this.tracks.push(track) - 1;
  }

  /** The start states as vectors of local ids. */
  startVectors(): Int32Array[] {
    return startStates(this.system).map((global) => this.vectorOf(global));
  }

  /** The vector of a global state; monitors are at their start. */
  vectorOf(global: Global): Int32Array {
    return Int32Array.from(this.tracks, ({ leaf, cell }, track) => {
      const monitor = this.#monitors.get(track);
      if (monitor !== undefined) return this.intern(track, monitor.start());
      const local = global[leaf] as Local;
      return cell === null
        ? this.intern(track, local)
        : this.intern(track, (local.state as Record<string, unknown>)[cell]);
    });
  }

  /** The reference form of a vector. */
  globalOf(idOf: (track: number) => number): Global {
    return this.system.leaves.map((_, leaf) => {
      const state = this.stateOf(leaf, idOf);
      const track = this.#tracksOfLeaf[leaf] as number;
      if (this.#cellTracks[leaf] !== null) return localOf(state);
      return this.values[track]?.[idOf(track)] as Local;
    });
  }

  /** The state of a leaf of the composition. */
  stateOf(leaf: number, idOf: (track: number) => number): unknown {
    const first = this.#tracksOfLeaf[leaf] as number;
    const cellTracks = this.#cellTracks[leaf];
    if (!cellTracks) return ((this.values[first] as Local[])[idOf(first)] as Local).state;
    const record: Record<string, unknown> = {};
    for (const [cell, track] of cellTracks) record[cell] = this.values[track]?.[idOf(track)];
    return record;
  }

  /** The tracks that hold the state of a leaf. */
  tracksOfLeaf(leaf: number): number[] {
    const cellTracks = this.#cellTracks[leaf];
    return cellTracks ? [...cellTracks.values()] : [this.#tracksOfLeaf[leaf] as number];
  }

  /** The track that holds a cell of a leaf. */
  trackOfCell(leaf: number, cell: string): number {
    const { automaton } = this.system.leaves[leaf] as Leaf;
    return cellTrack(automaton, this.#cellTracks[leaf] ?? new Map(), cell);
  }

  intern(track: number, value: unknown): number {
    const monitor = this.#monitors.get(track);
    const cell = this.tracks[track]?.cell !== null;
    const text = monitor
      ? monitor.text(value)
      : cell
        ? canonical(value)
        : localText(value as Local);
    const ids = this.#ids[track] as Map<string, number>;
    let id = ids.get(text);
    if (id === undefined) {
      id = ids.size;
      ids.set(text, id);
      this.values[track]?.push(freeze(value));
      this.memo.addRow(track, id);
    }
    return id;
  }

  /** The enabled actions of a family at some local ids. */
  rowOf(family: Family, ids: readonly number[]): Int32Array {
    const key = ids.length === 1 ? (ids[0] as number) : ids.join();
    let row = family.rows.get(key);
    if (row === undefined) {
      row = this.#enabled(family, ids);
      family.rows.set(key, row);
    }
    return row;
  }

  #enabled({ leaf, tracks, offers }: Family, ids: readonly number[]): Int32Array {
    const values = ids.map((id, at) => this.values[tracks[at] as number]?.[id]);
    const row = offers(values).flatMap((scope) => {
      const enabled = new Set<number>();
      for (const { action, transition, clauses } of scope) {
        this.coverage.clauses(leaf.automaton.name, action.name, clauses);
        if (!clauses.every(([, holds]) => holds)) continue;
        const id = this.actionId(action);
        if (transition.task?.urgency === "spontaneous") this.spontaneous[id] = 1;
        enabled.add(id);
      }
      return [...enabled];
    });
    return Int32Array.from(row);
  }

  // ---- actions and their participants

  actionId(action: Action): number {
    const text = actionText(action);
    const known = this.#actionIds.get(text);
    if (known !== undefined) return known;
    const id = this.actions.length;
    this.#actionIds.set(text, id);
    this.actions.push({ name: action.name, payload: freeze(action.payload) });
    if (id >= this.spontaneous.length) {
      const longer = new Uint8Array(this.spontaneous.length * 2);
      longer.set(this.spontaneous);
      this.spontaneous = longer;
    }
    const joints: Joint[] = [];
    const tracks: number[] = [];
    this.system.leaves.forEach(({ automaton }, leaf) => {
      const transition = automaton.transitions[action.name];
      if (transition === undefined || !agrees(transition, action.payload)) return;
      const cellTracks = this.#cellTracks[leaf];
      if (!cellTracks) {
        tracks.push(this.#tracksOfLeaf[leaf] as number);
        return;
      }
      const touched = transition.effect ? (transition.touches?.(action.payload) ?? []) : [];
      const where = touched.map((cell) => cellTrack(automaton, cellTracks, cell));
      if (where.length === 1) tracks.push(where[0] as number);
      else if (where.length > 1) {
        joints.push({ tracks: Int32Array.from(where), memo: new Map(), action: id, leaf });
      }
    });
    for (const [track, monitor] of this.#monitors) if (monitor.hears(action)) tracks.push(track);
    this.joints.push(joints.length === 0 ? null : joints);
    this.#addParticipants(id, tracks);
    return id;
  }

  #addParticipants(id: number, tracks: readonly number[]): void {
    if (id + 2 > this.partStart.length) this.partStart = grown(this.partStart);
    const from = this.partStart[id] as number;
    while (from + tracks.length > this.partTrack.length) {
      this.partTrack = grown(this.partTrack);
      this.partSlot = grown(this.partSlot);
    }
    tracks.forEach((track, at) => {
      this.partTrack[from + at] = track;
      this.partSlot[from + at] = this.memo.addSlot(track, id);
    });
    this.partStart[id + 1] = from + tracks.length;
  }

  // ---- next local states

  /** The next local id (or emission), from the memo or by running the effect once. */
  computeNext(track: number, local: number, slot: number): number {
    const { memo } = this;
    const known = memo.get(track, local, slot);
    if (known !== UNKNOWN) return known;
    memo.misses[track] = (memo.misses[track] as number) + 1;
    const next = this.#runNext(track, local, memo.actionOf(track, slot));
    memo.set(track, local, slot, next);
    return next;
  }

  #runNext(track: number, local: number, actionId: number): number {
    const action = this.actions[actionId] as Action;
    const value = this.values[track]?.[local];
    const monitor = this.#monitors.get(track);
    if (monitor !== undefined) return this.intern(track, monitor.next(value, action));
    const { leaf: leafAt, cell } = this.tracks[track] as Track;
    const leaf = this.system.leaves[leafAt] as Leaf;
    const { automaton } = leaf;
    const transition = automaton.transitions[action.name] as AnyTransition;
    if (cell !== null) {
      const before = freeze({ [cell]: value });
      const after = this.#execute(automaton, action, transition, before).state;
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
    const actions = Int32Array.from(outcome.sent, (sent) => this.actionId(sent));
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
  nextOfJoint(joint: Joint, ids: readonly number[]): Int32Array {
    const key = ids.join();
    let to = joint.memo.get(key);
    if (to === undefined) {
      to = this.#computeJoint(joint, ids);
      joint.memo.set(key, to);
    }
    return to;
  }

  #computeJoint(joint: Joint, ids: readonly number[]): Int32Array {
    const action = this.actions[joint.action] as Action;
    const { automaton } = this.system.leaves[joint.leaf] as Leaf;
    const transition = automaton.transitions[action.name] as AnyTransition;
    const names = [...joint.tracks].map((track) => this.tracks[track]?.cell as string);
    const before = Object.fromEntries(
      names.map((name, at) => [name, this.values[joint.tracks[at] as number]?.[ids[at] as number]]),
    );
    const outcome = this.#execute(automaton, action, transition, freeze(before));
    const after = outcome.state as Record<string, unknown>;
    this.coverage.fired(automaton.name, action.name);
    return Int32Array.from(names, (name, at) =>
      this.intern(joint.tracks[at] as number, after[name]),
    );
  }

  /** The outputs that were sent at once. */
  sentActions(): Action[] {
    const ids = new Set(this.emissions.flatMap(({ actions }) => [...actions]));
    return Array.from(ids, (id) => this.actions[id] as Action);
  }

  /** The number of distinct values of each track. */
  localCounts(): number[] {
    return this.values.map((values) => values.length);
  }
}

function cellTrack(
  automaton: AnyAutomaton,
  tracks: ReadonlyMap<string, number>,
  cell: string,
): number {
  const track = tracks.get(cell);
  if (track === undefined) {
    const what = `Automaton "${automaton.name}": there is no cell "${cell}".`;
    throw new QuorateError("cell-unknown", what);
  }
  return track;
}
