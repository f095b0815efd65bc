import type { AnyAutomaton } from "../../spec/automaton/automaton.ts";
import type { Composition, Leaf } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import {
  type Global,
  type Local,
  localOf,
  localText,
  startStates,
} from "../../spec/automaton/semantics.ts";
import { textOf } from "../../spec/automaton/texts.ts";
import { freeze } from "../../spec/automaton/values.ts";
import { Memo } from "./memo.ts";
import type { Monitor } from "./monitor.ts";

/** A slot of the state vector: the local state of an automaton, one cell, or a passive monitor. */
export interface Track {
  readonly name: string;
  /** the position of its automaton in the composition; −1 for a monitor */
  readonly leaf: number;
  /** the cell's name where the automaton is made of cells */
  readonly cell: string | null;
}

/** How workers that search together agree on the ids of what they meet. */
export interface Sharing {
  /**
   * While no other worker adds anything: learns what they have added, and gives what `known` then
   * finds, or else what `add` makes.
   */
  exclusively<T>(known: () => T | undefined, add: () => T): T;
  tellValue(track: number, value: unknown): void;
  tellAction(text: string): void;
  tellOffer(family: number, action: number): void;
}

/** A composition whose local states are interned, track by track, as small integers. */
export class Tracks {
  readonly tracks: Track[] = [];
  /** interned values of each track */
  readonly values: unknown[][] = [];
  readonly memo = new Memo();
  readonly system: Composition;
  /** with whom the ids of values and actions are agreed; null for a worker that is alone */
  sharing: Sharing | null = null;
  protected readonly monitors = new Map<number, Monitor>();
  /** the names of the tracks of an automaton of cells; null for any other */
  protected readonly cellTracks: (ReadonlyMap<string, number> | null)[] = [];
  protected readonly tracksOfLeaves: number[] = [];

  readonly #ids: Map<string, number>[] = [];
  /** by track: which of the first values were met; only of cells that start with a boolean */
  readonly #met: number[] = [];

  constructor(system: Composition, monitors: readonly Monitor[]) {
    this.system = system;
    system.leaves.forEach(({ automaton, name }, leaf) => {
      this.tracksOfLeaves.push(this.tracks.length);
      if (automaton.form !== "cells") {
        this.cellTracks.push(null);
        this.#addTrack({ name, leaf, cell: null });
        return;
      }
      const tracks = new Map<string, number>();
      this.cellTracks.push(tracks);
      for (const [cell, value] of Object.entries(automaton.start()[0] as object)) {
        const track = this.#addTrack({ name: `${name}/${cell}`, leaf, cell });
        tracks.set(cell, track);
        if (typeof value === "boolean") this.#addBooleans(track);
      }
    });
    for (const monitor of monitors) {
      const track = this.#addTrack({ name: monitor.name, leaf: -1, cell: null });
      this.monitors.set(track, monitor);
    }
  }

  #addTrack(track: Track): number {
    this.values.push([]);
    this.memo.addTrack();
    this.#ids.push(new Map());
    return this.tracks.push(track) - 1;
  }

  /** A cell that starts with a boolean has id 0 for false and id 1 for true. */
  #addBooleans(track: number): void {
    this.intern(track, false);
    this.intern(track, true);
    this.#met[track] = 0;
  }

  /** The start states as vectors of local ids. */
  startVectors(): Int32Array[] {
    return startStates(this.system).map((global) => this.vectorOf(global));
  }

  /** The vector of a global state; monitors are at their start. */
  vectorOf(global: Global): Int32Array {
    return Int32Array.from(this.tracks, ({ leaf, cell }, track) => {
      const monitor = this.monitors.get(track);
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
      const track = this.tracksOfLeaves[leaf] as number;
      if (this.cellTracks[leaf] !== null) return localOf(state);
      return this.values[track]?.[idOf(track)] as Local;
    });
  }

  /** The state of a leaf of the composition. */
  stateOf(leaf: number, idOf: (track: number) => number): unknown {
    const first = this.tracksOfLeaves[leaf] as number;
    const cellTracks = this.cellTracks[leaf];
    if (!cellTracks) return ((this.values[first] as Local[])[idOf(first)] as Local).state;
    const record: Record<string, unknown> = {};
    for (const [cell, track] of cellTracks) record[cell] = this.values[track]?.[idOf(track)];
    return record;
  }

  /** The tracks that hold the state of a leaf. */
  tracksOfLeaf(leaf: number): number[] {
    const cellTracks = this.cellTracks[leaf];
    return cellTracks ? [...cellTracks.values()] : [this.tracksOfLeaves[leaf] as number];
  }

  /** The track that holds a cell of a leaf. */
  trackOfCell(leaf: number, cell: string): number {
    const { automaton } = this.system.leaves[leaf] as Leaf;
    return cellTrack(automaton, this.cellTracks[leaf] ?? new Map(), cell);
  }

  /** The monitor whose value a track holds; undefined for a leaf's track. */
  monitorOf(track: number): Monitor | undefined {
    return this.monitors.get(track);
  }

  intern(track: number, value: unknown): number {
    const met = this.#met[track];
    const id =
      met !== undefined && typeof value === "boolean"
        ? Number(value)
        : this.#internText(track, freeze(value));
    if (met !== undefined) this.#met[track] = met | (1 << Math.min(id, 2));
    return id;
  }

  #internText(track: number, value: unknown): number {
    const monitor = this.monitors.get(track);
    const isCell = this.tracks[track]?.cell !== null;
    const text = monitor ? monitor.text(value) : isCell ? textOf(value) : localText(value as Local);
    const ids = this.#ids[track] as Map<string, number>;
    const known = ids.get(text);
    if (known !== undefined) return known;
    if (this.sharing === null) return this.adopt(track, text, value);
    return this.sharing.exclusively(
      () => ids.get(text),
      () => {
        this.sharing?.tellValue(track, monitor === undefined ? value : monitor.plain(value));
        return this.adopt(track, text, value);
      },
    );
  }

  /** Gives a value that is new the next id of its track. */
  protected adopt(track: number, text: string, value: unknown): number {
    const ids = this.#ids[track] as Map<string, number>;
    const id = ids.size;
    ids.set(text, id);
    this.values[track]?.push(value);
    this.memo.addRow(track, id);
    return id;
  }

  /** Another worker has met a value first: it gets the next id here too. */
  adoptValue(track: number, value: unknown): void {
    const monitor = this.monitors.get(track);
    if (monitor !== undefined) {
      const own = monitor.fromPlain(value);
      this.adopt(track, monitor.text(own), own);
      return;
    }
    const isCell = this.tracks[track]?.cell !== null;
    const frozen = freeze(value);
    this.adopt(track, isCell ? textOf(frozen) : localText(frozen as Local), frozen);
  }

  /** The values of a track that the search has met: of a boolean cell, perhaps only one. */
  metValues(track: number): readonly unknown[] {
    const values = this.values[track] ?? [];
    const met = this.#met[track];
    if (met === undefined) return values;
    return values.filter((_, id) => id > 1 || (met & (1 << id)) !== 0);
  }

  /** Of a cell that starts with a boolean: which values were met, as bits; 0 of other tracks. */
  metBits(track: number): number {
    return this.#met[track] ?? 0;
  }

  /** The number of distinct values of each track. */
  localCounts(): number[] {
    return this.values.map((values) => values.length);
  }
}

/** @throws QuorateError `cell-unknown` */
export function cellTrack(
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
