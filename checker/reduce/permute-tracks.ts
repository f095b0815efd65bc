import type { Problem } from "../../spec/automaton/claim.ts";
import type { Composition, Leaf } from "../../spec/automaton/compose.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { type Global, type Local, localText } from "../../spec/automaton/semantics.ts";
import { canonical } from "../../spec/automaton/values.ts";
import type { Model } from "../explore/model.ts";
import { SubsetMonitor } from "../explore/subsets.ts";
import { type Moves, type Renaming, refuse } from "./permute.ts";
import { anonymousLeaf, movedLeaves } from "./permute-leaves.ts";

/** How the values of a track are renamed and compared. */
export interface Names {
  /** prepares the renaming of its values */
  renamed(moves: Moves): (value: unknown) => unknown;
  /** the same for equal values, in every run */
  text(value: unknown): string;
  /** see {@link Renaming.anonymous} */
  anonymous(value: unknown, symmetry: number, marked: readonly number[]): string;
}

/**
 * How the values of each track are renamed.
 * @throws QuorateError `reduction-refused` for a monitor that is no specification's
 */
export function namesOf(problem: Problem, model: Model, renaming: Renaming): Names[] {
  return model.tracks.map(({ leaf, cell, name }, track) => {
    if (leaf < 0) {
      const monitor = model.monitorOf(track);
      return monitor instanceof SubsetMonitor
        ? ofSpecification(problem, monitor, renaming)
        : refuse(problem, `it does not know how to rename ${name}`);
    }
    const one = model.system.leaves[leaf] as Leaf;
    return cell === null ? ofLeaf(one, renaming) : ofCell(one, cell, renaming);
  });
}

function ofLeaf(leaf: Leaf, renaming: Renaming): Names {
  const { part } = leaf;
  return {
    renamed: (moves) => (value) => renaming.local(value as Local, moves, part),
    text: (value) => localText(value as Local),
    anonymous: (value, symmetry, marked) => {
      const { state, outbox } = value as Local;
      const sent = outbox.map(
        ({ name, payload }) => `${name} ${renaming.anonymous(payload, name, symmetry, marked)}`,
      );
      const own = renaming.anonymous(state, part, symmetry, marked);
      return `${anonymousLeaf(leaf, renaming, symmetry, marked)} ${own} ${sent.sort().join()}`;
    },
  };
}

function ofCell({ part }: Leaf, cell: string, renaming: Renaming): Names {
  const path = `${part}.${renaming.pattern(cell)}`;
  return {
    renamed: (moves) => (value) => renaming.value(value, moves, path),
    text: canonical,
    anonymous: (value, symmetry, marked) => {
      const name = renaming.anonymous(cell, part, symmetry, marked);
      return `${part} ${name} ${renaming.anonymous(value, path, symmetry, marked)}`;
    },
  };
}

function ofSpecification(problem: Problem, monitor: SubsetMonitor, renaming: Renaming): Names {
  const { specification } = monitor;
  const leaves = specification.leaves.map((leaf) => ofLeaf(leaf, renaming));
  const texts = (value: unknown, textOf: (names: Names, local: Local) => string) =>
    monitor
      .globalsOf(value)
      .map((global) => global.map((local, at) => textOf(leaves[at] as Names, local)));
  return {
    renamed: (moves) => {
      const to = movedLeaves(problem, specification, renaming, moves);
      const rename = leaves.map((names) => names.renamed(moves));
      const image = (global: Global): Global => {
        const moved = [...global];
        global.forEach((local, from) => {
          moved[to[from] as number] = rename[from]?.(local) as Local;
        });
        return moved;
      };
      return (value) => monitor.valueOf(monitor.globalsOf(value).map(image));
    },
    text: (value) => {
      const globals = texts(value, (names, local) => names.text(local));
      return JSON.stringify(globals.map((one) => one.join("|")).sort());
    },
    anonymous: (value, symmetry, marked) => {
      const globals = texts(value, (names, local) => names.anonymous(local, symmetry, marked));
      return JSON.stringify(globals.map((one) => one.sort().join("|")).sort());
    },
  };
}

/**
 * One renaming, applied to what the search has interned: the local states of every track, and the
 * actions. Each is renamed once.
 */
export class Relabelling {
  /** the track that each track becomes */
  readonly trackTo: Int32Array;
  readonly moves: Moves;
  readonly #model: Model;
  readonly #renaming: Renaming;
  /** by track */
  readonly #renamed: ((value: unknown) => unknown)[];
  /** by track and id; −1 while unknown */
  readonly #ids: number[][];
  readonly #actions: number[] = [];

  constructor(
    problem: Problem,
    model: Model,
    renaming: Renaming,
    names: readonly Names[],
    moves: Moves,
  ) {
    this.#model = model;
    this.#renaming = renaming;
    this.moves = moves;
    this.#ids = model.tracks.map(() => []);
    this.#renamed = names.map((one) => one.renamed(moves));
    this.trackTo = tracksTo(problem, model, model.system, renaming, moves);
  }

  /** What moves, in words. */
  get text(): string {
    const [[from, to] = []] = this.moves;
    return `${from} is not interchangeable with ${to}`;
  }

  /** The id, in the track that `track` becomes, of the renamed local state. */
  idOf(track: number, id: number): number {
    const ids = this.#ids[track] as number[];
    while (ids.length <= id) ids.push(-1);
    let to = ids[id] as number;
    if (to < 0) {
      const renamed = this.#renamed[track]?.(this.#model.values[track]?.[id]);
      to = this.#model.intern(this.trackTo[track] as number, renamed);
      ids[id] = to;
    }
    return to;
  }

  actionOf(action: number): number {
    while (this.#actions.length <= action) this.#actions.push(-1);
    let to = this.#actions[action] as number;
    if (to < 0) {
      const renamed = this.#renaming.action(this.#model.actions[action] as Action, this.moves);
      to = this.#model.actionId(renamed);
      this.#actions[action] = to;
    }
    return to;
  }

  apply(ids: Int32Array): Int32Array {
    const to = new Int32Array(ids.length);
    for (let track = 0; track < ids.length; track++) {
      to[this.trackTo[track] as number] = this.idOf(track, ids[track] as number);
    }
    return to;
  }

  /** Whether the renaming changes nothing in a state. */
  fixes(ids: Int32Array): boolean {
    for (let track = 0; track < ids.length; track++) {
      const to = this.idOf(track, ids[track] as number);
      if (to !== ids[this.trackTo[track] as number]) return false;
    }
    return true;
  }
}

function tracksTo(
  problem: Problem,
  model: Model,
  system: Composition,
  renaming: Renaming,
  moves: Moves,
): Int32Array {
  const leaves = movedLeaves(problem, system, renaming, moves);
  return Int32Array.from(model.tracks, ({ leaf, cell, name }, track) => {
    if (leaf < 0) return track;
    const tracks = model.tracksOfLeaf(leaves[leaf] as number);
    if (cell === null) return tracks[0] as number;
    const named = renaming.text(cell, moves, (system.leaves[leaf] as Leaf).part);
    const found = tracks.find((one) => model.tracks[one]?.cell === named);
    return found ?? refuse(problem, `there is no cell "${named}" that ${name} could become`);
  });
}
