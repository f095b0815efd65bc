import { Bytes } from "../../spec/automaton/bytes.ts";
import type { Problem } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { type Local, outboxWith } from "../../spec/automaton/semantics.ts";
import type { Symmetry } from "../../spec/automaton/symmetry.ts";
import { canonical, compare, isRecord, setOwn, sortedKeys } from "../../spec/automaton/values.ts";

/** Where each moved index goes; an index that stays has no entry. */
export type Moves = ReadonlyMap<string, string>;

const DIGEST = /^digest\((.*)\)$/s;

/** Refuses the reduction: something is not the same for all of the indices. */
export function refuse(problem: Problem, what: string): never {
  throw new QuorateError("reduction-refused", `symmetry in "${problem.system.name}": ${what}.`);
}

/**
 * Renames the indices of a problem's symmetries in values, names and actions. Each renaming acts on
 * all values as the group does: an array is a set or a sequence by its path, never by what it holds.
 */
export class Renaming {
  readonly symmetries: readonly Symmetry[];
  readonly #problem: Problem;
  /** every index that some symmetry moves: which symmetry, column and place */
  readonly #known = new Map<string, { symmetry: number; column: number; place: number }>();
  readonly #sequences: ReadonlySet<string>;

  constructor(problem: Problem) {
    this.#problem = problem;
    this.symmetries = problem.symmetries ?? [];
    this.#sequences = new Set(this.symmetries.flatMap(({ sequences }) => sequences));
    this.symmetries.forEach(({ columns }, symmetry) => {
      columns.forEach((indices, column) => {
        indices.forEach((one, place) => {
          if (this.#known.has(one)) refuse(problem, `two symmetries move ${one}`);
          this.#known.set(one, { symmetry, column, place });
        });
      });
    });
  }

  /** The moves of a symmetry that bring place p to `to[p]`. */
  moves(symmetry: number, to: readonly number[]): Moves {
    const moves = new Map<string, string>();
    for (const column of (this.symmetries[symmetry] as Symmetry).columns) {
      column.forEach((one, place) => {
        const target = column[to[place] as number] as string;
        if (target !== one) moves.set(one, target);
      });
    }
    return moves;
  }

  /** A key or a cell's name without the names in it: the same for all of an orbit. */
  pattern(text: string): string {
    return replaceIndices(text, (one) => (this.#known.has(one) ? "*" : one));
  }

  text(text: string, moves: Moves, path: string): string {
    if (!text.includes("#")) return text;
    const whole = moves.get(text);
    if (whole !== undefined) return whole;
    const preimage = preimageOf(text);
    if (preimage !== undefined) {
      const renamed = this.value(preimage, moves, `${path}()`);
      return renamed === preimage ? text : `digest(${canonical(renamed)})`;
    }
    return replaceIndices(text, (one) => moves.get(one) ?? one);
  }

  /** The renamed value; the value itself where nothing in it has another name. */
  value(value: unknown, moves: Moves, path: string): unknown {
    if (typeof value === "string") return this.text(value, moves, path);
    if (typeof value !== "object" || value === null || Bytes.is(value)) return value;
    if (Array.isArray(value)) return this.#array(value, moves, path);
    let changed = false;
    const renamed = Object.create(Object.getPrototypeOf(value));
    for (const key of Object.keys(value)) {
      const before = (value as Record<string, unknown>)[key];
      const toKey = this.text(key, moves, path);
      const after = this.value(before, moves, `${path}.${this.pattern(key)}`);
      if (toKey !== key || after !== before) changed = true;
      setOwn(renamed, toKey, after);
    }
    return changed ? renamed : value;
  }

  #array(items: readonly unknown[], moves: Moves, path: string): unknown {
    const renamed = items.map((item) => this.value(item, moves, `${path}[]`));
    if (renamed.every((item, at) => item === items[at])) return items;
    if (this.#sequences.has(path)) return renamed;
    this.#mustBeSet(items, path);
    return renamed.sort(compare);
  }

  #mustBeSet(items: readonly unknown[], path: string): void {
    if (items.every((item, at) => at === 0 || compare(items[at - 1], item) < 0)) return;
    const what = `${path} holds ${canonical(items)}, which is no set`;
    refuse(
      this.#problem,
      `${what}: name the path in \`sequences\` where its order means something`,
    );
  }

  action({ name, payload }: Action, moves: Moves): Action {
    return { name, payload: this.value(payload, moves, name) as Action["payload"] };
  }

  local({ state, outbox }: Local, moves: Moves, part: string): Local {
    const sent = outbox.map((action) => this.action(action, moves));
    return { state: this.value(state, moves, part), outbox: outboxWith([], sent) };
  }

  /**
   * A text of the value that is the same for all of an orbit, but tells the index at each place of
   * `marked` from the others: two of them are marked where a pair is looked at.
   */
  anonymous(value: unknown, path: string, symmetry: number, marked: readonly number[]): string {
    if (typeof value === "string") return this.#masked(value, path, symmetry, marked);
    if (typeof value !== "object" || value === null || Bytes.is(value)) return canonical(value);
    if (Array.isArray(value)) {
      const inner = `${path}[]`;
      const texts = value.map((item) => this.anonymous(item, inner, symmetry, marked));
      return `[${(this.#sequences.has(path) ? texts : texts.sort()).join()}]`;
    }
    if (!isRecord(value)) return canonical(value);
    const texts = sortedKeys(value).map((key) => {
      const text = this.#masked(key, path, symmetry, marked);
      const inner = `${path}.${this.pattern(key)}`;
      return `${text}:${this.anonymous(value[key], inner, symmetry, marked)}`;
    });
    return `{${texts.sort().join()}}`;
  }

  #masked(text: string, path: string, symmetry: number, marked: readonly number[]): string {
    if (!text.includes("#")) return JSON.stringify(text);
    const preimage = preimageOf(text);
    if (preimage !== undefined) {
      return `digest(${this.anonymous(preimage, `${path}()`, symmetry, marked)})`;
    }
    const masked = replaceIndices(text, (one) => {
      const known = this.#known.get(one);
      if (known === undefined) return one;
      const mark = known.symmetry === symmetry ? marked.indexOf(known.place) : -1;
      return `<${known.symmetry} ${known.column} ${mark}>`;
    });
    return JSON.stringify(masked);
  }
}

/** Every index that is spelled in a text, replaced. */
function replaceIndices(text: string, by: (one: string) => string): string {
  if (!text.includes("#")) return text;
  return text.replace(/(?<![a-z0-9-])[a-z][a-z0-9-]*#(?:'[^']*'|[0-9]+)/g, by);
}

/** What a symbolic digest is of: its canonical form stands in it; undefined where it cannot be read. */
function preimageOf(text: string): unknown {
  const inner = DIGEST.exec(text)?.[1];
  if (inner === undefined) return undefined;
  try {
    return JSON.parse(inner);
  } catch {
    return undefined;
  }
}
