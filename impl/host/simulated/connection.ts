import type { Index } from "../../../spec/automaton/index.ts";
import type { TransportEvents } from "../world.ts";
import type { Link } from "./link.ts";
import type { Stream } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** One run of a process, from its start to its crash, as the network knows it. */
export interface Attached {
  readonly process: Index;
  readonly events: TransportEvents;
}

/** One end of a connection: who is there now, and whether it was told that the connection is up. */
class End {
  readonly link: Link;
  attached: Attached | null = null;
  told = false;

  /** @param link what this end sends on */
  constructor(link: Link) {
    this.link = link;
  }

  tellConnected(peer: Index): void {
    this.tellDisconnected(peer);
    this.told = true;
    this.attached?.events.connected(peer);
  }

  tellDisconnected(peer: Index): void {
    if (!this.told) return;
    this.told = false;
    this.attached?.events.disconnected(peer);
  }
}

/**
 * The connection of two processes: made when both are there and no direction is cut, made again after
 * it was torn. What is on the wire when it is torn is lost; what a process sent before it crashed is
 * not, and only then does its peer see that the connection has ended.
 */
export class Connection {
  readonly #scheduler: Scheduler;
  readonly #dice: Stream;
  readonly #ends: readonly [End, End];
  #isOpen = false;
  #dials = 0;
  #tears = 0;
  #signals = 0;

  constructor(scheduler: Scheduler, random: Stream, there: Link, back: Link) {
    this.#scheduler = scheduler;
    this.#dice = random.substream("connection", there.from, there.to);
    this.#ends = [new End(there), new End(back)];
  }

  /** How often it was torn: what was sent before does not arrive any more. */
  get tears(): number {
    return this.#tears;
  }

  /** Whether what is sent now has a way; an end may not know yet that it has none. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether a process thinks that it is connected. */
  isUpFor(process: Index): boolean {
    return this.#endOf(process).told;
  }

  attachedAt(process: Index): Attached | null {
    return this.#endOf(process).attached;
  }

  attach(attached: Attached): void {
    this.#endOf(attached.process).attached = attached;
    this.#dial();
  }

  /** A process is gone: what it sent is still on the wire, what was sent to it is lost. */
  detach(process: Index): void {
    const gone = this.#endOf(process);
    gone.attached = null;
    gone.told = false;
    this.#isOpen = false;
    this.#noticeAt(this.#peerOf(gone), Math.max(gone.link.lastArrivalMs, this.#signalAtMs(gone)));
  }

  /** Ends the connection, with all that is on the wire, and makes a new one. */
  tear(): void {
    this.#lose();
    this.#dial();
  }

  /** One direction has been cut: while the other works, nobody notices. */
  cut(): void {
    if (this.#ends.every(({ link }) => link.cuts > 0)) this.#lose();
  }

  /** A direction works again. What was lost in it makes both ends start anew. */
  mended(): void {
    if (this.#ends.every(({ link }) => link.cuts === 0)) this.tear();
  }

  #lose(): void {
    this.#tears += 1;
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const end of this.#ends) this.#noticeAt(end, this.#signalAtMs(end));
  }

  #noticeAt(end: End, atMs: number): void {
    const { attached } = end;
    const dial = this.#dials;
    this.#scheduler.at(atMs, () => {
      // A connection made since then has told the end already.
      if (end.attached === attached && this.#dials === dial) {
        end.tellDisconnected(this.#peerOf(end).link.from);
      }
    });
  }

  #dial(): void {
    const [one, other] = this.#ends;
    const { attached } = one;
    const { attached: peer } = other;
    if (attached === null || peer === null) return;
    const tears = this.#tears;
    this.#scheduler.at(this.#signalAtMs(one) + this.#signalAtMs(other) - this.#now, () => {
      const isStale = one.attached !== attached || other.attached !== peer || this.#tears !== tears;
      if (isStale || this.#isOpen || this.#ends.some(({ link }) => link.cuts > 0)) return;
      this.#isOpen = true;
      this.#dials += 1;
      one.tellConnected(peer.process);
      other.tellConnected(attached.process);
    });
  }

  get #now(): number {
    return this.#scheduler.nowMs;
  }

  #signalAtMs({ link }: End): number {
    this.#signals += 1;
    return this.#now + link.signalMs(this.#dice.substream(this.#signals));
  }

  #endOf(process: Index): End {
    const [one, other] = this.#ends;
    return one.link.from === process ? one : other;
  }

  #peerOf(end: End): End {
    const [one, other] = this.#ends;
    return end === one ? other : one;
  }
}
