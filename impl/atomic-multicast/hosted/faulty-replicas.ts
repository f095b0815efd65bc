import { compare, type Index } from "../../../spec/automaton/index.ts";
import type { Behaviour } from "../../adversary/index.ts";
import { nobleScheme } from "../../crypto/noble.ts";
import { digestWith } from "../../crypto/scheme.ts";
import type { Message, ProcessHost, Wire } from "../../network/process.ts";
import type { Batch, Message as Request } from "../atomic/message.ts";
import type { Replica } from "../messages.ts";
import {
  asMessage,
  digestOf,
  estimateOf,
  type InitialMessage,
  roundStatement,
  type ShownValue,
  type ValueMessage,
  valueStatement,
} from "./wire.ts";

/*
 * Faulty replicas that know the protocol. They sign with their own key alone, and repeat what others
 * signed: all that the paper's adversary can.
 */

/** What one says instead of a message; null: nothing. */
type Lie = (message: Message, to: Index, host: ProcessHost, heard: Heard) => Message | null;

const LIES: Readonly<Record<string, Lie>> = {
  /** takes part in everything, but coordinates nothing */
  "mute-coordinator": (message) => (message.type === "INITIAL" ? null : message),
  /** lets a round get far and not end: one replica alone hears its Readys */
  "selective-coordinator": (message, to) =>
    message.type === "READY" && numberOf(to) !== 3 ? null : message,
  /** sends two halves of the replicas Initials with different estimates, each of signed values */
  "equivocating-coordinator": (message, to, host, heard) =>
    message.type === "INITIAL" && isOdd(to)
      ? otherInitial(message as unknown as InitialMessage, host, heard)
      : message,
  /** proposes two values in one instance */
  "two-valued": (message, to, host, heard) =>
    message.type === "VALUE" && isOdd(to)
      ? otherValue(message as unknown as ValueMessage, host, heard)
      : message,
};

/** Ways to be a faulty replica that know the protocol, by name. */
export function faultyReplicas(): Readonly<Record<string, () => Behaviour>> {
  return Object.fromEntries(
    Object.entries(LIES).map(([name, lie]) => [name, () => lying(name, lie)]),
  );
}

function lying(name: string, lie: Lie): Behaviour {
  return {
    name,
    begin(again) {
      const heard = new Heard();
      const self = again().self as Replica;
      return {
        decode(from, message, next) {
          heard.hear(from as Replica, message);
          return next();
        },
        send({ unit, to, message }, host) {
          heard.hear(self, message);
          const said = lie(message, to, host, heard);
          if (said !== null) host.send(unit, to, said);
        },
      };
    },
  };
}

const digest = digestWith(nobleScheme);

const numberOf = (replica: Index) => Number(replica.slice(replica.indexOf("#") + 1));
const isOdd = (replica: Index) => numberOf(replica) % 2 === 1;

/** No more than this is remembered. */
const REMEMBERED_MAX = 64;

/** Signed values and requests that came, as material for lies: what is not what it seems is of no use. */
class Heard {
  readonly #values = new Map<string, ShownValue>();
  #k = 0;
  #old: Request | null = null;

  hear(from: Replica, message: Wire): void {
    const { type, k, value, signature } = Object(message) as ValueMessage;
    if (type !== "VALUE" || !Array.isArray(value) || value.length === 0) return;
    if (k > this.#k) {
      this.#k = k;
      this.#old = [...this.#values.values()][0]?.value[0] ?? this.#old;
      this.#values.clear();
    }
    if (k < this.#k || this.#values.size >= REMEMBERED_MAX || this.#values.has(from)) return;
    this.#values.set(from, { from, value: value as Batch, signature });
  }

  /** As many values of distinct replicas in instance k, the last ones; null if there are not. */
  lastValues(k: number, count: number): ShownValue[] | null {
    const all = [...this.#values.values()].sort((a, b) => compare(a.from, b.from)).slice(-count);
    return k === this.#k && all.length === count ? all : null;
  }

  /** A request of an instance before. */
  get oldRequest(): Request | null {
    return this.#old;
  }
}

/** The same round with other values, where there are others. */
function otherInitial(initial: InitialMessage, host: ProcessHost, heard: Heard): Message {
  const { k, round } = initial;
  const estimate = heard.lastValues(k, initial.estimate.length);
  if (round > 1 || estimate === null) return asMessage(initial);
  const named = digestOf(estimateOf(estimate), digest);
  const signature = host.sign(roundStatement("INITIAL", k, round, named));
  return asMessage({ ...initial, estimate, signature });
}

/** The same value and a request that was delivered long ago. */
function otherValue(message: ValueMessage, host: ProcessHost, heard: Heard): Message {
  const { k } = message;
  const old = heard.oldRequest;
  if (old === null) return asMessage(message);
  const value = [...message.value.filter((one) => compare(one, old) !== 0), old].sort(compare);
  const signature = host.sign(valueStatement(k, digest(value)));
  return asMessage({ ...message, value, signature });
}
