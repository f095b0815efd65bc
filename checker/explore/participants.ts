import { type Action, actionText, agrees } from "../../spec/automaton/execute.ts";
import { NEEDS, neededCells } from "../../spec/automaton/needs.ts";
import { parseCanonical } from "../../spec/automaton/parse.ts";
import { freeze } from "../../spec/automaton/values.ts";
import { Coverage } from "./coverage.ts";
import { grown } from "./memo.ts";
import { cellTrack, Tracks } from "./tracks.ts";
import { Tuples } from "./tuples.ts";

/** The id of `true` in a cell that starts with a boolean. */
const TRUE = 1;
const NO_TRACKS = new Int32Array(0);

/** Several cells of one automaton that an effect touches together. */
export interface Joint {
  readonly tracks: Int32Array;
  /** by the ids of the tracks: the place in {@link results} */
  readonly memo: Tuples;
  readonly results: Int32Array[];
  readonly action: number;
  readonly leaf: number;
}

/** Tracks, and the actions on them: interned as small integers, with who takes part in each. */
export class Participants extends Tracks {
  readonly coverage = new Coverage();
  readonly actions: Action[] = [];
  /** participants of action a: partTrack and partSlot from partStart[a] to partStart[a + 1] */
  partStart = new Int32Array(64);
  partTrack = new Int32Array(256);
  partSlot = new Int32Array(256);
  readonly joints: (Joint[] | null)[] = [];
  /** 1 for an action of a spontaneous task */
  spontaneous = new Uint8Array(64);

  readonly #actionIds = new Map<string, number>();
  /** the same, by name, of payloads that were met as the same object */
  readonly #idsOfPayloads = new Map<string, WeakMap<object, number>>();
  /** by action: the tracks that must be true */
  readonly #needs: Int32Array[] = [];
  /** by action: the truth values that its needs were seen to have */
  #seenNeeds = new Uint8Array(64);

  /** The id of an action, whose payload is frozen. */
  actionId(action: Action): number {
    let ids = this.#idsOfPayloads.get(action.name);
    if (ids === undefined) {
      ids = new WeakMap();
      this.#idsOfPayloads.set(action.name, ids);
    }
    const known = ids.get(action.payload);
    if (known !== undefined) return known;
    const text = actionText(action);
    const id = this.#actionIds.get(text) ?? this.#newAction(action, text);
    ids.set(action.payload, id);
    return id;
  }

  #newAction(action: Action, text: string): number {
    const { sharing } = this;
    if (sharing === null) return this.#addAction(action, text);
    return sharing.exclusively(
      () => this.#actionIds.get(text),
      () => {
        sharing.tellAction(text);
        return this.#addAction(action, text);
      },
    );
  }

  /** Another worker has met an action first: it gets the next id here too. */
  adoptAction(text: string): void {
    const space = text.indexOf(" ");
    const payload = parseCanonical(text.slice(space + 1)) as Action["payload"];
    this.#addAction({ name: text.slice(0, space), payload }, text);
  }

  #addAction(action: Action, text: string): number {
    const id = this.actions.length;
    this.#actionIds.set(text, id);
    this.actions.push({ name: action.name, payload: freeze(action.payload) });
    if (id >= this.spontaneous.length) {
      this.spontaneous = doubled(this.spontaneous);
      this.#seenNeeds = doubled(this.#seenNeeds);
    }
    const joints: Joint[] = [];
    const tracks: number[] = [];
    this.system.leaves.forEach(({ automaton }, leaf) => {
      const transition = automaton.transitions[action.name];
      if (transition === undefined || !agrees(transition, action.payload)) return;
      const cellTracks = this.cellTracks[leaf];
      if (!cellTracks) {
        tracks.push(this.tracksOfLeaves[leaf] as number);
        return;
      }
      const trackOf = (cell: string) => cellTrack(automaton, cellTracks, cell);
      const needed = neededCells(automaton, action.name, transition, action.payload);
      if (needed.length > 0) this.#needs[id] = Int32Array.from(new Set(needed), trackOf);
      const touched = transition.effect ? (transition.touches?.(action.payload) ?? []) : [];
      const where = touched.map(trackOf);
      if (where.length === 1) tracks.push(where[0] as number);
      else if (where.length > 1) {
        const memo = new Tuples(where.length);
        joints.push({ tracks: Int32Array.from(where), memo, results: [], action: id, leaf });
      }
    });
    for (const [track, monitor] of this.monitors) if (monitor.hears(action)) tracks.push(track);
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

  /**
   * The tracks that must be true for an action to be enabled, besides what the row of its family
   * tells. A cell that starts with a boolean has id 0 for false and id 1 for true.
   */
  needsOf(action: number): Int32Array {
    return this.#needs[action] ?? NO_TRACKS;
  }

  needsHold(action: number, idOf: (track: number) => number): boolean {
    const needed = this.needsOf(action);
    for (let at = 0; at < needed.length; at++) {
      if (idOf(needed[at] as number) !== TRUE) return false;
    }
    return true;
  }

  /** Notes, for coverage, what the needs of an action were seen to be. */
  sawNeeds(action: number, holds: boolean): void {
    const seen = this.#seenNeeds[action] as number;
    const bit = holds ? 2 : 1;
    if ((seen & bit) !== 0 || this.needsOf(action).length === 0) return;
    this.#seenNeeds[action] = seen | bit;
    const { name, payload } = this.actions[action] as Action;
    for (const { automaton } of this.system.leaves) {
      const transition = automaton.transitions[name];
      if (transition?.needs === undefined || !agrees(transition, payload)) continue;
      this.coverage.clauses(automaton.name, name, [[NEEDS, holds]]);
    }
  }
}

function doubled(array: Uint8Array): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(array.length * 2);
  longer.set(array);
  return longer;
}
