import { Immer } from "immer";
import type { AnyAutomaton, AnyTransition } from "./automaton.ts";
import { guardView, UndeclaredCell } from "./cells.ts";
import type { Draw } from "./choices.ts";
import { afterCrash } from "./crash.ts";
import { type ErrorCode, QuorateError } from "./errors.ts";
import {
  findAlias,
  findUnplain,
  frozenCopy,
  Impurity,
  inModel,
  isDeepFrozen,
  objectsOf,
  withReversedKeys,
} from "./purity.ts";
import { textOf } from "./texts.ts";
import { detach, freeze } from "./values.ts";

/** An action with its parameters: what a step is labelled with. */
export interface Action {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What an effect made: the next state, and the outputs that it put into the outbox. */
export interface Outcome {
  readonly state: unknown;
  readonly sent: readonly Action[];
}

const immer = new Immer({ autoFreeze: true });
const NO_OBJECTS: ReadonlySet<object> = new Set();

/** The text of an action, the same for equal actions. */
export function actionText(action: Action): string {
  return `${action.name} ${textOf(action.payload)}`;
}

/** Whether the automaton takes part in `action` through `transition`: whether the index agrees. */
export function agrees(transition: Pick<AnyTransition, "at">, payload: Action["payload"]): boolean {
  const { at } = transition;
  if (at === undefined) return true;
  for (const key in at) {
    const [own, given] = [at[key], payload[key]];
    if (own !== given && (typeof own !== "object" || textOf(own) !== textOf(given))) {
      return false;
    }
  }
  return true;
}

function where(automaton: AnyAutomaton, action: string): string {
  return `Automaton "${automaton.name}", action ${action}`;
}

/** An error of model code, with the code that says where it came from. */
export function modelError(
  automaton: AnyAutomaton,
  action: string,
  code: ErrorCode,
  what: string,
  cause: unknown,
): QuorateError {
  if (cause instanceof Impurity) return new Impurity(cause.source, `${where(automaton, action)},`);
  if (cause instanceof UndeclaredCell) {
    return new UndeclaredCell(automaton.name, action, cause.cell);
  }
  if (cause instanceof QuorateError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new QuorateError(code, `${where(automaton, action)}: ${what}: ${message}.`, { cause });
}

/** The parameters that the transition's `choose` (or a scope's) offers in a state. */
export function candidates(
  automaton: AnyAutomaton,
  action: string,
  transition: AnyTransition,
  state: unknown,
  draw: Draw,
): Action["payload"][] {
  const { choose, at } = transition;
  if (choose === undefined) return [freeze({ ...at })];
  return offered(automaton, action, transition, () => choose(state, draw));
}

/** The copies of payloads that cannot change any more, so that they are copied once. */
const copies = new WeakMap<object, Action["payload"]>();

/** Runs an enumeration of parameters, checks and freezes what it gives. */
export function offered(
  automaton: AnyAutomaton,
  action: string,
  transition: AnyTransition,
  enumerate: () => Iterable<unknown>,
): Action["payload"][] {
  let payloads: unknown[];
  try {
    payloads = inModel(() => [...enumerate()]);
  } catch (cause) {
    throw modelError(automaton, action, "choose-threw", "choose threw", cause);
  }
  return payloads
    .map((payload) => {
      if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
        const what = `${where(automaton, action)}: choose gave ${JSON.stringify(payload)}.`;
        throw new QuorateError("choose-malformed", what);
      }
      const known = copies.get(payload);
      if (known !== undefined) return known;
      const copy = (frozenCopy(payload) ?? refusePayload(automaton, action, payload)) as never;
      if (isDeepFrozen(payload)) copies.set(payload, copy);
      return copy;
    })
    .filter((payload) => agrees(transition, payload));
}

function refusePayload(automaton: AnyAutomaton, action: string, payload: unknown): never {
  const { what, path } = findUnplain(payload) ?? { what: "an array with holes", path: "" };
  const given = `${where(automaton, action)}: choose gave ${what}`;
  throw new QuorateError("value-not-plain", `${given} as parameter ${path}.`);
}

/** Each clause of the precondition with its truth. Every clause is evaluated, for coverage. */
export function evaluateClauses(
  automaton: AnyAutomaton,
  action: string,
  transition: AnyTransition,
  state: unknown,
  payload: Action["payload"],
): (readonly [clause: string, holds: boolean])[] {
  return Object.entries(transition.when ?? {}).map(([clause, test]) => {
    let holds: unknown;
    try {
      holds = inModel(() => test(state, payload));
    } catch (cause) {
      throw modelError(automaton, action, "clause-threw", `clause "${clause}" threw`, cause);
    }
    if (typeof holds !== "boolean") {
      const what = `${where(automaton, action)}: clause "${clause}" gave ${String(holds)}.`;
      throw new QuorateError("clause-not-boolean", what);
    }
    return [clause, holds] as const;
  });
}

/** Runs the effect of an action on an immutable state. The state and the payload are frozen. */
export function execute(
  automaton: AnyAutomaton,
  action: Action,
  transition: AnyTransition,
  given: unknown,
): Outcome {
  const { effect } = transition;
  const state = transition.restarts ? afterCrash(automaton, given) : given;
  if (effect === undefined) return { state, sent: [] };
  const sent: Action[] = [];
  const send = (name: string, payload: Action["payload"]) => {
    if (automaton.transitions[name]?.kind !== "sent") {
      const what = `${where(automaton, action.name)} sends ${name}.`;
      throw new QuorateError("send-unknown", what);
    }
    sent.push({ name, payload: freeze(detach(payload)) });
  };
  const recipe = (draft: unknown) => {
    const guarded =
      automaton.form === "cells" ? guardView(automaton.name, action.name, draft as object) : draft;
    return effect(guarded, action.payload, send as never) as undefined;
  };
  try {
    const next = inModel(() =>
      typeof state === "object" && state !== null
        ? immer.produce(state, recipe as (draft: unknown) => undefined)
        : unlessUndefined(recipe(state), state),
    );
    return { state: next, sent };
  } catch (cause) {
    const mutates =
      cause instanceof TypeError &&
      /read only|not extensible|Cannot (add|delete)/.test(cause.message);
    const code = mutates ? "effect-mutates" : "effect-threw";
    throw modelError(
      automaton,
      action.name,
      code,
      mutates ? "the effect" : "the effect threw",
      cause,
    );
  }
}

/** A recipe that returns nothing leaves a state that is no object as it is. */
function unlessUndefined(made: unknown, state: unknown): unknown {
  return made === undefined ? state : made;
}

/**
 * Refuses an effect that is not a function of values: one that aliases, or whose result depends on
 * the order of keys or differs when it is run again.
 */
export function auditOutcome(
  automaton: AnyAutomaton,
  action: Action,
  transition: AnyTransition,
  state: unknown,
  outcome: Outcome,
): void {
  const payloads = action.payload && objectsOf(action.payload);
  const alias = outcome.state === state ? null : findAlias(outcome.state, payloads ?? NO_OBJECTS);
  if (alias !== null) {
    const field = alias === "" ? "the state itself" : `field ${alias}`;
    const what = `${where(automaton, action.name)}: ${field} is an object reachable twice.`;
    throw new QuorateError("value-aliased", what);
  }
  const text = canonicalOf(automaton, action, outcome);
  const again = (copy: unknown) =>
    canonicalOf(automaton, action, execute(automaton, action, transition, freeze(copy)));
  if (again(withReversedKeys(state)) !== text) {
    if (again(detach(state)) !== text) {
      const what = `${where(automaton, action.name)} gave two results for one state.`;
      throw new QuorateError("effect-not-deterministic", what);
    }
    const field = fieldThatDiffers(automaton, action, transition, state, outcome);
    const what = `${where(automaton, action.name)}: ${field} depends on the order of keys.`;
    throw new QuorateError("effect-depends-on-key-order", what);
  }
}

function fieldThatDiffers(
  automaton: AnyAutomaton,
  action: Action,
  transition: AnyTransition,
  state: unknown,
  outcome: Outcome,
): string {
  const other = execute(automaton, action, transition, freeze(withReversedKeys(state)));
  const [one, two] = [outcome.state, other.state];
  if (typeof one === "object" && one !== null && typeof two === "object" && two !== null) {
    for (const key of Object.keys(one)) {
      const [left, right] = [Reflect.get(one, key), Reflect.get(two, key)];
      if (textOf(left ?? null) !== textOf(right ?? null)) return `field ${key}`;
    }
  }
  return "the result";
}

function canonicalOf(automaton: AnyAutomaton, action: Action, outcome: Outcome): string {
  try {
    return outcome.sent.reduce((text, one) => `${text} ${actionText(one)}`, textOf(outcome.state));
  } catch (cause) {
    throw notPlain(automaton, action, outcome, cause);
  }
}

/** Says which field of an outcome, or which parameter of a sent output, is not plain data. */
function notPlain(
  automaton: AnyAutomaton,
  action: Action,
  { state, sent }: Outcome,
  cause: unknown,
): unknown {
  const made = [{ label: "field", value: state }];
  for (const { name, payload } of sent) {
    made.push({ label: `sent ${name}, parameter`, value: payload });
  }
  for (const { label, value } of made) {
    const unplain = findUnplain(value);
    if (unplain === null) continue;
    const at = unplain.path === "" ? "" : `, ${label} ${unplain.path}`;
    const what = `${where(automaton, action.name)}${at}: the effect made ${unplain.what}.`;
    return new QuorateError("value-not-plain", what, { cause });
  }
  return cause;
}
