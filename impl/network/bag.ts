import {
  type Automaton,
  canonical,
  cells,
  mapOf,
  spontaneous,
  urgent,
} from "../../spec/automaton/index.ts";
import {
  type ActionNames,
  byText,
  checkBound,
  type FaultActions,
  type NetworkActions,
  type NetworkModel,
  outsideUniverse,
  overfull,
} from "./model.ts";

/** The copies of one message that are on their way. */
export interface Copies {
  /** at most `copiesMax` */
  readonly inFlight: number;
  /** how many of all copies the network made; at most `duplicatesMax` */
  readonly duplicated: number;
}

export type BagState = Readonly<Record<string, Copies>>;

export interface BagOptions<P, Send extends string, Deliver extends string>
  extends ActionNames<Send, Deliver> {
  readonly name?: string;
  /** every message that may be sent; a message is a payload of the two actions, of any shape */
  readonly universe: readonly P[];
  /** how many copies of one message are on their way at most; one more is the error `channel-full` */
  readonly copiesMax: number;
  /** whether the network loses copies; it does not without it */
  readonly loses?: boolean;
  /** how many copies of each message the network may make; 0 without it */
  readonly duplicatesMax?: number;
}

type Actions<P, Send extends string, Deliver extends string> = NetworkActions<P, P, Send, Deliver> &
  FaultActions<P, Deliver>;

/**
 * A multiset: messages are delivered once for each time they were sent, in any order. It may be
 * told to lose copies, and to make a bounded number of them. One cell for each message.
 *
 * @throws QuorateError `automaton-malformed` for an empty universe or a bound that is none; in a
 * check `message-unknown`, `channel-full`
 */
export function bag<
  P extends object,
  const Send extends string = "SEND",
  const Deliver extends string = "DELIVER",
>(options: BagOptions<P, Send, Deliver>): NetworkModel<BagState, Actions<P, Send, Deliver>> {
  const { name = "bag", send = "SEND", deliver = "DELIVER", copiesMax } = options;
  const { loses = false, duplicatesMax = 0 } = options;
  checkBound(name, "copiesMax", copiesMax, 1);
  checkBound(name, "duplicatesMax", duplicatesMax, 0);
  const universe = byText(name, options.universe);
  type Change = (copies: { inFlight: number; duplicated: number }, message: P) => void;
  const changing = (change: Change) => ({
    touches: (message: P) => {
      const cell = canonical(message);
      return [universe.has(cell) ? cell : outsideUniverse(name, message)];
    },
    effect: (now: Record<string, Parameters<Change>[0]>, message: P) => {
      change(now[canonical(message)] as Parameters<Change>[0], message);
    },
  });
  const offered = (may: (copies: Copies) => boolean) =>
    [...universe].map(([cell, message]) => ({
      reads: [cell],
      choose: (now: BagState) => (may(now[cell] as Copies) ? [message] : []),
    }));
  const inFlight = ({ inFlight }: Copies) => inFlight > 0;
  const take: Change = (copies) => {
    copies.inFlight -= 1;
  };
  const faults = { kind: "internal", task: spontaneous("faults of the network") };
  const network = cells<BagState, NetworkActions<P, P, Send, Deliver>>(name, {
    start: mapOf([...universe.keys()].map((cell) => [cell, { inFlight: 0, duplicated: 0 }])),
    transitions: {
      [send]: {
        kind: "input",
        ...changing((copies, message) => {
          if (copies.inFlight >= copiesMax) overfull(name, message, copiesMax);
          copies.inFlight += 1;
        }),
      },
      [deliver]: {
        kind: "output",
        task: urgent(deliver),
        scopes: offered(inFlight),
        ...changing(take),
      },
      ...(loses && {
        [`LOSE-${deliver}`]: { ...faults, scopes: offered(inFlight), ...changing(take) },
      }),
      ...(duplicatesMax > 0 && {
        [`DUPLICATE-${deliver}`]: {
          ...faults,
          scopes: offered(
            (copies) =>
              inFlight(copies) && copies.inFlight < copiesMax && copies.duplicated < duplicatesMax,
          ),
          ...changing((copies) => {
            copies.inFlight += 1;
            copies.duplicated += 1;
          }),
        },
      }),
    } as never,
  });
  return {
    network: network as Automaton<BagState, Actions<P, Send, Deliver>>,
    excludes: [
      `${name}: nothing is altered on its way; ${universe.size} messages are told apart`,
      `${name}: the network ${loses ? "loses" : "does not lose"} messages`,
      duplicatesMax === 0
        ? `${name}: the network does not duplicate messages`
        : `${name}: the network makes at most ${duplicatesMax} copies of a message`,
      `${name}: at most ${copiesMax} copies of a message are on their way; one more is an error`,
    ],
  };
}
