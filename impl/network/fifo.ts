import {
  type Automaton,
  automaton,
  detach,
  equal,
  type Index,
  spontaneous,
  urgent,
} from "../../spec/automaton/index.ts";
import type { Packet } from "../../spec/network/votes.ts";
import {
  type ActionNames,
  type AnyPacket,
  byText,
  checkBound,
  type FaultActions,
  type LinkModel,
  linksOf,
  type NetworkActions,
  outsideUniverse,
  overfull,
} from "./model.ts";

/** What waits on one link. */
export interface FifoState {
  /** the next to be delivered first; at most `waitingMax` */
  readonly waiting: readonly unknown[];
  /** how often the link delivered a message and kept it; at most `duplicatesMax` */
  readonly duplicated: number;
}

export interface FifoOptions<P, Send extends string, Deliver extends string>
  extends ActionNames<Send, Deliver> {
  readonly name?: string;
  /** every message that may be sent; it has a link for each pair of processes in it */
  readonly universe: readonly P[];
  /** how many messages wait on one link at most; one more is the error `channel-full` */
  readonly waitingMax: number;
  /** whether links lose messages; they do not without it */
  readonly loses?: boolean;
  /** how often each link may deliver a message twice; 0 without it */
  readonly duplicatesMax?: number;
}

type Actions<P, Send extends string, Deliver extends string> = NetworkActions<P, P, Send, Deliver> &
  FaultActions<P, Deliver>;

/**
 * First in, first out between each ordered pair of processes: one leaf for each link. A lossy link
 * loses the message at its head, which gives the receiver the same sequences as losing it
 * anywhere; a duplicating one delivers the message at its head and keeps it.
 *
 * @throws QuorateError `automaton-malformed` for an empty universe or a bound that is none; in a
 * check `message-unknown`, `channel-full`
 */
export function fifo<
  P extends AnyPacket,
  const Send extends string = "SEND",
  const Deliver extends string = "DELIVER",
>(options: FifoOptions<P, Send, Deliver>): LinkModel<FifoState, Actions<P, Send, Deliver>> {
  const { name = "fifo", waitingMax, loses = false, duplicatesMax = 0 } = options;
  checkBound(name, "waitingMax", waitingMax, 1);
  checkBound(name, "duplicatesMax", duplicatesMax, 0);
  byText(name, options.universe);
  return {
    links: linksOf(options.universe).map((link) => linkOf(link, { ...options, name })),
    excludes: [
      `${name}: links do not reorder, and nothing is altered on its way`,
      `${name}: links ${loses ? "lose" : "do not lose"} messages`,
      duplicatesMax === 0
        ? `${name}: links do not duplicate messages`
        : `${name}: each link delivers a message twice at most ${duplicatesMax} times, at once`,
      `${name}: at most ${waitingMax} messages wait on a link; one more is an error, not a loss`,
    ],
  };
}

type Waiting = { waiting: unknown[]; duplicated: number };

function linkOf<P extends AnyPacket, Send extends string, Deliver extends string>(
  link: { readonly from: Index; readonly to: Index; readonly carries: readonly P[] },
  options: FifoOptions<P, Send, Deliver> & { readonly name: string },
) {
  const { send = "SEND", deliver = "DELIVER", waitingMax, loses, duplicatesMax = 0 } = options;
  const { from, to, carries } = link;
  const name = `${options.name} ${from} ${to}`;
  const alphabet = carries.map(({ message }) => message);
  const at = { from, to };
  const head = ({ waiting }: FifoState) =>
    waiting.slice(0, 1).map((message) => ({ from, to, message }));
  const pop = (now: Waiting) => {
    now.waiting.shift();
  };
  const fault = {
    kind: "internal",
    at,
    task: spontaneous("faults of the network"),
    choose: head,
  };
  const network = automaton<FifoState, NetworkActions<P, P, Send, Deliver>>(name, {
    start: { waiting: [], duplicated: 0 },
    transitions: {
      [send]: {
        kind: "input",
        at,
        effect: (now: Waiting, sent: Packet<unknown>) => {
          if (!alphabet.some((known) => equal(known, sent.message))) outsideUniverse(name, sent);
          if (now.waiting.length >= waitingMax) overfull(name, sent, waitingMax);
          now.waiting.push(detach(sent.message));
        },
      },
      [deliver]: {
        kind: "output",
        at,
        task: urgent(`${deliver} ${from} ${to}`),
        choose: head,
        effect: pop,
      },
      ...(loses && { [`LOSE-${deliver}`]: { ...fault, effect: pop } }),
      ...(duplicatesMax > 0 && {
        [`DUPLICATE-${deliver}`]: {
          ...fault,
          when: {
            mayDuplicate: ({ duplicated }: FifoState) => duplicated < duplicatesMax,
            roomLeft: ({ waiting }: FifoState) => waiting.length < waitingMax,
          },
          effect: (now: Waiting, sent: Packet<unknown>) => {
            now.waiting.unshift(detach(sent.message));
            now.duplicated += 1;
          },
        },
      }),
    } as never,
  });
  return network as Automaton<FifoState, Actions<P, Send, Deliver>>;
}
