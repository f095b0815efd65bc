import {
  type Automaton,
  type Index,
  type Output,
  type PayloadOf,
  QuorateError,
  spontaneous,
} from "../../../spec/automaton/index.ts";
import { type AnyTransition, assertProcess, assertSent, type OutputsOf, saying } from "./saying.ts";

/*
 * Faults that only take away. Where nothing is owed they add no run: an asynchronous network may
 * keep every message back. They are for liveness: what is owed although somebody is silent.
 */

/**
 * Takes every message and never outputs anything. Its internal actions go on.
 * @throws QuorateError `automaton-malformed` for what is no process
 */
export function mute<S, A>(process: Automaton<S, A>): Automaton<S, A> {
  assertProcess("mute", process);
  const silent = saying(process, () => []);
  const transitions = Object.entries(silent.transitions).map(([action, transition]) => [
    action,
    transition.kind === "output"
      ? { ...transition, when: { ...transition.when, mute: () => false } }
      : transition,
  ]);
  return Object.freeze({ ...silent, transitions: Object.fromEntries(transitions) });
}

/**
 * Keeps back the messages for which `keeps` holds: to some receivers, of some kinds. Whom it serves
 * is fixed; write a case for each choice that matters, or compose one of several.
 * @throws QuorateError `automaton-malformed` unless effects send the action
 */
export function withhold<S, A, K extends OutputsOf<A>>(
  process: Automaton<S, A>,
  options: { readonly send: K; readonly keeps: (sent: PayloadOf<A, K>) => boolean },
): Automaton<S, A> {
  assertSent("withhold", process, options.send);
  return saying(process, (action, sent) =>
    action === options.send && options.keeps(sent as PayloadOf<A, K>) ? [] : [sent],
  );
}

/** The state of a process that may crash. */
export interface Crashing<S> {
  readonly down: boolean;
  /** its start state once it is down: nothing of it matters any more */
  readonly of: S;
}

export interface CrashActions {
  CRASH: Output<{ readonly process: Index }>;
}

/**
 * Acts correctly until it stops for ever, at any time, by the spontaneous action CRASH. What waits
 * in its outbox is lost with it, so a broadcast may reach some and not others; the reduction
 * sends-at-once is refused where that could matter. It cannot restart: `withRestarts` refuses it.
 * @throws QuorateError `automaton-malformed` for what is no process or belongs to none
 */
export function crash<S, A>(process: Automaton<S, A>): Automaton<Crashing<S>, A & CrashActions> {
  assertProcess("crash", process);
  if (process.process === null) {
    const what = `crash: automaton "${process.name}" does not say which process it belongs to.`;
    throw new QuorateError("automaton-malformed", what);
  }
  const transitions = Object.entries(process.transitions).map(([action, transition]) => [
    action,
    transition.kind === "sent" ? transition : whileUp(transition),
  ]);
  const CRASH: AnyTransition = {
    kind: "output",
    task: spontaneous("crash"),
    at: { process: process.process },
    when: { up: ({ down }: Crashing<S>) => !down },
    restarts: true,
    effect(state) {
      state.down = true;
    },
  };
  return Object.freeze({
    ...process,
    fields: null,
    recover: null,
    start: () => process.start().map((of) => ({ down: false, of })),
    transitions: { ...Object.fromEntries(transitions), CRASH },
  }) as never;
}

function whileUp(transition: AnyTransition): AnyTransition {
  const { choose, when = {}, effect } = transition;
  const clauses = Object.entries(when).map(([clause, test]) => [
    clause,
    ({ of }: Crashing<unknown>, payload: object) => test(of, payload),
  ]);
  return {
    ...transition,
    ...(choose !== undefined && { choose: ({ of }, draw) => choose(of, draw) }),
    ...(transition.kind !== "input" && {
      when: { ...Object.fromEntries(clauses), up: ({ down }: Crashing<unknown>) => !down },
    }),
    ...(effect !== undefined && {
      effect(state, payload, send) {
        if (state.down) return;
        const next = effect(state.of, payload, send);
        if (next !== undefined) state.of = next;
      },
    }),
  };
}
