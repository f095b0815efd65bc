import type { Index } from "../../spec/automaton/index.ts";
import type { Message } from "../network/process.ts";
import { type Aim, aimed, Halves } from "./aim.ts";
import type { Behaviour } from "./behaviour.ts";
import { assertCount } from "./dice.ts";
import { History, sameWire } from "./history.ts";

const HISTORY_MAX = 10_000;

export interface ReplayOptions extends Aim {
  /** the old message goes out beside the new one; false: instead of it */
  readonly beside: boolean;
  /** also what was sent to other peers */
  readonly others: boolean;
  /** how many messages it remembers, from 1 to 10,000 */
  readonly remembers: number;
}

/**
 * Sends an old message of its own instead of the new one, or beside it, perhaps one that was for
 * somebody else. Every signature in it is valid. Finds statements that are not bound to their
 * instance, view, object or receiver, and answers that are not bound to their question (known bugs 9,
 * 10, 17). It repeats only what it has sent itself.
 * @throws RangeError for numbers outside their bounds
 */
export function replay(options: Partial<ReplayOptions> = {}): Behaviour {
  const { beside = true, others = true, remembers = 256, ...aim } = options;
  assertCount("remembers", remembers, 1, HISTORY_MAX);
  aimed(aim);
  return {
    name: "replay",
    begin() {
      const isReplayed = aimed(aim);
      const history = new History(remembers);
      return {
        send(parcel, host) {
          const { unit, to, message } = parcel;
          const old = isReplayed(parcel, host)
            ? history.any(
                host,
                (one) => (others || one.to === to) && !sameWire(one.message, message),
              )
            : undefined;
          if (old === undefined || beside) host.send(unit, to, message);
          if (old !== undefined) host.send(unit, to, old.message);
          history.add(parcel);
        },
      };
    },
  };
}

/** What a liar tells `to` instead of a message; null: nothing. It may return the message itself. */
export type Lie = (message: Message, to: Index) => Message | null;

export interface EquivocateOptions {
  /** knows the protocol; without it, one half of the peers gets the last message but one */
  readonly lies: Lie;
}

/**
 * Says different things to different peers: a primary that proposes two values, a client that sends
 * two requests as one. Finds protocols that act on a message before they know that others got the
 * same (known bugs 1, 12, 15). `lies` makes what is said up, message by message.
 *
 * Without `lies` one half of the peers, drawn once, gets of each type and unit the newest message, the
 * other half the newest that differs from it: the first value again, or the last request. Both are
 * valid. A lie about what this process signs needs `mutate({ signed: true })`, `twin` or `doubleVote`:
 * a message that `lies` has changed keeps its old signature.
 */
export function equivocate(options: Partial<EquivocateOptions> = {}): Behaviour {
  const { lies } = options;
  if (lies !== undefined) {
    return {
      name: "equivocate",
      begin: () => ({
        send({ unit, to, message }, host) {
          const told = lies(message, to);
          if (told !== null) host.send(unit, to, told);
        },
      }),
    };
  }
  return {
    name: "equivocate",
    begin() {
      const halves = new Halves();
      const history = new History(256);
      return {
        send(parcel, host) {
          const { unit, to, message } = parcel;
          const old = halves.isOther(to, host)
            ? history.last(
                (one) =>
                  one.unit === unit &&
                  one.message.type === message.type &&
                  !sameWire(one.message, message),
              )
            : undefined;
          host.send(unit, to, (old ?? parcel).message);
          history.add(parcel);
        },
      };
    },
  };
}
