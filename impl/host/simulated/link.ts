import type { Index } from "../../../spec/automaton/index.ts";
import type { Stream } from "./random.ts";

/** What a link does to messages when nothing is wrong. */
export interface LinkNorm {
  readonly delayMsMin: number;
  /** most delays are near the least one */
  readonly delayMsMax: number;
  readonly lossPercent: number;
  readonly duplicatePercent: number;
  /** messages that do not keep to the order of sending */
  readonly reorderPercent: number;
}

/** What makes links worse for a while; several at a time add up. */
export interface Impairment {
  readonly lossPercent?: number;
  readonly duplicatePercent?: number;
  readonly reorderPercent?: number;
  readonly delayMs?: number;
}

/** What happened to the messages of one link. A message ends in one of the last five, or is on its way. */
export interface LinkCounters {
  /** given to the wire */
  sent: number;
  bytes: number;
  /** copies that the network made */
  duplicated: number;
  /** messages that arrive before one that was sent earlier */
  overtaking: number;
  delivered: number;
  /** dropped by a lossy link */
  lost: number;
  /** dropped because the link was cut, the connection was torn or the receiver was gone */
  cut: number;
  /** not sent: there was no connection */
  unsent: number;
  /** refused by the decoder; the connection was torn */
  malformed: number;
}

export function noMessages(): LinkCounters {
  return {
    sent: 0,
    bytes: 0,
    duplicated: 0,
    overtaking: 0,
    delivered: 0,
    lost: 0,
    cut: 0,
    unsent: 0,
    malformed: 0,
  };
}

/** When the copies of a message arrive; none if it is lost. */
export type Fate = readonly number[];

/** One direction between two processes. */
export class Link {
  readonly from: Index;
  readonly to: Index;
  readonly counters = noMessages();
  /** how many faults cut it now */
  cuts = 0;
  readonly #stream: Stream;
  readonly #norm: LinkNorm;
  /** some links are slower than others: a share of the range of delays */
  readonly #slowness: number;
  readonly #impairments = new Set<Impairment>();
  #lastInOrderMs = 0;
  #lastArrivalMs = 0;

  constructor(from: Index, to: Index, random: Stream, norm: LinkNorm) {
    this.from = from;
    this.to = to;
    this.#stream = random.substream("link", from, to);
    this.#norm = norm;
    this.#slowness = 0.5 + this.#stream.fraction() / 2;
  }

  /** When the last message that is on its way arrives; a time that is over if there is none. */
  get lastArrivalMs(): number {
    return this.#lastArrivalMs;
  }

  /** @returns what takes it back */
  impair(by: Impairment): () => void {
    // A copy, so that two equal ones count twice.
    const own = { ...by };
    this.#impairments.add(own);
    return () => this.#impairments.delete(own);
  }

  /** Takes the next message. @returns the dice about its fate */
  count(bytes: number): Stream {
    const dice = this.#stream.substream(this.counters.sent);
    this.counters.sent += 1;
    this.counters.bytes += bytes;
    return dice;
  }

  /** Decides about a message. */
  decide(nowMs: number, dice: Stream): Fate {
    const { counters } = this;
    // Every die is thrown whatever the conditions, so that a fault changes only what it is about.
    const [loss, copy, order] = [dice.fraction(), dice.fraction(), dice.fraction()];
    const [delay, aside, copyDelay] = [dice.fraction(), dice.fraction(), dice.fraction()];
    if (loss * 100 < this.#percent("lossPercent")) {
      counters.lost += 1;
      return [];
    }
    const isInOrder = order * 100 >= this.#percent("reorderPercent");
    const ownMs = nowMs + this.#delayMs(delay);
    const lateMs = 2 * aside * this.#norm.delayMsMax;
    const arrivalMs = isInOrder ? Math.max(ownMs, this.#lastInOrderMs) : ownMs + lateMs;
    if (isInOrder) this.#lastInOrderMs = arrivalMs;
    if (arrivalMs < this.#lastArrivalMs) counters.overtaking += 1;
    const fate = [arrivalMs];
    if (copy * 100 < this.#percent("duplicatePercent")) {
      counters.duplicated += 1;
      fate.push(arrivalMs + this.#delayMs(copyDelay));
    }
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, ...fate);
    return fate;
  }

  /** A delay of what is no message: of a connection that is made or lost. */
  signalMs(dice: Stream): number {
    return this.#delayMs(dice.fraction());
  }

  #delayMs(die: number): number {
    const { delayMsMin, delayMsMax } = this.#norm;
    const spread = (delayMsMax - delayMsMin) * this.#slowness;
    let delayMs = delayMsMin + spread * die ** 3;
    for (const { delayMs: extraMs = 0 } of this.#impairments) delayMs += extraMs * (0.5 + die / 2);
    return delayMs;
  }

  #percent(of: "lossPercent" | "duplicatePercent" | "reorderPercent"): number {
    let without = 1 - this.#norm[of] / 100;
    for (const impairment of this.#impairments) without *= 1 - (impairment[of] ?? 0) / 100;
    return 100 * (1 - without);
  }
}
