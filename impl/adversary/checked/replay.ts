import { cells, spontaneous } from "../../../spec/automaton/index.ts";
import type { ActionNames, NetworkActions, NetworkModel } from "../../network/model.ts";
import { sentCells } from "../../network/sent.ts";

/** One bit for each message of the universe: whether it was ever sent. */
export type ReplayState = Readonly<Record<string, boolean>>;

export interface ReplayOptions<P, D, Send extends string, Deliver extends string>
  extends ActionNames<Send, Deliver> {
  readonly name?: string;
  /** every message that may be sent */
  readonly universe: readonly P[];
  /** as what it is delivered again, perhaps to others; as it was sent without it */
  readonly as?: (sent: P) => readonly D[];
}

/**
 * Delivers any message that was ever sent again, by the action REPLAY, any number of times: for
 * networks that deliver a message once. A soup does so by itself. Messages it alters only as `as`
 * says, where a signature does not cover who gets them.
 * @throws QuorateError `automaton-malformed` for an empty universe; in a check `message-unknown`
 */
export function replay<
  P extends object,
  D extends object = P,
  const Send extends string = "SEND",
  const Deliver extends string = "REPLAY",
>(
  options: ReplayOptions<P, D, Send, Deliver>,
): NetworkModel<ReplayState, NetworkActions<P, D, Send, Deliver>> {
  const { name = "replay", send = "SEND", deliver = "REPLAY" } = options;
  const as = options.as ?? ((sent: P) => [sent as unknown as D]);
  const { universe, start, sending } = sentCells(name, options.universe);
  const network = cells<ReplayState, NetworkActions<P, D, Send, Deliver>>(name, {
    start,
    transitions: {
      [send]: sending,
      [deliver]: {
        kind: "output",
        task: spontaneous(deliver),
        scopes: [...universe].map(([cell, sent]) => ({
          reads: [cell],
          choose: (now: ReplayState) => (now[cell] ? as(sent) : []),
        })),
      },
    } as never,
  });
  return { network, excludes: [`${name}: it alters nothing that was sent`] };
}
