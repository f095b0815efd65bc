import type { Problem } from "../../spec/automaton/claim.ts";
import { canonical } from "../../spec/automaton/values.ts";
import { leavesOf } from "../explore/view.ts";
import type { Closure } from "./closure.ts";
import { type Independence, pairsOf, type Touch } from "./independence.ts";

/** By track: the fields that are read, or null for all of it. */
type Reads = Map<number, Set<string> | null>;

/**
 * Which actions show: over the closure, they change something that an invariant or a witness
 * reads, or something from which an action that a witness waits for starts.
 */
export class Visibility {
  readonly #closure: Closure;
  readonly #independence: Independence;
  readonly #reads: Reads = new Map();
  readonly #awaited: { readonly actions: ReadonlySet<number>; readonly tracks: Set<number> }[];
  readonly #shows: (boolean | undefined)[] = [];
  readonly #texts = new Map<number, string[]>();

  constructor(problem: Problem, independence: Independence) {
    const { closure } = independence;
    this.#independence = independence;
    this.#closure = closure;
    for (const property of problem.properties) {
      if (property.kind === "invariant") this.#read(property.reads);
    }
    for (const witness of problem.witnesses) {
      if (witness.kind === "state") this.#read(witness.reads);
    }
    this.#awaited = problem.witnesses.flatMap((witness) => {
      if (witness.kind !== "action") return [];
      const actions = new Set<number>();
      closure.model.actions.forEach(({ name, payload }, action) => {
        if (name === witness.action && witness.where(payload)) actions.add(action);
      });
      const touches = [...actions].flatMap((action) => independence.touches[action] ?? []);
      return [{ actions, tracks: new Set(touches.map(({ track }) => track)) }];
    });
  }

  /** Whether the action shows. */
  shows(action: number): boolean {
    let shows = this.#shows[action];
    if (shows === undefined) {
      const touches = (this.#independence.touches[action] ?? []).filter(({ changes }) => changes);
      shows =
        touches.some((touch) => this.changesWhatIsRead(touch)) ||
        this.#awaited.some(
          ({ actions, tracks }) =>
            !actions.has(action) && touches.some(({ track }) => tracks.has(track)),
        );
      this.#shows[action] = shows;
    }
    return shows;
  }

  /** Whether a touch changes what an invariant or a witness reads of its track. */
  changesWhatIsRead(touch: Touch): boolean {
    if (!this.#reads.has(touch.track)) return false;
    const texts = this.#textsOf(touch.track);
    return pairsOf(touch, () => true).some(([from, to]) => texts[from] !== texts[to]);
  }

  #read(reads: readonly string[]): void {
    const { model } = this.#closure;
    for (const read of reads) {
      const [part, field] = read.split(".") as [string, string | undefined];
      for (const leaf of leavesOf(model.system, part).leaves) {
        const ofCells = model.system.leaves[leaf]?.automaton.form === "cells";
        for (const track of model.tracksOfLeaf(leaf)) {
          if (ofCells && field !== undefined && model.tracks[track]?.cell !== field) continue;
          const known = this.#reads.get(track);
          if (field === undefined || ofCells || known === null) this.#reads.set(track, null);
          else this.#reads.set(track, new Set([...(known ?? []), field]));
        }
      }
    }
  }

  /** What is read of each local state of a track. */
  #textsOf(track: number): string[] {
    let texts = this.#texts.get(track);
    if (texts === undefined) {
      const fields = this.#reads.get(track);
      const isCell = this.#closure.model.tracks[track]?.cell !== null;
      texts = (this.#closure.model.values[track] as unknown[]).map((value) => {
        const state = isCell ? value : (value as { state: unknown }).state;
        if (!fields) return canonical(state);
        return canonical([...fields].map((field) => Reflect.get(state as object, field) ?? null));
      });
      this.#texts.set(track, texts);
    }
    return texts;
  }
}
