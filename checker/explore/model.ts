import type { AnyAutomaton, AnyTransition } from "../../spec/automaton/automaton.ts";
import { viewCells } from "../../spec/automaton/cells.ts";
import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import {
  type Action,
  actionText,
  agrees,
  auditOutcome,
  evaluateClauses,
  execute,
  offered,
  type Outcome,
} from "../../spec/automaton/execute.ts";
import {
  type Global,
  type Local,
  localOf,
  localText,
  offersOf,
  nextLocal,
  startStates,
} from "../../spec/automaton/semantics.ts";
import { canonical, freeze } from "../../spec/automaton/values.ts";
import { Coverage } from "./coverage.ts";

/** How many runs of each transition are audited before only every sixteenth is. */
const AUDITED_RUNS = 512;
const UNKNOWN = -1;
const FIRST_SLOTS = 4;

/** A slot of the state vector: the local state of an automaton, one cell, or a passive monitor. */
export interface Track {
  readonly name: string;
  /** the position of its automaton in the composition; −1 for a monitor */
  readonly leaf: number;
  /** the cell's name where the automaton is made of cells */
  readonly cell: string | null;
}

/** A leaf that follows the search and is no part of the system: a specification's state set. */
export interface Monitor {
  readonly name: string;
  start(): unknown;
  /** the text that identifies a value */
  text(value: unknown): string;
  /** whether the action concerns it */
  hears(action: Action): boolean;
  next(value: unknown, action: Action): unknown;
}

/** Where enabled actions are looked up: some tracks, and a row of actions for their values. */
export interface Family {
  readonly tracks: Int32Array;
  readonly rows: (Int32Array | undefined)[];
  readonly wideRows: Map<number | string, Int32Array>;
  readonly compute: (ids: readonly number[]) => Int32Array;
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
  /**
   * The memo of next local states, one row for each local state: the entry of an action's slot is
   * the next local id, −1 while it is unknown, or −2 − e for emission e.
   */
  nextTable = new Int32Array(1 << 12);
  /** where the row of each local state begins in {@link nextTable}, by track and local id */
  readonly rowStarts: Int32Array[] = [];
  readonly actions: Action[] = [];
  /** participants of action a: partTrack and partSlot from partStart[a] to partStart[a + 1] */
  partStart = new Int32Array(64);
  partTrack = new Int32Array(256);
  partSlot = new Int32Array(256);
  readonly joints: (Joint[] | null)[] = [];
  /** 1 for an action of a spontaneous task */
  spontaneous = new Uint8Array(64);
  readonly emissions: Emission[] = [];
  /** memo misses of each track */
  readonly misses: number[] = [];
  readonly system: Composition;
  readonly sendsAtOnce: boolean;

  readonly #ids: Map<string, number>[] = [];
  readonly #actionIds = new Map<string, number>();
  readonly #slotActions: number[][] = [];
  readonly #slotRoom: number[] = [];
  #tableEnd = 0;
  readonly #tracksOfLeaf: number[] = [];
  readonly #cellTracks: (Map<string, number> | null)[] = [];
  readonly #monitors = new Map<number, Monitor>();
  readonly #audits = new Map<AnyTransition, number>();

  constructor(system: Composition, sendsAtOnce: boolean, monitors: readonly Monitor[]) {
    this.system = system;
    this.sendsAtOnce = sendsAtOnce;
    system.leaves.forEach(({ automaton, name }, leaf) => {
      this.#tracksOfLeaf.push(this.tracks.length);
      if (automaton.form !== "cells") {
        this.#cellTracks.push(null);
        const track = this.#addTrack({ name, leaf, cell: null });
        if (automaton.form === "leaf") this.#addLeafFamily(leaf, track);
        return;
      }
      const cellNames = Object.keys(automaton.start()[0] as object);
      const tracks = new Map<string, number>();
      for (const cell of cellNames) {
        tracks.set(cell, this.#addTrack({ name: `${name}/${cell}`, leaf, cell }));
      }
      this.#cellTracks.push(tracks);
      this.#addCellFamilies(leaf, tracks);
    });
    for (const monitor of monitors) {
      const track = this.#addTrack({ name: monitor.name, leaf: -1, cell: null });
      this.#monitors.set(track, monitor);
    }
  }

  #addTrack(track: Track): number {
    this.values.push([]);
    this.rowStarts.push(new Int32Array(4));
    this.#slotRoom.push(FIRST_SLOTS);
    this.misses.push(0);
    this.#ids.push(new Map());
    this.#slotActions.push([]);
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
    if (!cellTracks) return (this.values[first]?.[idOf(first)] as Local).state;
    const record: Record<string, unknown> = {};
    for (const [cell, track] of cellTracks) record[cell] = this.values[track]?.[idOf(track)];
    return record;
  }

  /** The tracks that hold the state of a leaf. */
  tracksOfLeaf(leaf: number): number[] {
    const cellTracks = this.#cellTracks[leaf];
    return cellTracks ? [...cellTracks.values()] : [this.#tracksOfLeaf[leaf] as number];
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
      this.#addRow(track, id);
    }
    return id;
  }

  #addRow(track: number, id: number): void {
    let starts = this.rowStarts[track] as Int32Array;
    if (id >= starts.length) this.rowStarts[track] = starts = grown(starts);
    starts[id] = this.#allot(this.#slotRoom[track] as number);
  }

  /** Room for a row at the end of the table, every entry unknown. */
  #allot(slots: number): number {
    const at = this.#tableEnd;
    this.#tableEnd = at + slots;
    while (this.#tableEnd > this.nextTable.length) this.nextTable = grown(this.nextTable);
    this.nextTable.fill(UNKNOWN, at, this.#tableEnd);
    return at;
  }

  /** Moves the rows of a track that has more actions than its rows have room for. */
  #widenRows(track: number): void {
    const [room, starts] = [this.#slotRoom[track] as number, this.rowStarts[track] as Int32Array];
    this.#slotRoom[track] = room * 2;
    const rows = this.values[track]?.length ?? 0;
    for (let id = 0; id < rows; id++) {
      const [from, to] = [starts[id] as number, this.#allot(room * 2)];
      this.nextTable.copyWithin(to, from, from + room);
      starts[id] = to;
    }
  }

  // ---- enabled actions

  #addLeafFamily(leafAt: number, track: number): void {
    const leaf = this.system.leaves[leafAt] as Composition["leaves"][number];
    this.families.push({
      tracks: Int32Array.of(track),
      rows: [],
      wideRows: new Map(),
      compute: ([id]) => {
        const local = this.values[track]?.[id as number] as Local;
        return this.#rowOf(leaf.automaton, offersOf(leaf, local));
      },
    });
  }

  #addCellFamilies(leafAt: number, tracks: ReadonlyMap<string, number>): void {
    const { automaton } = this.system.leaves[leafAt] as Composition["leaves"][number];
    const families = new Map<string, { cells: readonly string[]; look: ((view: object) => number[])[] }>();
    for (const [name, transition] of Object.entries(automaton.transitions)) {
      for (const scope of transition.scopes ?? []) {
        const key = canonical(scope.reads);
        const family = families.get(key) ?? { cells: scope.reads, look: [] };
        families.set(key, family);
        family.look.push((view) => {
          const payloads = offered(automaton, name, transition, () => scope.choose(view));
          const offers = payloads.map((payload) => ({
            action: { name, payload },
            transition,
            clauses: evaluateClauses(automaton, name, transition, view, payload),
          }));
          return [...this.#rowOf(automaton, offers)];
        });
      }
    }
    for (const { cells, look } of families.values()) {
      const where = cells.map((cell) => cellTrack(automaton, tracks, cell));
      this.families.push({
        tracks: Int32Array.from(where),
        rows: [],
        wideRows: new Map(),
        compute: (ids) => {
          const whole = Object.fromEntries(
            cells.map((cell, at) => [cell, this.values[where[at] as number]?.[ids[at] as number]]),
          );
          const view = viewCells(automaton.name, "scope", whole as never, cells);
          return Int32Array.from(look.flatMap((offer) => offer(freeze(view))));
        },
      });
    }
  }

  #rowOf(
    automaton: AnyAutomaton,
    offers: readonly {
      readonly action: Action;
      readonly transition: AnyTransition;
      readonly clauses: readonly (readonly [string, boolean])[];
    }[],
  ): Int32Array {
    const row: number[] = [];
    for (const { action, transition, clauses } of offers) {
      this.coverage.clauses(automaton.name, action.name, clauses);
      if (!clauses.every(([, holds]) => holds)) continue;
      const id = this.actionId(action);
      if (transition.task?.urgency === "spontaneous") this.spontaneous[id] = 1;
      if (!row.includes(id)) row.push(id);
    }
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
      const slot = (this.#slotActions[track] as number[]).push(id) - 1;
      if (slot >= (this.#slotRoom[track] as number)) this.#widenRows(track);
      this.partSlot[from + at] = slot;
    });
    this.partStart[id + 1] = from + tracks.length;
  }

  // ---- next local states

  /** The next local id (or emission), from the memo or by running the effect once. */
  computeNext(track: number, local: number, slot: number): number {
    const known = this.nextTable[((this.rowStarts[track] as Int32Array)[local] as number) + slot];
    if (known !== UNKNOWN) return known as number;
    this.misses[track] = (this.misses[track] as number) + 1;
    const next = this.#runNext(track, local, (this.#slotActions[track] as number[])[slot] as number);
    this.nextTable[((this.rowStarts[track] as Int32Array)[local] as number) + slot] = next;
    return next;
  }

  #runNext(track: number, local: number, actionId: number): number {
    const action = this.actions[actionId] as Action;
    const value = this.values[track]?.[local];
    const monitor = this.#monitors.get(track);
    if (monitor !== undefined) return this.intern(track, monitor.next(value, action));
    const { leaf: leafAt, cell } = this.tracks[track] as Track;
    const leaf = this.system.leaves[leafAt] as Composition["leaves"][number];
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
    if (outcome.state === from.state && outcome.sent.length === 0) return local;
    this.coverage.fired(automaton.name, action.name);
    if (!this.sendsAtOnce || outcome.sent.length === 0) {
      return this.intern(track, withSent(from, outcome));
    }
    const to = this.intern(track, { state: outcome.state, outbox: from.outbox });
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
  computeJoint(joint: Joint, ids: readonly number[]): Int32Array {
    const action = this.actions[joint.action] as Action;
    const { automaton } = this.system.leaves[joint.leaf] as Composition["leaves"][number];
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

  /** The number of distinct values of each track. */
  localCounts(): number[] {
    return this.values.map((values) => values.length);
  }
}

function withSent(from: Local, { state, sent }: Outcome): Local {
  if (sent.length === 0) return { state, outbox: from.outbox };
  const texts = [...from.outbox, ...sent].map((action) => ({ action, text: actionText(action) }));
  texts.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return { state, outbox: texts.map(({ action }) => action) };
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

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
