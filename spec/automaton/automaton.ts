import type { Draft } from "immer";
import type { Draw } from "./choices.ts";
import { QuorateError } from "./errors.ts";
import type { Field } from "./fields.ts";
import { findUnplain } from "./purity.ts";
import type { Task } from "./tasks.ts";
import type { Index } from "./values.ts";

/** An action that the automaton accepts in every state; something else controls it. */
export interface Input<P = NoParameters> {
  readonly kind: "input";
  readonly payload: P;
}

/** An action that the automaton controls and others may share. */
export interface Output<P = NoParameters> {
  readonly kind: "output";
  readonly payload: P;
}

/** An action that the automaton controls and nobody shares. */
export interface Internal<P = NoParameters> {
  readonly kind: "internal";
  readonly payload: P;
}

export type NoParameters = Readonly<Record<never, never>>;

/** What an interface of actions may hold. */
// biome-ignore format: one line reads as the rule it is
export type Signature<A> = { readonly [K in keyof A]: Input<any> | Output<any> | Internal<any> };

/** The parameters of action `K`. */
export type PayloadOf<A, K extends keyof A> = A[K] extends { readonly payload: infer P }
  ? P
  : never;

type NamesOf<A, Kind> = {
  [K in keyof A]: A[K] extends { readonly kind: Kind } ? K : never;
}[keyof A] &
  string;

/** Puts an output that is declared as `sent` into the automaton's outbox. */
export type Send<A> = <K extends NamesOf<A, "output">>(action: K, payload: PayloadOf<A, K>) => void;

/**
 * A recipe: changes the draft, or returns the next state. It must be total and deterministic, and
 * touch nothing but the draft. The host may run it on the live state in place.
 */
export type Effect<S, P, A> = (state: Draft<S>, payload: P, send: Send<A>) => undefined | void | S;

/** Named conditions, all of which must hold. Each must be total. */
export type Clauses<S, P> = { readonly [clause: string]: (state: S, payload: P) => boolean };

interface Documented<P> {
  /** the rule that this transition encodes, as in "W.SFE.REQUEST-CONFIRM" */
  readonly cite?: string;
  /**
   * The index of the action: this automaton takes part only in actions whose payload has these
   * values. Without it, it takes part in every action of the name.
   */
  readonly at?: Partial<P>;
}

export interface InputTransition<S, P, A> extends Documented<P> {
  readonly kind: "input";
  readonly effect: Effect<S, P, A>;
}

interface Controlled<S, P, A> extends Documented<P> {
  readonly task?: Task;
  /** the precondition; without it the action is always enabled */
  readonly when?: Clauses<S, P>;
  readonly effect?: Effect<S, P, A>;
}

/** Enumerates parameters: a superset is enough, the clauses decide. */
type Chosen<S, P> =
  | { readonly choose: (state: S, draw: Draw) => Iterable<P>; readonly at?: Partial<P> }
  | { readonly choose?: undefined; readonly at: P }
  | (NoParameters extends P ? { readonly choose?: undefined; readonly at?: undefined } : never);

export type OutputTransition<S, P, A> = { readonly kind: "output" } & Controlled<S, P, A> &
  Chosen<S, P>;
export type InternalTransition<S, P, A> = { readonly kind: "internal" } & Controlled<S, P, A> &
  Chosen<S, P>;

/**
 * An output that effects put into the automaton's outbox with `send`. The outbox is a set that
 * no clause and no effect can read; the output is enabled while it is there, and takes it out.
 */
export interface SentTransition<P> extends Documented<P> {
  readonly kind: "sent";
  readonly task?: Task;
}

type TransitionFor<S, A, X> =
  X extends Input<infer P>
    ? InputTransition<S, P, A>
    : X extends Output<infer P>
      ? OutputTransition<S, P, A> | SentTransition<P>
      : X extends Internal<infer P>
        ? InternalTransition<S, P, A>
        : never;

/** One transition for every action of the signature, and no other. */
export type Transitions<S, A> = { readonly [K in keyof A]: TransitionFor<S, A, A[K]> };

/** What a process does first when it starts again, with its durable fields as they were. */
export interface Recovery<S, A> {
  /** the rule that it encodes */
  readonly cite?: string;
  /** runs after the volatile fields have their start values again; without parameters */
  readonly effect: Effect<S, NoParameters, A>;
}

export interface AutomatonDefinition<S, A> {
  /** the finite set of start states */
  readonly start: S | (() => readonly S[]);
  /** every field of the state; required of an automaton that a host runs */
  readonly fields?: { readonly [F in keyof S & string]-?: Field };
  /** the process that this automaton belongs to; leaves of one process crash together */
  readonly process?: Index;
  /** what it does first when its process starts again; nothing without it */
  readonly recover?: Recovery<S, A>;
  readonly transitions: Transitions<S, A>;
}

/** A transition with its types erased, as the machinery reads it. */
export interface AnyTransition {
  readonly kind: "input" | "output" | "internal" | "sent";
  readonly cite?: string;
  readonly at?: Readonly<Record<string, unknown>>;
  readonly task?: Task;
  readonly when?: Clauses<any, any>;
  readonly choose?: (state: any, draw: Draw) => Iterable<any>;
  readonly effect?: Effect<any, any, any>;
  /** cells: the parts of the state that an action's effect reads or writes */
  readonly touches?: (payload: any) => readonly string[];
  /** cells: those that must be true for an action to be enabled */
  readonly needs?: (payload: any) => readonly string[];
  /** cells: where outputs are looked for */
  readonly scopes?: readonly AnyScope[];
  /**
   * Its process starts again: volatile fields get their start values and the outbox is lost before
   * the effect runs. Only {@link withRestarts} makes such transitions.
   */
  readonly restarts?: true;
}

export interface AnyScope {
  readonly reads: readonly string[];
  readonly choose: (state: any) => Iterable<any>;
}

/** An I/O automaton. Immutable: it describes behaviour and holds no state. */
export interface Automaton<S, A> {
  readonly name: string;
  /** leaf: one state; cells: a record, stored cell by cell; observer: listens, never acts */
  readonly form: "leaf" | "cells" | "observer";
  readonly process: Index | null;
  readonly fields: Readonly<Record<string, Field>> | null;
  readonly recover: Recovery<any, any> | null;
  readonly transitions: Readonly<Record<string, AnyTransition>>;
  start(): readonly S[];
  /** never set: carries the action types */
  readonly signature?: A;
}

export type AnyAutomaton = Automaton<any, any>;

/**
 * Declares an automaton.
 *
 * ```ts
 * interface LockActions { acquire: Input<{ client: Client }>; grant: Output<{ client: Client }> }
 * const lock = automaton<LockState, LockActions>("lock", { start: …, transitions: { … } });
 * ```
 * @throws QuorateError `automaton-malformed` for what the compiler could not see
 */
export function automaton<S, A extends Signature<A>>(
  name: string,
  definition: AutomatonDefinition<S, A>,
): Automaton<S, A> {
  const { start, fields, process, recover } = definition;
  const transitions = definition.transitions as Readonly<Record<string, AnyTransition>>;
  for (const [action, transition] of Object.entries(transitions)) {
    checkTransition(name, action, transition);
    if (transition.needs === undefined) continue;
    const what = `Automaton "${name}", action ${action}: only an automaton of cells has needs.`;
    throw new QuorateError("automaton-malformed", what);
  }
  return Object.freeze({
    name,
    form: "leaf" as const,
    process: process ?? null,
    fields: (fields as Readonly<Record<string, Field>> | undefined) ?? null,
    recover: recover ?? null,
    transitions,
    start: startOf(name, start),
  });
}

/** A passive listener: history variables, specifications. It may listen to internal actions too. */
export function observer<S, A extends Signature<A>>(
  name: string,
  definition: {
    readonly start: S | (() => readonly S[]);
    readonly on: {
      readonly [K in keyof A]: {
        readonly at?: Partial<PayloadOf<A, K>>;
        readonly effect: Effect<S, PayloadOf<A, K>, never>;
      };
    };
  },
): Automaton<S, A> {
  const transitions: Record<string, AnyTransition> = {};
  for (const [action, heard] of Object.entries(definition.on)) {
    transitions[action] = { ...(heard as object), kind: "input" } as AnyTransition;
    checkTransition(name, action, transitions[action]);
  }
  return Object.freeze({
    name,
    form: "observer" as const,
    process: null,
    fields: null,
    recover: null,
    transitions,
    start: startOf(name, definition.start),
  });
}

export function startOf<S>(name: string, start: S | (() => readonly S[])): () => readonly S[] {
  const enumerate = typeof start === "function" ? (start as () => readonly S[]) : () => [start];
  return () => {
    const states = enumerate();
    if (states.length === 0) {
      throw new QuorateError("start-empty", `Automaton "${name}" has no start state.`);
    }
    for (const state of states) {
      const unplain = findUnplain(state);
      if (unplain === null) continue;
      const field = unplain.path === "" ? "" : `, field ${unplain.path}`;
      const what = `Automaton "${name}"${field}: the start state holds ${unplain.what}.`;
      throw new QuorateError("value-not-plain", what);
    }
    return states;
  };
}

const KINDS = ["input", "output", "internal", "sent"];

export function checkTransition(name: string, action: string, transition: AnyTransition): void {
  const wrong = (what: string): never => {
    throw new QuorateError(
      "automaton-malformed",
      `Automaton "${name}", action ${action}: ${what}.`,
    );
  };
  if (!KINDS.includes(transition?.kind)) wrong(`kind is none of ${KINDS.join(", ")}`);
  if (transition.kind === "input") {
    if (typeof transition.effect !== "function") wrong("an input needs an effect");
    if (transition.when !== undefined || transition.needs !== undefined) {
      wrong("an input has no precondition");
    }
  }
  for (const [clause, test] of Object.entries(transition.when ?? {})) {
    if (typeof test !== "function") wrong(`clause "${clause}" is no function`);
  }
}
