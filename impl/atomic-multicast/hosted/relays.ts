import type { Retransmission } from "../../network/exchange.ts";
import type { ProcessHost, Timer } from "../../network/process.ts";
import type { AtomicState } from "../atomic/automaton.ts";
import type { Message } from "../atomic/message.ts";
import { UNIT } from "./outbox.ts";

/**
 * The relays of Algorithm 5, sent late. A replica proposes what it has received, and each proposal goes to
 * all, so requests reach the others with it; one relay for each request and each pair of replicas would be
 * most of the traffic. What is still undelivered after a while is relayed, less and less often.
 */
export class Relays {
  readonly #again: Retransmission;
  readonly #relay: (message: Message, host: ProcessHost) => void;
  #timer: Timer | null = null;
  #waitMs: number;

  constructor(again: Retransmission, relay: (message: Message, host: ProcessHost) => void) {
    this.#again = again;
    this.#relay = relay;
    this.#waitMs = again.firstMs;
  }

  /** A message was received for the first time. */
  wait(host: ProcessHost): void {
    if (this.#timer !== null) return;
    this.#timer = host.after(this.#waitMs, () => {
      this.#timer = null;
      const { undelivered } = host.state(UNIT, "atomic") as AtomicState;
      for (const message of undelivered) this.#relay(message, host);
      const { firstMs, factor, mostMs } = this.#again;
      const isOver = undelivered.length === 0;
      this.#waitMs = isOver ? firstMs : Math.min(this.#waitMs * factor, mostMs);
      if (!isOver) this.wait(host);
    });
  }
}
