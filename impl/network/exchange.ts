import type { Index } from "../../spec/automaton/index.ts";
import type { Message, ProcessHost, Timer } from "./process.ts";

/** How often a request is sent again to those that have not answered. */
export interface Retransmission {
  readonly firstMs: number;
  /** each wait is longer by this factor, up to `mostMs` */
  readonly factor: number;
  readonly mostMs: number;
}

/**
 * One request to several peers, sent again until each has answered or somebody closes it. The model's
 * network may repeat every message, so receivers are ready for it.
 */
export class Exchange<Answer> {
  readonly answers = new Map<Index, Answer>();
  readonly #host: ProcessHost;
  readonly #unit: string;
  readonly #peers: readonly Index[];
  readonly #message: Message;
  readonly #again: Retransmission;
  #timer: Timer | null = null;
  #waitMs: number;

  constructor(
    host: ProcessHost,
    unit: string,
    peers: readonly Index[],
    message: Message,
    again: Retransmission,
  ) {
    this.#host = host;
    this.#unit = unit;
    this.#peers = peers;
    this.#message = message;
    this.#again = again;
    this.#waitMs = again.firstMs;
    for (const peer of peers) host.send(unit, peer, message);
    this.#wait();
  }

  /** Sends at once to a peer that is there again, if it has not answered. */
  sendTo(peer: Index): void {
    if (!this.answers.has(peer)) this.#host.send(this.#unit, peer, this.#message);
  }

  close(): void {
    this.#timer?.cancel();
  }

  #wait(): void {
    this.#timer = this.#host.after(this.#waitMs, () => {
      for (const peer of this.#peers) this.sendTo(peer);
      const { factor, mostMs } = this.#again;
      this.#waitMs = Math.min(this.#waitMs * factor, mostMs);
      this.#wait();
    });
  }
}
