import type { AnyAutomaton, AnyTransition } from "../../spec/automaton/automaton.ts";
import { type Draw, drawAll } from "../../spec/automaton/choices.ts";
import type { Leaf } from "../../spec/automaton/compose.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import {
  type Action,
  actionText,
  agrees,
  candidates,
  evaluateClauses,
} from "../../spec/automaton/execute.ts";
import {
  type Global,
  type Local,
  localOf,
  localText,
  nextLocal,
  offersOf,
} from "../../spec/automaton/semantics.ts";
import { equal, isRecord } from "../../spec/automaton/values.ts";
import { restarted } from "./restart.ts";

/** Why an action is none of a unit in a state. */
export interface Refusal {
  /**
   * unknown: no automaton has the action, or none with its index; not-enabled: a clause is false;
   * not-offered: no parameters like these; not-sent: it is not in the outbox; threw: the automaton
   * cannot take such parameters
   */
  readonly reason: "unknown" | "not-enabled" | "not-offered" | "not-sent" | "threw";
  /** the leaf that refuses it */
  readonly leaf: string | null;
  /** the clauses that are false, with the fields of the state that each reads */
  readonly clauses: readonly FalseClause[];
  readonly message: string | null;
}

export interface FalseClause {
  readonly clause: string;
  /** the whole state under the name "" where it is no record */
  readonly reads: Readonly<Record<string, unknown>>;
}

/** The leaves of one unit, which share actions by name and index. */
export class Unit {
  readonly leaves: readonly Leaf[];
  /** whether it has steps that a record may lack */
  readonly hasInternal: boolean;

  constructor(automata: Readonly<Record<string, AnyAutomaton>>) {
    this.leaves = Object.entries(automata).map(([name, automaton]) => {
      return { name, part: name, position: null, automaton };
    });
    this.hasInternal = this.leaves.some(({ automaton }) =>
      Object.values(automaton.transitions).some(({ kind }) => kind === "internal"),
    );
  }

  starts(): Global[] {
    return this.leaves.reduce<Global[]>(
      (globals, { automaton }) =>
        globals.flatMap((global) => automaton.start().map((one) => [...global, localOf(one)])),
      [[]],
    );
  }

  /** What a state is after the process started again: all that is not durable is as in the start. */
  restarts(from: Global): Global[] {
    return this.starts().map((start) =>
      this.leaves.map((leaf, at) => restarted(leaf, from[at] as Local, start[at] as Local)),
    );
  }

  /** The state after an action, or why there is none. */
  decide(from: Global, action: Action): Global | Refusal {
    let hears = false;
    try {
      for (const [at, leaf] of this.leaves.entries()) {
        const transition = leaf.automaton.transitions[action.name];
        if (transition === undefined || !agrees(transition, action.payload)) continue;
        hears = true;
        const refusal = refusalOf(leaf, transition, from[at] as Local, action);
        if (refusal !== null) return refusal;
      }
      if (!hears) return { reason: "unknown", leaf: null, clauses: [], message: null };
      return this.after(from, action);
    } catch (cause) {
      if (!(cause instanceof QuorateError)) throw cause;
      return { reason: "threw", leaf: null, clauses: [], message: cause.message };
    }
  }

  after(from: Global, action: Action): Global {
    return this.leaves.map((leaf, at) => {
      const transition = leaf.automaton.transitions[action.name];
      const local = from[at] as Local;
      const takes = transition !== undefined && agrees(transition, action.payload);
      return takes ? nextLocal(leaf, transition, local, action) : local;
    });
  }

  /** The enabled actions: those of one kind, or outputs and internal ones. */
  enabled(from: Global, only: "internal" | "any"): Action[] {
    return this.leaves.flatMap((leaf, at) =>
      offersOf(leaf, from[at] as Local)
        .filter(({ transition }) => only === "any" || transition.kind === only)
        .filter(({ clauses }) => clauses.every(([, holds]) => holds))
        .map(({ action }) => action),
    );
  }
}

/** The text of a state of a unit, the same for equal ones. */
export function unitText(global: Global): string {
  return global.map(localText).join("|");
}

/** Why the leaf does not perform, or cannot take, the action; null if it does. */
function refusalOf(
  leaf: Leaf,
  transition: AnyTransition,
  { state, outbox }: Local,
  action: Action,
): Refusal | null {
  const { automaton, name } = leaf;
  if (transition.kind === "input") return null;
  const refuse = (reason: Refusal["reason"], clauses: readonly FalseClause[] = []): Refusal => {
    return { reason, leaf: name, clauses, message: null };
  };
  if (transition.kind === "sent") {
    const text = actionText(action);
    return outbox.some((one) => actionText(one) === text) ? null : refuse("not-sent");
  }
  if (automaton.form === "cells") return cellsRefusal(leaf, { state, outbox }, action, refuse);
  const { payload } = action;
  const failed = evaluateClauses(automaton, action.name, transition, state, payload)
    .filter(([, holds]) => !holds)
    .map(([clause]) => ({ clause, reads: readsOf(transition, clause, state, payload) }));
  if (failed.length > 0) return refuse("not-enabled", failed);
  let drew = false;
  const draw: Draw = (from) => {
    drew = true;
    return drawAll(from);
  };
  const offered = candidates(automaton, action.name, transition, state, draw);
  // What the environment chose need not be in the finite domain that the checker tries.
  if (drew || offered.some((one) => equal(one, payload))) return null;
  return refuse("not-offered");
}

function cellsRefusal(
  leaf: Leaf,
  local: Local,
  action: Action,
  refuse: (reason: Refusal["reason"], clauses?: readonly FalseClause[]) => Refusal,
): Refusal | null {
  const text = actionText(action);
  const offers = offersOf(leaf, local).filter((offer) => actionText(offer.action) === text);
  const [first] = offers;
  if (first === undefined) return refuse("not-offered");
  if (offers.some(({ clauses }) => clauses.every(([, holds]) => holds))) return null;
  const failed = first.clauses.filter(([, holds]) => !holds);
  return refuse(
    "not-enabled",
    failed.map(([clause]) => ({ clause, reads: {} })),
  );
}

/** The fields of the state that a clause reads when it is evaluated. */
function readsOf(
  transition: AnyTransition,
  clause: string,
  state: unknown,
  payload: Action["payload"],
): Readonly<Record<string, unknown>> {
  if (!isRecord(state)) return { "": state };
  const read = new Set<string>();
  const view = new Proxy(
    { ...state },
    {
      get(target, key) {
        if (typeof key === "string" && Object.hasOwn(target, key)) read.add(key);
        return Reflect.get(target, key);
      },
    },
  );
  transition.when?.[clause]?.(view, payload);
  return Object.fromEntries([...read].map((field) => [field, state[field]]));
}
