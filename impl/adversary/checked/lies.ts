import {
  type Automaton,
  detach,
  equal,
  type Index,
  type PayloadOf,
  type Token,
} from "../../../spec/automaton/index.ts";
import { assertSent, type OutputsOf, saying } from "./saying.ts";
import { differInOneField } from "./universe.ts";

/** What a liar can sign, and what it only repeats. */
export interface Keys<P> {
  /** every token that a message carries */
  readonly tokensOf: (sent: P) => readonly Token[];
  /** the signers whose keys it holds: itself, and those that conspire with it */
  readonly faulty: readonly Index[];
}

export interface EquivocateOptions<K extends string, P> extends Keys<P> {
  /** the action that it lies by */
  readonly send: K;
  /** what else it says where a correct process says `sent` */
  readonly lies: (sent: P) => readonly P[];
}

/**
 * Says for one slot what a correct process says, and other things beside it: a primary that
 * proposes two values. The network decides who gets which, or all. A lie whose tokens of others are
 * not all in what it replaces is not told: nobody signs for another. Nor is one that contradicts the
 * index (`at`) of the action: it would be another process's.
 * @throws QuorateError `automaton-malformed` unless effects send the action
 */
export function equivocate<S, A, const K extends OutputsOf<A>>(
  process: Automaton<S, A>,
  options: EquivocateOptions<K, PayloadOf<A, K>>,
): Automaton<S, A> {
  assertSent("equivocate", process, options.send);
  return lying(process, options);
}

export interface MutateOptions<K extends string, P> extends Keys<P> {
  readonly send: K;
  /** every payload that the action may have; the mutations of one are those that differ in one field */
  readonly universe: readonly P[];
}

/**
 * Sends beside each message those of the universe that differ from it in exactly one field, an array
 * counting as one, as far as the tokens permit: what others signed it cannot change. The
 * checked form of ByzzFuzz's small mutations.
 * @throws QuorateError `automaton-malformed` unless effects send the action
 */
export function mutate<S, A, const K extends OutputsOf<A>>(
  process: Automaton<S, A>,
  options: MutateOptions<K, PayloadOf<A, K>>,
): Automaton<S, A> {
  assertSent("mutate", process, options.send);
  const { universe } = options;
  const lies = (sent: PayloadOf<A, K>) =>
    universe.filter((other) => differInOneField(sent as object, other as object));
  return lying(process, { ...options, lies });
}

function lying<S, A, P>(
  process: Automaton<S, A>,
  { send, lies, tokensOf, faulty }: EquivocateOptions<string, P>,
): Automaton<S, A> {
  const own = Object.entries(process.transitions[send]?.at ?? {});
  const isOwn = (lie: P) =>
    own.every(([key, value]) => equal((lie as Record<string, unknown>)[key], value));
  return saying(process, (action, what) => {
    if (action !== send) return [what];
    const sent = detach(what) as P;
    const seen = tokensOf(sent);
    const isAtHand = (token: Token) =>
      faulty.includes(token.by) || seen.some((one) => equal(one, token));
    const told = lies(sent).filter((lie) => isOwn(lie) && tokensOf(lie).every(isAtHand));
    return [sent, ...told] as readonly object[];
  });
}
