import type { Index } from "../../../spec/automaton/index.ts";
import type { Retransmission } from "../../network/exchange.ts";
import { keepMessage, keptMessage } from "../../network/kept.ts";
import type { ProcessHost, Timer } from "../../network/process.ts";
import type { Replica } from "../messages.ts";
import type { Bounds } from "./bounds.ts";
import { asMessage, type DecideMessage, type OrderMessage, type ShownEstimate } from "./wire.ts";

/** The unit of everything that a replica does. */
export const UNIT = "replica";

/** What is sent once in an instance, or once in a round of it. */
type Sent = Exclude<OrderMessage, DecideMessage>;

const IN_ROUND = ["INITIAL", "ECHO", "READY", "SUSPICION", "GO-PHASE-2"] as const;

export interface OutboxOptions {
  readonly self: Replica;
  readonly group: readonly Replica[];
  readonly bounds: Bounds;
  readonly again: Retransmission;
  /** an estimate by its digest, if it is known */
  readonly estimateOf: (k: number, digest: string) => ShownEstimate | null;
}

/**
 * What this replica has signed in the instance under way. It is kept beside the state, so that after a
 * restart it says the same again and nothing else. All of it is sent again, less and less often, while
 * the instance goes on, and to who has just connected: channels between correct processes are reliable.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  /** by slot */
  readonly #sent = new Map<string, { readonly message: Sent; readonly to: readonly Replica[] }>();
  #k = 0;
  #timer: Timer | null = null;
  #waitMs: number;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#waitMs = options.again.firstMs;
  }

  /** What was sent already, such as before a restart. */
  sent<Type extends Sent["type"]>(type: Type, round: number): Extract<Sent, { type: Type }> | null {
    const found = this.#sent.get(slotOf(type, round))?.message ?? null;
    return found as Extract<Sent, { type: Type }> | null;
  }

  /** Keeps a message and sends it to those who are to get it, but not to itself. */
  send(message: Sent, to: readonly Replica[], host: ProcessHost): void {
    if (message.k !== this.#k) this.clear(host);
    this.#k = message.k;
    const slot = slotOf(message.type, "round" in message ? message.round : 0);
    this.#sent.set(slot, { message, to });
    keepMessage(host, UNIT, slot, { message, to });
    for (const peer of to) this.#sendTo(peer, message, host);
    this.#forgetRoundsBefore("round" in message ? message.round : 0, host);
    this.#waitMs = this.#options.again.firstMs;
    this.#arm(host);
  }

  /** Says everything again to who may have missed it. */
  repeatTo(peer: Index, host: ProcessHost): void {
    for (const { message, to } of this.#sent.values()) {
      if (to.includes(peer as Replica)) this.#sendTo(peer as Replica, this.#whole(message), host);
    }
  }

  /** Takes up what it sent before a restart, in the instance and the rounds up to this one. */
  restore(k: number, round: number, host: ProcessHost): readonly Sent[] {
    this.#k = k;
    const slots = ["VALUE"];
    const first = Math.max(1, round - this.#options.bounds.roundsKept);
    for (let one = first; one <= round; one += 1) {
      slots.push(...IN_ROUND.map((type) => slotOf(type, one)));
    }
    for (const slot of slots) {
      const kept = keptMessage<{ message: Sent; to: readonly Replica[] }>(host, UNIT, slot);
      if (kept !== null) this.#sent.set(slot, kept);
    }
    this.#arm(host);
    return [...this.#sent.values()].map(({ message }) => message);
  }

  /** The instance is over. */
  clear(host: ProcessHost): void {
    for (const slot of this.#sent.keys()) keepMessage(host, UNIT, slot, null);
    this.#sent.clear();
    this.#timer?.cancel();
    this.#timer = null;
    this.#waitMs = this.#options.again.firstMs;
  }

  #arm(host: ProcessHost): void {
    if (this.#timer !== null || this.#sent.size === 0) return;
    this.#timer = host.after(this.#waitMs, () => {
      this.#timer = null;
      for (const peer of this.#options.group) this.repeatTo(peer, host);
      const { factor, mostMs } = this.#options.again;
      this.#waitMs = Math.min(this.#waitMs * factor, mostMs);
      this.#arm(host);
    });
  }

  /** With the estimate, which the receiver may have missed too. */
  #whole(message: Sent): Sent {
    if (message.type !== "READY") return message;
    return { ...message, estimate: this.#options.estimateOf(message.k, message.digest) };
  }

  #sendTo(peer: Replica, message: Sent, host: ProcessHost): void {
    if (peer !== this.#options.self) host.send(UNIT, peer, asMessage(message));
  }

  #forgetRoundsBefore(round: number, host: ProcessHost): void {
    const first = round - this.#options.bounds.roundsKept;
    for (const [slot, { message }] of this.#sent) {
      if (!("round" in message) || message.round >= first) continue;
      this.#sent.delete(slot);
      keepMessage(host, UNIT, slot, null);
    }
  }
}

const slotOf = (type: Sent["type"], round: number): string =>
  type === "VALUE" ? type : `${type} ${round}`;
