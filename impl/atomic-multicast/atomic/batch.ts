import { compare, get } from "../../../spec/automaton/index.ts";
import type { Estimate } from "../messages.ts";
import {
  type Batch,
  type Client,
  type IsSigned,
  type Message,
  messagesIn,
  type Request,
  requestOf,
  sameNumber,
} from "./message.ts";
import type { AtomicRules } from "./rules.ts";
import { isOpen, type Window } from "./window.ts";

/** What was delivered: by number, and where the rules read it (printed) by content. */
export interface Delivered {
  readonly delivered: Readonly<Record<Client, Window>>;
  readonly contents: readonly Request[];
}

/**
 * Lines 13 and 14 of Algorithm 2: what a replica delivers of a decision, in canonical order. Pure,
 * so that replicas that delivered the same deliver the same.
 */
export function batchOf(
  estimate: Estimate,
  before: Delivered,
  width: number,
  isSigned: IsSigned,
  rules: AtomicRules,
): Request[] {
  const union = estimate.flatMap(({ value }) => messagesIn(value));
  const signed = (message: Message) => !rules.checksSignatures || isSigned(message);
  const signedOnes = union.filter(signed);
  const compared = rules.dropsUnsignedFirst ? signedOnes : union;
  const hasTwin = (one: Message) =>
    compared.some((other) => sameNumber(one, other) && one.op !== other.op);
  const kept =
    rules.twins === "all are removed"
      ? signedOnes.filter((one) => !hasTwin(one))
      : signedOnes.filter((one) => leastOf(compared, one));
  const batch = kept.filter((one) => isDeliverable(before, one, width, rules)).map(requestOf);
  return withoutRepetition(batch.sort(inOrder));
}

/** Whether a message is neither delivered nor beyond what its client's window takes. */
export function isDeliverable(
  { delivered, contents }: Delivered,
  message: Request,
  width: number,
  rules: AtomicRules,
): boolean {
  switch (rules.remembers) {
    case "numbers":
      return isOpen(get(delivered, message.client), message.seq, width);
    case "messages":
      return !contents.some((one) => inOrder(one, message) === 0);
    case "nothing":
      return true;
  }
}

/** The deterministic order of line 15: by client, then as the client counts. */
function inOrder(a: Request, b: Request): number {
  return compare(a.client, b.client) || a.seq - b.seq || compare(a.op, b.op);
}

const leastOf = (all: readonly Message[], one: Message): boolean =>
  all.every((other) => !sameNumber(one, other) || compare(one.op, other.op) <= 0);

/** Of a sorted list. One request under two signatures is one. */
const withoutRepetition = (batch: readonly Request[]): Request[] =>
  batch.filter((one, at) => at === 0 || inOrder(batch[at - 1] as Request, one) !== 0);

/** How much one proposal holds, and whose turn it is where that is not all. */
export interface Share {
  readonly batchMax: number;
  /** the clients, in the order in which their turns come: one begins at each instance */
  readonly clients: readonly Client[];
}

/**
 * What is proposed to instance k: everything, or where a proposal is bounded the messages of the
 * clients whose turn it is. Turns depend on k alone, so there are instances in which all correct
 * replicas propose a message that all of them have: it does not wait for ever.
 */
export function proposalOf(undelivered: Batch, k: number, share: Share | null): Batch {
  if (share === null || undelivered.length <= share.batchMax) return undelivered;
  const { clients, batchMax } = share;
  const turn = ({ client }: Message) =>
    (clients.indexOf(client) - k + clients.length * (k + 1)) % clients.length;
  const inTurn = [...undelivered].sort((a, b) => turn(a) - turn(b) || a.seq - b.seq);
  return inTurn.slice(0, batchMax).sort(compare);
}
