import type { Composition } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { type Action, actionText, agrees } from "../../spec/automaton/execute.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import {
  applyAction,
  type Global,
  localText,
  offersOf,
  startStates,
} from "../../spec/automaton/semantics.ts";
import type { Monitor } from "./monitor.ts";

/** Above this the specification is taken for unbounded. */
const MAX_SPECIFICATION_STATES = 1_000_000;

/**
 * The subset construction of a specification, as a monitor of the search: its value is the set of
 * the specification's states that the visible trace so far allows. The trace is one of the
 * specification as long as the set is not empty; that decides finite-trace inclusion.
 */
export class SubsetMonitor implements Monitor {
  readonly name: string;
  readonly #specification: Composition;
  readonly #visible: ReadonlyMap<string, (payload: unknown) => Action | null>;
  readonly #globals: Global[] = [];
  readonly #ids = new Map<string, number>();
  readonly #closures = new Map<number, readonly number[]>();
  readonly #posts = new Map<string, readonly number[]>();
  readonly #actions = new Set<string>();

  constructor(property: Extract<Property, { kind: "inclusion" }>) {
    this.name = `specification of "${property.name}"`;
    this.#specification = property.specification;
    this.#visible = property.visible;
    for (const { automaton } of property.specification.leaves) {
      for (const action of Object.keys(automaton.transitions)) this.#actions.add(action);
    }
  }

  start(): readonly number[] {
    const starts = startStates(this.#specification).map((global) => this.#intern(global));
    return this.#closureOf(starts);
  }

  text(value: unknown): string {
    return (value as readonly number[]).join(",");
  }

  hears(action: Action): boolean {
    return this.#shown(action) !== null;
  }

  next(value: unknown, action: Action): readonly number[] {
    const shown = this.#shown(action) as Action;
    const text = actionText(shown);
    const after = (value as readonly number[]).flatMap((id) => this.#post(id, shown, text));
    return this.#closureOf(after);
  }

  /** The states of the specification that a value stands for. */
  globalsOf(value: unknown): Global[] {
    return (value as readonly number[]).map((id) => this.#globals[id] as Global);
  }

  #shown(action: Action): Action | null {
    const shown = this.#visible.get(action.name)?.(action.payload) ?? null;
    if (shown !== null && !this.#actions.has(shown.name)) {
      const what = `${this.name}: the specification has no action ${shown.name}.`;
      throw new QuorateError("action-unknown", what);
    }
    return shown;
  }

  #intern(global: Global): number {
    const text = global.map(localText).join("|");
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#globals.push(global) - 1;
      this.#ids.set(text, id);
      if (id > MAX_SPECIFICATION_STATES) {
        throw new RangeError(`${this.name} has more than ${MAX_SPECIFICATION_STATES} states`);
      }
    }
    return id;
  }

  #isHidden(name: string, kind: string): boolean {
    return kind === "internal" || this.#specification.hidden.has(name);
  }

  /** The states that hidden steps reach from `ids`, themselves included; sorted. */
  #closureOf(ids: readonly number[]): readonly number[] {
    const reached = new Set<number>();
    for (const id of ids) for (const inner of this.#closure(id)) reached.add(inner);
    return [...reached].sort((a, b) => a - b);
  }

  #closure(id: number): readonly number[] {
    const known = this.#closures.get(id);
    if (known !== undefined) return known;
    const reached = new Set([id]);
    for (const from of reached) {
      const global = this.#globals[from] as Global;
      this.#specification.leaves.forEach((leaf, at) => {
        for (const offer of offersOf(leaf, global[at] as Global[number])) {
          if (!this.#isHidden(offer.action.name, offer.transition.kind)) continue;
          if (!offer.clauses.every(([, holds]) => holds)) continue;
          reached.add(this.#intern(applyAction(this.#specification, global, offer.action)));
        }
      });
    }
    const closure = [...reached];
    this.#closures.set(id, closure);
    return closure;
  }

  #post(id: number, action: Action, text: string): readonly number[] {
    const key = `${id} ${text}`;
    let post = this.#posts.get(key);
    if (post === undefined) {
      const global = this.#globals[id] as Global;
      post = this.#allows(global, action, text)
        ? [this.#intern(applyAction(this.#specification, global, action))]
        : [];
      this.#posts.set(key, post);
    }
    return post;
  }

  /** An open input is always allowed; an output only where its controller enables it. */
  #allows(global: Global, action: Action, text: string): boolean {
    let controlled = false;
    for (const [at, leaf] of this.#specification.leaves.entries()) {
      const transition = leaf.automaton.transitions[action.name];
      if (!transition || transition.kind === "input" || !agrees(transition, action.payload))
        continue;
      controlled = true;
      const enabled = offersOf(leaf, global[at] as Global[number]).some(
        (offer) =>
          offer.action.name === action.name &&
          actionText(offer.action) === text &&
          offer.clauses.every(([, holds]) => holds),
      );
      if (enabled) return true;
    }
    return !controlled && this.#specification.open.has(action.name);
  }
}
