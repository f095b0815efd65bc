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
import { compareStrings, freeze } from "../../spec/automaton/values.ts";
import { isHidden, owesStep } from "./enabled.ts";
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
  /** whether a quiescent state of the system must be matched */
  readonly matchesQuiescence: boolean;
  readonly #specification: Composition;
  readonly #visible: ReadonlyMap<string, (payload: unknown) => Action | null>;
  readonly #globals: Global[] = [];
  readonly #ids = new Map<string, number>();
  readonly #hidden = new Map<number, readonly number[]>();
  readonly #posts = new Map<string, readonly number[]>();
  readonly #actions = new Set<string>();
  readonly #owing = new Map<number, boolean>();

  constructor(property: Extract<Property, { kind: "inclusion" }>) {
    this.name = `specification of "${property.name}"`;
    this.#specification = property.specification;
    this.#visible = property.visible;
    this.matchesQuiescence = property.quiescence;
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

  get specification(): Composition {
    return this.#specification;
  }

  /** The value that stands for some states of the specification. */
  valueOf(globals: readonly Global[]): readonly number[] {
    return globals.map((global) => this.#intern(global)).sort((a, b) => a - b);
  }

  plain(value: unknown): readonly Global[] {
    const texts = new Map(
      this.globalsOf(value).map((global) => [global.map(localText).join("|"), global]),
    );
    return [...texts].sort(([a], [b]) => compareStrings(a, b)).map(([, global]) => global);
  }

  fromPlain(plain: unknown): readonly number[] {
    return this.valueOf(freeze(plain) as readonly Global[]);
  }

  /** The states of the specification that a value stands for. */
  globalsOf(value: unknown): Global[] {
    return (value as readonly number[]).map((id) => this.#globals[id] as Global);
  }

  /** Whether the specification may be in a state in which it owes nothing. */
  mayBeQuiescent(value: unknown): boolean {
    return (value as readonly number[]).some((id) => !this.#owes(id));
  }

  #owes(id: number): boolean {
    let owes = this.#owing.get(id);
    if (owes === undefined) {
      const shows = (action: Action) => !isHidden(this.#specification, action);
      owes = owesStep(this.#specification, this.#globals[id] as Global, shows);
      this.#owing.set(id, owes);
    }
    return owes;
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
    const reached = new Set(ids);
    for (const id of reached) for (const next of this.#hiddenFrom(id)) reached.add(next);
    return [...reached].sort((a, b) => a - b);
  }

  #hiddenFrom(id: number): readonly number[] {
    let next = this.#hidden.get(id);
    if (next === undefined) {
      const global = this.#globals[id] as Global;
      const to = this.#specification.leaves.flatMap((leaf, at) =>
        offersOf(leaf, global[at] as Global[number])
          .filter(({ action, transition }) => this.#isHidden(action.name, transition.kind))
          .filter(({ clauses }) => clauses.every(([, holds]) => holds))
          .map(({ action }) => this.#intern(applyAction(this.#specification, global, action))),
      );
      next = [...new Set(to)];
      this.#hidden.set(id, next);
    }
    return next;
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
