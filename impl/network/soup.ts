import { cells, urgent } from "../../spec/automaton/index.ts";
import type { ActionNames, NetworkActions, NetworkModel } from "./model.ts";
import { sentCells } from "./sent.ts";

/** One bit for each message of the universe: whether it was ever sent. */
export type SoupState = Readonly<Record<string, boolean>>;

export interface SoupOptions<P, D, Send extends string, Deliver extends string>
  extends ActionNames<Send, Deliver> {
  readonly name?: string;
  /** every message that may be sent; a message is a payload of the two actions, of any shape */
  readonly universe: readonly P[];
  /**
   * What may be delivered once a message was sent; the message itself without it. A broadcast has
   * one delivery for each receiver; a faulty process that relays has one under its own name.
   */
  readonly deliveries?: (sent: P) => readonly D[];
  /**
   * What a faulty process may say at any time, or as soon as all was sent that `from` lists: the
   * signatures of correct processes that it has to show. None without it.
   */
  readonly forged?: readonly { readonly message: P; readonly from: readonly P[] }[];
}

/**
 * The asynchronous network: all that was ever sent, as one cell of one bit for each message. Any
 * message of it may be delivered at any time, again and again, or never: reordering, duplication
 * and loss cost no state.
 *
 * @throws QuorateError `automaton-malformed` for an empty universe; `message-unknown` in a check
 * that sends a message outside it
 */
export function soup<
  P extends object,
  D extends object = P,
  const Send extends string = "SEND",
  const Deliver extends string = "DELIVER",
>(
  options: SoupOptions<P, D, Send, Deliver>,
): NetworkModel<SoupState, NetworkActions<P, D, Send, Deliver>> {
  const { name = "soup", send = "SEND", deliver = "DELIVER", forged = [] } = options;
  const deliveries = options.deliveries ?? ((sent: P) => [sent as unknown as D]);
  const { universe, cellOf, start, sending } = sentCells(name, options.universe);
  const network = cells<SoupState, NetworkActions<P, D, Send, Deliver>>(name, {
    start,
    transitions: {
      [send]: sending,
      [deliver]: {
        kind: "output",
        task: urgent(deliver),
        scopes: [
          ...[...universe].map(([cell, sent]) => ({
            reads: [cell],
            choose: (now: SoupState) => (now[cell] ? deliveries(sent) : []),
          })),
          ...forged.map(({ message, from }) => {
            const cells = from.map(cellOf);
            return {
              reads: cells,
              choose: (now: SoupState) =>
                cells.every((cell) => now[cell]) ? deliveries(message) : [],
            };
          }),
        ],
      },
    } as never,
  });
  return {
    network,
    excludes: [
      forged.length === 0
        ? `${name}: nothing is delivered that nobody sent, and nothing is altered on its way`
        : `${name}: beside what was sent, ${forged.length} forged messages may be delivered`,
      `${name}: it tells ${universe.size} messages apart; sending one again changes nothing`,
    ],
  };
}
