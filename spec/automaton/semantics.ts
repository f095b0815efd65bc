import type { AnyTransition } from "./automaton.ts";
import { viewCells } from "./cells.ts";
import { type Draw, drawAll } from "./choices.ts";
import type { Composition, Leaf } from "./compose.ts";
import {
  type Action,
  actionText,
  agrees,
  candidates,
  evaluateClauses,
  execute,
  offered,
} from "./execute.ts";
import { needsClauses } from "./needs.ts";
import { textOf } from "./texts.ts";
import { compareStrings, detach, freeze } from "./values.ts";

/*
 * The reference semantics: what a composition does, step by step, with nothing clever. The naive
 * search, the stepper and the trace validator use it; the explorer is compared against it.
 */

/** The local state of a leaf: its automaton's state and the outputs that wait in its outbox. */
export interface Local {
  readonly state: unknown;
  /** a set in canonical order */
  readonly outbox: readonly Action[];
}

/** One local state for each leaf of the composition, in its order. */
export type Global = readonly Local[];

/** A step: the action, who controls it, and where it leads. */
export interface Step {
  readonly action: Action;
  readonly controller: Leaf;
  readonly to: Global;
}

const NOTHING_SENT: readonly Action[] = Object.freeze([]);

export function localOf(state: unknown): Local {
  return { state: freeze(detach(state)), outbox: NOTHING_SENT };
}

/** The start states of a composition: the product of its leaves'. */
export function startStates(composition: Composition): Global[] {
  return composition.leaves.reduce<Global[]>(
    (globals, leaf) =>
      globals.flatMap((global) =>
        leaf.automaton.start().map((state) => [...global, localOf(state)]),
      ),
    [[]],
  );
}

/** The text of a local state, the same for equal ones. */
export function localText(local: Local): string {
  const text = textOf(local.state);
  return local.outbox.length === 0 ? text : `${text} ! ${local.outbox.map(actionText).join(" ")}`;
}

/** One offered action of a leaf and the truth of each clause of its precondition. */
export interface Offer {
  readonly action: Action;
  readonly transition: AnyTransition;
  readonly clauses: readonly (readonly [clause: string, holds: boolean])[];
}

/** Every locally controlled action that `choose` offers, enabled or not. */
export function offersOf(leaf: Leaf, local: Local, draw: Draw = drawAll): Offer[] {
  const { automaton } = leaf;
  return Object.entries(automaton.transitions).flatMap(([name, transition]): Offer[] => {
    if (transition.kind === "input") return [];
    if (transition.kind === "sent") {
      return local.outbox
        .filter((action) => action.name === name)
        .filter(
          (action, at, all) => at === 0 || actionText(action) !== actionText(all[at - 1] as Action),
        )
        .map((action) => ({ action, transition, clauses: [] }));
    }
    const offer = (state: unknown) => (payload: Action["payload"]) => ({
      action: { name, payload },
      transition,
      clauses: evaluateClauses(automaton, name, transition, state, payload),
    });
    if (transition.scopes === undefined) {
      const state = local.state;
      return candidates(automaton, name, transition, state, draw).map(offer(state));
    }
    const whole = local.state as Readonly<Record<string, unknown>>;
    return transition.scopes.flatMap((scope) => {
      const view = viewCells(automaton.name, name, whole, scope.reads);
      const payloads = offered(automaton, name, transition, () => scope.choose(view));
      return payloads.map(offer(view)).map(({ action, clauses }) => ({
        action,
        transition,
        clauses: [...clauses, ...needsClauses(automaton, name, transition, whole, action.payload)],
      }));
    });
  });
}

/** The local state of `leaf` after `action`, in which it takes part through `transition`. */
export function nextLocal(
  leaf: Leaf,
  transition: AnyTransition,
  local: Local,
  action: Action,
): Local {
  const { automaton } = leaf;
  if (transition.kind === "sent") {
    const text = actionText(action);
    const at = local.outbox.findIndex((sent) => actionText(sent) === text);
    return { state: local.state, outbox: local.outbox.filter((_, other) => other !== at) };
  }
  if (automaton.form === "cells") {
    const touched = transition.touches?.(action.payload) ?? [];
    const view = viewCells(automaton.name, action.name, local.state as never, touched);
    const { state } = execute(automaton, action, transition, freeze(view));
    return {
      state: freeze({ ...(local.state as object), ...(state as object) }),
      outbox: NOTHING_SENT,
    };
  }
  const { state, sent } = execute(automaton, action, transition, local.state);
  const kept = keptOutbox(transition, local);
  return { state, outbox: sent.length === 0 ? kept : outboxWith(kept, sent) };
}

/** The outputs that still wait after a step, before it sends more: a restart loses them all. */
export function keptOutbox({ restarts }: AnyTransition, { outbox }: Local): readonly Action[] {
  return restarts && outbox.length > 0 ? NOTHING_SENT : outbox;
}

/** An outbox and more outputs: a set in canonical order, so that resending bounds itself. */
export function outboxWith(outbox: readonly Action[], sent: readonly Action[]): readonly Action[] {
  const byText = new Map([...outbox, ...sent].map((action) => [actionText(action), action]));
  return Object.freeze(
    [...byText].sort(([a], [b]) => compareStrings(a, b)).map(([, action]) => action),
  );
}

/** The global state after `action`: every leaf that has it in its signature takes the step. */
export function applyAction(composition: Composition, from: Global, action: Action): Global {
  return composition.leaves.map((leaf, at) => {
    const local = from[at] as Local;
    const transition = leaf.automaton.transitions[action.name];
    if (transition === undefined || !agrees(transition, action.payload)) return local;
    return nextLocal(leaf, transition, local, action);
  });
}

/** Every enabled step from a state. */
export function stepsFrom(composition: Composition, from: Global): Step[] {
  return composition.leaves.flatMap((controller, at) =>
    offersOf(controller, from[at] as Local)
      .filter(({ clauses }) => clauses.every(([, holds]) => holds))
      .map(({ action }) => ({ action, controller, to: applyAction(composition, from, action) })),
  );
}
