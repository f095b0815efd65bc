import { produce } from "immer";
import {
  type Automaton,
  detach,
  type Index,
  type PayloadOf,
  QuorateError,
} from "../../../spec/automaton/index.ts";
import {
  type AnyTransition,
  assertProcess,
  assertSent,
  type OutputsOf,
  onceEach,
  type Send,
  withEffects,
} from "./saying.ts";

/**
 * Signs everything that it is asked: what a correct process in its start state would answer to a
 * message it says too, whatever its own state forbids. It votes for two values. Only what answers
 * one message is doubled; {@link twin} lies about steps that need several.
 * @throws QuorateError `automaton-malformed` for what is no process, or has several start states
 */
export function doubleVote<S, A>(process: Automaton<S, A>): Automaton<S, A> {
  assertProcess("doubleVote", process);
  const starts = process.start();
  if (starts.length !== 1) {
    const what = `doubleVote: automaton "${process.name}" has ${starts.length} start states.`;
    throw new QuorateError("automaton-malformed", what);
  }
  const fresh = detach(starts[0]);
  return withEffects(process, (effect, transition) => {
    if (transition?.kind !== "input") return effect;
    return (state, payload, send) => {
      const once = onceEach(send as never) as never;
      produce(fresh, (copy: never) => effect(copy, payload, once));
      return effect(state, payload, once);
    };
  });
}

/** The peers that talk to the first copy, and those that talk to the second; some may to both. */
export interface Split {
  readonly first: readonly Index[];
  readonly second: readonly Index[];
}

/** Two correct copies, and who talks to which: fixed at the start. */
export interface Twins<S> {
  readonly first: S;
  readonly second: S;
  readonly peers: Split;
}

/** Every way in which each peer talks to exactly one of two copies. */
export function halves(peers: readonly Index[]): Split[] {
  return peers.reduce<Split[]>(
    (splits, peer) =>
      splits.flatMap(({ first, second }) => [
        { first: [...first, peer], second },
        { first, second: [...second, peer] },
      ]),
    [{ first: [], second: [] }],
  );
}

type InternalsOf<A> = {
  [K in keyof A]: A[K] extends { readonly kind: "internal" } ? K : never;
}[keyof A] &
  string;

type InputOf<A> = {
  [K in keyof A]: A[K] extends { readonly kind: "input"; readonly payload: infer P } ? P : never;
}[keyof A];

/** The signature of a process and the internal actions of a second copy. */
export type TwinActions<A> = A & { readonly [K in InternalsOf<A> as `SECOND-${K}`]: A[K] };

export interface TwinOptions<K extends string, P, I> {
  /** the action by which it talks to peers */
  readonly send: K;
  readonly receiverOf: (sent: P) => Index;
  /** the peer that an input is from; null: both copies take it */
  readonly senderOf: (input: I, action: string) => Index | null;
  /** who talks to which copy: one start state for each; see {@link halves} */
  readonly splits: readonly Split[];
}

/**
 * Two correct copies under one identity and one key, each with a state of its own: equivocation,
 * amnesia and lost locks come from two honest states that know nothing of each other (Twins, known
 * bug 18). The second copy's internal actions are named SECOND-…
 * What either sends to its own identity both get, so a process that counts its own vote without
 * the network is doubled more faithfully.
 * @throws QuorateError `automaton-malformed` without splits, or where some output is not sent: of
 * two copies that compute a visible output each, an action could not tell which it is
 */
export function twin<S, A, const K extends OutputsOf<A>>(
  process: Automaton<S, A>,
  options: TwinOptions<K, PayloadOf<A, K>, InputOf<A>>,
): Automaton<Twins<S>, TwinActions<A>> {
  assertSent("twin", process, options.send);
  const { splits, senderOf, receiverOf, send: sends } = options;
  const refuse = (what: string): never => {
    throw new QuorateError("automaton-malformed", `twin: automaton "${process.name}" ${what}.`);
  };
  if (splits.length === 0) refuse("is not told which peers talk to which copy");
  const transitions: Record<string, AnyTransition> = {};
  for (const [action, transition] of Object.entries(process.transitions)) {
    if (transition.kind === "output") refuse(`has the output ${action}, which is not sent`);
    if (transition.kind === "sent") transitions[action] = transition;
    else if (transition.kind === "input") transitions[action] = hearing(action, transition);
    else {
      transitions[action] = ofCopy("first", transition);
      transitions[`SECOND-${action}`] = ofCopy("second", transition);
    }
  }
  return Object.freeze({
    ...process,
    fields: null,
    recover: null,
    start: () =>
      splits.flatMap((peers) =>
        process.start().flatMap((first) =>
          process.start().map((second) => ({
            first: detach(first),
            second: detach(second),
            peers: detach(peers),
          })),
        ),
      ),
    transitions,
  }) as never;

  type Copy = "first" | "second";
  type Two = Record<Copy, unknown> & Pick<Twins<S>, "peers">;

  function isOf(copy: Copy, peer: Index, peers: Split): boolean {
    return peer === process.process || peers[copy].includes(peer);
  }

  function act(state: Two, copy: Copy, { effect }: AnyTransition, payload: object, send: Send) {
    const say = (action: string, what: object) => {
      const isPeers =
        action !== sends || isOf(copy, receiverOf(what as PayloadOf<A, K>), state.peers);
      if (isPeers) send(action, what);
    };
    const next = effect?.(state[copy], payload, say as never);
    if (next !== undefined) state[copy] = next;
  }

  function hearing(action: string, transition: AnyTransition): AnyTransition {
    return {
      ...transition,
      effect(state, payload, send) {
        const peer = senderOf(payload, action);
        const once = onceEach(send as never);
        for (const copy of ["first", "second"] as const) {
          if (peer !== null && !isOf(copy, peer, state.peers)) continue;
          act(state, copy, transition, payload, once);
        }
      },
    };
  }

  function ofCopy(copy: Copy, transition: AnyTransition): AnyTransition {
    const { choose, when = {} } = transition;
    const clauses = Object.entries(when).map(([clause, test]) => [
      clause,
      (state: Twins<S>, payload: object) => test(state[copy], payload),
    ]);
    return {
      ...transition,
      ...(choose !== undefined && { choose: (state, draw) => choose(state[copy], draw) }),
      when: Object.fromEntries(clauses),
      effect: (state, payload, send) => act(state, copy, transition, payload, send as never),
    };
  }
}
