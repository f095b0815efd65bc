import { freeze } from "../../spec/automaton/values.ts";
import type { Model } from "./model.ts";
import { type PartRead, partsOf, pick } from "./view.ts";

/** Tells the state of a leaf, as far as it is read, at local ids. */
type Seen = (idOf: (track: number) => number) => unknown;

/**
 * What a property sees of stored states: only the tracks that its reads name are looked at, and
 * what it sees of one local state is made once.
 */
export class Projection {
  /** the tracks that are looked at */
  readonly tracks: readonly number[];
  readonly #parts: readonly { part: string; array: boolean; seen: readonly Seen[] }[];

  constructor(model: Model, reads: readonly string[]) {
    const tracks = new Set<number>();
    this.#parts = partsOf(model.system, reads).map((read) => ({
      part: read.part,
      array: read.array,
      seen: read.leaves.map((leaf) => seenOf(model, leaf, read, tracks)),
    }));
    this.tracks = [...tracks];
  }

  viewAt(idOf: (track: number) => number): Record<string, unknown> {
    const view: Record<string, unknown> = {};
    for (const { part, array, seen } of this.#parts) {
      view[part] = array ? seen.map((one) => one(idOf)) : seen[0]?.(idOf);
    }
    return view;
  }
}

function seenOf(model: Model, leaf: number, read: PartRead, tracks: Set<number>): Seen {
  const { part, fields } = read;
  const own = model.tracksOfLeaf(leaf);
  const first = own[0] as number;
  const cells = new Map(own.map((track) => [model.tracks[track]?.cell, track]));
  if (model.system.leaves[leaf]?.automaton.form !== "cells") {
    tracks.add(first);
    const known: unknown[] = [];
    return (idOf) => {
      const id = idOf(first);
      if (id in known) return known[id];
      const state = model.stateOf(leaf, idOf);
      known[id] = fields === null ? state : freeze(pick(part, state, fields));
      return known[id];
    };
  }
  if (fields === null || fields.some((field) => !cells.has(field))) {
    for (const track of own) tracks.add(track);
    return (idOf) => {
      const state = model.stateOf(leaf, idOf);
      return fields === null ? state : pick(part, state, fields);
    };
  }
  const named = fields.map((field) => [field, cells.get(field) as number] as const);
  for (const [, track] of named) tracks.add(track);
  return (idOf) => {
    const record: Record<string, unknown> = {};
    for (const [cell, track] of named) record[cell] = model.values[track]?.[idOf(track)];
    return record;
  };
}
