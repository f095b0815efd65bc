import type { Index } from "../../spec/automaton/index.ts";
import type { ProcessHost } from "../network/process.ts";
import type { Parcel } from "./behaviour.ts";
import { assertShare, below, type Chance, happens } from "./dice.ts";

/** Which outgoing messages a behaviour is about: those for which all of this is true. */
export interface Aim {
  /** receivers; none: all */
  readonly to: readonly string[];
  /** message types; none: all */
  readonly types: readonly string[];
  /** only to one half of the peers, drawn once */
  readonly half: boolean;
  /** the probability for each message, from 0 to 1 */
  readonly share: number;
}

/** At every message. */
export const EVERYTHING: Aim = { to: [], types: [], half: false, share: 1 };

/**
 * Decides for each message of one process.
 * @throws RangeError unless 0 ≤ `share` ≤ 1
 */
export function aimed(options: Partial<Aim>): (parcel: Parcel, host: ProcessHost) => boolean {
  const { to, types, half, share } = { ...EVERYTHING, ...options };
  assertShare(share);
  const halves = new Halves();
  return (parcel, host) =>
    (to.length === 0 || to.includes(parcel.to)) &&
    (types.length === 0 || types.includes(parcel.message.type)) &&
    (!half || halves.isOther(parcel.to, host)) &&
    happens(host, share);
}

/**
 * Splits the peers into two halves as they are met: of every two, chance decides which goes where.
 * One record for each peer of the cluster.
 */
export class Halves {
  readonly #other = new Map<Index, boolean>();
  #last = false;

  /** Whether the peer is of the second half. */
  isOther(peer: Index, from: Chance): boolean {
    const known = this.#other.get(peer);
    if (known !== undefined) return known;
    const isSecondOfPair = this.#other.size % 2 === 1;
    const other = isSecondOfPair ? !this.#last : below(from, 2) === 1;
    this.#last = other;
    this.#other.set(peer, other);
    return other;
  }

  /** The same of a peer that was met; one that was not is of the first half. */
  wasOther(peer: Index): boolean {
    return this.#other.get(peer) ?? false;
  }
}
