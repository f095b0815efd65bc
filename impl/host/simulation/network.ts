import type { Index } from "../../../spec/automaton/index.ts";
import type { Wire } from "../../network/process.ts";
import { decodeWire, encodeWire } from "../wire/codec.ts";
import type { Transport, TransportEvents } from "../world.ts";
import { diceOf } from "./dice.ts";
import type { Scheduler } from "./scheduler.ts";

/** How a network treats messages. */
export interface Weather {
  /** shares from 0 to 1 */
  readonly loss: number;
  readonly duplication: number;
  /** the shortest way, and the mean of what comes on top: so messages overtake each other */
  readonly delayMs: number;
  readonly jitterMs: number;
}

export const FAIR: Weather = { loss: 0, duplication: 0, delayMs: 0.1, jitterMs: 0.2 };

/** A message on its way, for who looks on or decides by hand. */
export interface Passing {
  readonly from: Index;
  readonly to: Index;
  readonly message: Wire;
}

interface Attached {
  readonly events: TransportEvents;
  isOpen: boolean;
}

/**
 * The network of a simulated world. Messages are encoded and decoded as on a real one. Those that are on
 * their way to a process that crashes are lost; those that it had sent still arrive.
 */
export class SimulatedNetwork {
  readonly #scheduler: Scheduler;
  readonly #seed: number;
  readonly #attached = new Map<Index, Attached>();
  readonly #sent = new Map<string, number>();
  weather: Weather = FAIR;
  /** Whether a message may pass between two processes: partitions. */
  passes: (from: Index, to: Index) => boolean = () => true;
  /** Sees each message that is sent; in its own time it may deliver it, if it says so by true. */
  intercept: (passing: Passing, deliver: () => void) => boolean = () => false;
  /** Sees each message that arrives. */
  arrived: (passing: Passing) => void = () => undefined;

  constructor(scheduler: Scheduler, seed: number) {
    this.#scheduler = scheduler;
    this.#seed = seed;
  }

  /** A process is there: its transport. Whoever had that name before is gone. */
  attach(self: Index, events: TransportEvents): Transport {
    const own: Attached = { events, isOpen: true };
    this.detach(self);
    this.#attached.set(self, own);
    for (const peer of this.#attached.keys()) if (peer !== self) this.#connect(self, peer);
    return {
      send: (to, message) => {
        if (own.isOpen) this.#send(self, to, message);
      },
      close: () => {
        own.isOpen = false;
        return Promise.resolve();
      },
    };
  }

  /** A process has crashed. */
  detach(self: Index): void {
    const own = this.#attached.get(self);
    if (own !== undefined) own.isOpen = false;
    this.#attached.delete(self);
  }

  /** Tells all that may talk again that they can, as reconnecting transports do. */
  reconnect(): void {
    const all = [...this.#attached.keys()];
    for (const one of all) for (const other of all) if (one < other) this.#connect(one, other);
  }

  #connect(one: Index, other: Index): void {
    this.#scheduler.after(this.weather.delayMs, () => {
      if (!this.passes(one, other) || !this.passes(other, one)) return;
      const ends = [this.#attached.get(one), this.#attached.get(other)];
      if (ends.some((end) => !end?.isOpen)) return;
      ends[0]?.events.connected(other);
      ends[1]?.events.connected(one);
    });
  }

  #send(from: Index, to: Index, message: Wire): void {
    const bytes = encodeWire(message);
    const link = `${from} ${to}`;
    const count = this.#sent.get(link) ?? 0;
    this.#sent.set(link, count + 1);
    const deliver = (target: Attached | undefined) => {
      if (!target?.isOpen || !this.passes(from, to)) return;
      const arrived = decodeWire(bytes);
      this.arrived({ from, to, message: arrived });
      target.events.receive(from, arrived);
    };
    if (this.intercept({ from, to, message }, () => deliver(this.#attached.get(to)))) return;
    const { loss, duplication, delayMs, jitterMs } = this.weather;
    const dice = diceOf(this.#seed, "message", link, count);
    const target = this.#attached.get(to);
    if (dice.chance(loss)) return;
    const copies = dice.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const onTop = -Math.log(1 - dice.next()) * jitterMs;
      this.#scheduler.after(delayMs + onTop, () => deliver(target));
    }
  }
}
