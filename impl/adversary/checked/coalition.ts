import {
  type Automaton,
  type Index,
  spontaneous,
  type Token,
  urgent,
} from "../../../spec/automaton/index.ts";
import type { ActionNames, NetworkModel } from "../../network/model.ts";
import {
  type KnowledgeActions,
  type KnowledgeState,
  knowledge,
  type Stop,
  type StopActions,
} from "./knowledge.ts";
import { sizesOf } from "./universe.ts";

interface SoupOfTokens<P, D, Send extends string, Deliver extends string>
  extends ActionNames<Send, Deliver> {
  readonly name?: string;
  /** every message that may be delivered: a payload of the delivering action, of any shape */
  readonly universe: readonly D[];
  /** every token that a message carries, those inside its certificates, too */
  readonly tokensOf: (message: D) => readonly Token[];
  /** the same of what processes send, where that has another shape; else `tokensOf` */
  readonly tokensOfSent?: (sent: P) => readonly Token[];
}

export interface CoalitionOptions<P, D, Send extends string, Deliver extends string>
  extends SoupOfTokens<P, D, Send, Deliver> {
  /** the signers whose keys it holds: their tokens always exist */
  readonly faulty: readonly Index[];
  /** which sends it hears; all without it: the network keeps no secrets */
  readonly hears?: (sent: P) => boolean;
  /** one faulty process that loses its key at any time, by the action STOP */
  readonly stop?: Stop<D>;
  /** why no more values of a field matter, by field of a message: printed in the evidence */
  readonly because?: Readonly<Record<string, string>>;
}

/**
 * The coalition of all faulty processes, as strong as signatures allow: it hears what correct
 * processes send, and delivers any message of its universe to a correct process directly, by the
 * action FORGE, as soon as it knows every token of a correct signer that the message carries. It
 * needs no network for that, and it is one, too: a message without faulty tokens is a delivery of
 * what was sent. So for safety it may be the only network of a composition. It owes nothing
 * (FORGE is spontaneous), so for liveness add a network, or use {@link tokenSoup}.
 *
 * Let the correct processes take FORGE as they take a delivery: see {@link accepting}.
 *
 * With `stop`, the coalition may lose the key of one process by STOP. What that process signed
 * before may come later (it signs in advance whatever it can), so from then on a message of it
 * needs that the tokens under its signature (`covers`) were known before the stop; what is only
 * attached may be learned later.
 *
 * Two limits are yours to keep. A token that `tokensOfSent` leaves out is never learned, which hides
 * attacks; one that `tokensOf` leaves out is not asked for, which makes false ones. And a nonce is
 * no secret: it is guessed, unless it is a token of who chose it.
 *
 * @returns the automaton, and for `Problem.excludes` what the universe leaves out
 * @throws QuorateError `automaton-malformed` for an empty universe, a process that stops without
 * being faulty, and a reason for a field that no message has
 */
export function coalition<
  D extends object,
  P extends object = D,
  const Send extends string = "SEND",
  const Deliver extends string = "FORGE",
>(
  options: CoalitionOptions<P, D, Send, Deliver> & { readonly stop: Stop<D> },
): NetworkModel<KnowledgeState, KnowledgeActions<P, D, Send, Deliver> & StopActions>;
export function coalition<
  D extends object,
  P extends object = D,
  const Send extends string = "SEND",
  const Deliver extends string = "FORGE",
>(
  options: CoalitionOptions<P, D, Send, Deliver>,
): NetworkModel<KnowledgeState, KnowledgeActions<P, D, Send, Deliver>>;
export function coalition<D extends object, P extends object>(
  options: CoalitionOptions<P, D, string, string>,
): NetworkModel<KnowledgeState, unknown> {
  const { name = "coalition", send = "SEND", deliver = "FORGE", universe, tokensOf } = options;
  const { faulty, hears = () => true, stop = null, because = {} } = options;
  const tokensOfSent = options.tokensOfSent ?? (tokensOf as unknown as (sent: P) => Token[]);
  const task = spontaneous(deliver);
  const all = { name, send, deliver, task, faulty, universe, tokensOf, tokensOfSent, hears, stop };
  return {
    network: knowledge(all) as Automaton<KnowledgeState, unknown>,
    excludes: [
      `${name}: it holds the keys of ${faulty.join(", ") || "nobody"}; no other signature is forged, and no two contents have one digest`,
      ...sizesOf(name, universe, because),
      ...(options.hears === undefined ? [] : [`${name}: it hears only some of what is sent`]),
      ...(stop === null ? [] : [`${name}: of the faulty, only ${stop.process} is ever stopped`]),
    ],
  };
}

/**
 * A network without an adversary, for faulty processes that are automata themselves: delivers any
 * message of the universe once all its tokens were sent, whoever signed them. A quorum of votes is
 * one message with a token of each voter, so that receivers hold no inbox. Deliveries are owed.
 * @throws QuorateError `automaton-malformed` for an empty universe
 */
export function tokenSoup<
  D extends object,
  P extends object = D,
  const Send extends string = "SEND",
  const Deliver extends string = "DELIVER",
>(
  options: SoupOfTokens<P, D, Send, Deliver>,
): NetworkModel<KnowledgeState, KnowledgeActions<P, D, Send, Deliver>> {
  const { name = "token soup", send = "SEND", deliver = "DELIVER", universe, tokensOf } = options;
  const tokensOfSent = options.tokensOfSent ?? (tokensOf as unknown as (sent: P) => Token[]);
  const nobody = { faulty: [], hears: () => true, stop: null, task: urgent(deliver) };
  return {
    network: knowledge({ ...nobody, name, send, deliver, universe, tokensOf, tokensOfSent }),
    excludes: [
      `${name}: nothing is delivered that carries a token nobody sent`,
      ...sizesOf(name, universe, {}),
    ],
  };
}
