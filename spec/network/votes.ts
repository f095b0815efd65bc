import { canonical, type Index, type Token, type Value } from "../automaton/index.ts";

/** A message on its way from one process to another. */
export interface Packet<M = Value, From extends Index = Index, To extends Index = Index> {
  readonly from: From;
  readonly to: To;
  readonly message: M;
}

/**
 * A signed statement about a slot: a sequence number, a view, or both as one number. What the
 * token signs is the slot and the statement; whoever delivers a vote has verified that.
 */
export interface Vote<S extends Value = Value, Signer extends Index = Index> {
  readonly slot: number;
  readonly statement: S;
  readonly token: Token<Signer>;
}

/** A vote as its signer sends it to whoever collects votes. */
export interface Ballot<S extends Value = Value, Signer extends Index = Index> {
  readonly from: Signer;
  readonly vote: Vote<S, Signer>;
}

/** Votes of distinct signers on one topic, handed over to one process. */
export interface Handover<
  S extends Value = Value,
  Signer extends Index = Index,
  To extends Index = Index,
> {
  readonly to: To;
  readonly slot: number;
  readonly topic: string;
  /** one vote of each signer, in the order of the signers */
  readonly votes: readonly Vote<S, Signer>[];
}

/** What votes must agree on to count together. */
export type TopicOf<S> = (statement: S) => string;

/** Votes count together if they say the same. */
export const sameStatement: TopicOf<Value> = (statement) => canonical(statement);
