import type { Index } from "../../spec/automaton/index.ts";
import type { Decoded, ProcessHost } from "../network/process.ts";
import { Halves } from "./aim.ts";
import { type Behaviour, type Parcel, through } from "./behaviour.ts";
import { Copy } from "./copy.ts";
import { assertCount } from "./dice.ts";

/**
 * Signs everything that it is asked, as the papers' faulty replicas do: beside the process itself, a
 * fresh copy in its start state takes each message, and what it says that the process itself did not
 * say, its state forbidding it, is sent too. So it answers reads like a correct replica and yet votes
 * for two values. Finds quorums that are too small, and votes whose double hides the first (known
 * bugs 1, 10, 15); with more faults than allowed it breaks agreement, which a tightness test needs.
 *
 * A fresh copy never gathers a quorum, so it does not lie about steps that need several messages;
 * {@link twin} does. Only what answers a message is doubled, not what a user or a timer starts.
 */
export const doubleVote = (): Behaviour => ({
  name: "double-vote",
  begin(again) {
    let said: Parcel[] | null = null;
    return {
      deliver(from, decoded, host, next) {
        const own: Parcel[] = [];
        said = own;
        try {
          next();
        } finally {
          said = null;
        }
        const fresh = new Copy(again());
        const votes: Parcel[] = [];
        fresh.deliver(from, decoded, through(host, { send: (parcel) => votes.push(parcel) }));
        fresh.stop();
        for (const { unit, to, message } of votes) {
          const isSaid = own.some((one) => one.to === to && one.message.type === message.type);
          if (!isSaid) host.send(unit, to, message);
        }
      },
      send(parcel, host) {
        said?.push(parcel);
        host.send(parcel.unit, parcel.to, parcel.message);
      },
    };
  },
});

export interface TwinOptions {
  /** each peer talks to one of the two, drawn once; false: every peer talks to both */
  readonly split: boolean;
}

/**
 * Two correct copies under one identity and one key, each with a state of its own. Within minutes
 * they find what long thought about attacks did (Twins, known bug 18): equivocation, amnesia and lost
 * locks all come from two honest states that know nothing of each other (known bugs 1, 12, 15).
 *
 * The second copy hears only the network: what local users ask goes to the first, so a twin client
 * answers twice but asks once; let {@link equivocate} ask differently. The second copy's state is in
 * memory alone, so after a restart it begins anew.
 */
export function twin(options: Partial<TwinOptions> = {}): Behaviour {
  const { split = true } = options;
  return {
    name: "twin",
    begin(again) {
      const halves = new Halves();
      const second = new Copy(again());
      const isSeconds = (peer: Index, host: ProcessHost) => split && halves.isOther(peer, host);
      /** The world as the second copy sees it: without the peers of the first. */
      const world = (host: ProcessHost) =>
        through(host, {
          send({ unit, to, message }) {
            if (!split || isSeconds(to, host)) host.send(unit, to, message);
          },
        });
      return {
        decode(from, message, next) {
          if (split && halves.wasOther(from)) return second.decode(from, message);
          const decoded = next();
          return split || !("refused" in decoded) ? decoded : second.decode(from, message);
        },
        deliver(from, decoded, host, next) {
          const toSecond = isSeconds(from, host);
          if (!toSecond) next();
          if (toSecond || !split) second.deliver(from, decoded, world(host));
        },
        connected(peer, host, next) {
          const toSecond = isSeconds(peer, host);
          if (!toSecond) next();
          if (toSecond || !split) second.connected(peer, world(host));
        },
        send({ unit, to, message }, host) {
          if (!isSeconds(to, host)) host.send(unit, to, message);
        },
      };
    },
  };
}

export interface StaleOptions {
  /** how many deliveries the past is behind, from 1 to 10,000; before so many it is the start state */
  readonly lag: number;
}

/**
 * Answers one half of the peers from its state, and the other half from a past state: an honest
 * answer to the very question (its nonce included), signed, and old. Finds readers that take one
 * answer for the truth, quorums that need not meet, and state transfer that counts answers instead of
 * equal answers (known bugs 2, 6, 8).
 *
 * It is made for processes that answer, such as replicas: what a user or a timer starts is told to
 * everybody as it is. The past learns from deliveries alone, and is forgotten in a restart.
 * @throws RangeError for a lag outside its bounds
 */
export function stale(options: Partial<StaleOptions> = {}): Behaviour {
  const { lag = 8 } = options;
  assertCount("lag", lag, 1, 10_000);
  return {
    name: "stale",
    begin(again) {
      const halves = new Halves();
      const past = new Copy(again());
      const ahead: { readonly from: Index; readonly decoded: Decoded }[] = [];
      let answersFromPast = false;
      return {
        deliver(from, decoded, host, next) {
          if (halves.isOther(from, host)) {
            const answering = past.fork();
            answering.deliver(from, decoded, host);
            answering.stop();
            answersFromPast = true;
          }
          try {
            next();
          } finally {
            answersFromPast = false;
          }
          ahead.push({ from, decoded });
          const due = ahead.length > lag ? ahead.shift() : undefined;
          const nobody = through(host, { send: () => undefined });
          if (due !== undefined) past.deliver(due.from, due.decoded, nobody);
        },
        send({ unit, to, message }, host) {
          if (!answersFromPast || !halves.isOther(to, host)) host.send(unit, to, message);
        },
      };
    },
  };
}
