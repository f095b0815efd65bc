import type { Index } from "../../../spec/automaton/index.ts";
import type { Wire } from "../../network/process.ts";
import { decodeWire, encodeWire } from "../wire/codec.ts";
import { defaultWireLimits, type WireLimits } from "../wire/limits.ts";
import type { Transport, TransportEvents } from "../world.ts";
import { type Attached, Connection } from "./connection.ts";
import { type Impairment, Link, type LinkCounters, type LinkNorm, noMessages } from "./link.ts";
import type { MessageEvent, MessageStep, PassingMessage, PendingMessage } from "./messages.ts";
import type { Stream } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

export interface NetworkOptions {
  readonly scheduler: Scheduler;
  readonly random: Stream;
  readonly processes: readonly Index[];
  readonly norm: LinkNorm;
  readonly limits?: WireLimits;
  /** Nothing is delivered until {@link SimulatedNetwork.deliver} is told to, and nothing is lost. */
  readonly manual?: boolean;
  /** Sees what happens to every message. */
  readonly onMessage?: (event: MessageEvent) => void;
}

interface Flight {
  readonly id: number;
  readonly link: Link;
  readonly bytes: Uint8Array;
  /** the receiver that it was sent to: a later run of the process does not get it */
  readonly receiver: Attached;
  /** of the connection, when it was sent */
  readonly tears: number;
}

const NO_BYTES = new Uint8Array();

/** A network in which a seed decides what every message meets. Frames are encoded and decoded. */
export class SimulatedNetwork {
  readonly #options: NetworkOptions;
  readonly #links = new Map<string, Link>();
  readonly #connections = new Map<string, Connection>();
  readonly #pending = new Map<number, Flight>();
  #messages = 0;
  /**
   * Sees each message that is sent, connected or not. If it says true, the message is its own: it may
   * let it arrive at once, any number of times, at whoever is there then.
   */
  intercept: (message: PassingMessage, deliver: () => void) => boolean = () => false;

  constructor(options: NetworkOptions) {
    this.#options = options;
    const { scheduler, random, processes, norm } = options;
    for (const [at, one] of processes.entries()) {
      for (const other of processes.slice(0, at)) {
        const [there, back] = [
          new Link(one, other, random, norm),
          new Link(other, one, random, norm),
        ];
        const connection = new Connection(scheduler, random, there, back);
        for (const link of [there, back]) {
          const name = nameOf(link.from, link.to);
          this.#links.set(name, link);
          this.#connections.set(name, connection);
        }
      }
    }
  }

  /** Attaches a run of a process; it is connected to the others by and by. */
  attach(process: Index, events: TransportEvents): Transport {
    const attached: Attached = { process, events };
    for (const peer of this.#peersOf(process)) this.#connection(process, peer).attach(attached);
    return {
      send: (to, message) => this.#send(attached, to, message),
      close: () => {
        this.#detach(attached);
        return Promise.resolve();
      },
    };
  }

  /** The process is gone. What it has sent arrives; what was sent to it does not, if it comes back too. */
  detach(process: Index): void {
    for (const peer of this.#peersOf(process)) {
      const connection = this.#connection(process, peer);
      if (connection.attachedAt(process) !== null) connection.detach(process);
    }
  }

  /**
   * Cuts one direction: what arrives while it is cut is lost. When both directions are, the connection
   * is torn.
   * @returns what mends it
   */
  cut(from: Index, to: Index): () => void {
    const link = this.#link(from, to);
    const connection = this.#connection(from, to);
    link.cuts += 1;
    if (link.cuts === 1) connection.cut();
    return () => {
      link.cuts -= 1;
      if (link.cuts === 0) connection.mended();
    };
  }

  /**
   * Makes links worse.
   * @param from,to null: all
   * @returns what takes it back
   */
  impair(from: Index | null, to: Index | null, by: Impairment): () => void {
    const undo = [...this.#links.values()]
      .filter((link) => (from ?? link.from) === link.from && (to ?? link.to) === link.to)
      .map((link) => link.impair(by));
    return () => {
      for (const one of undo) one();
    };
  }

  /** Ends a connection with all that is on its wire; it is made again. */
  tear(one: Index, other: Index): void {
    this.#connection(one, other).tear();
  }

  /** Puts bytes on a wire as they are, as an authenticated but faulty process can. */
  inject(from: Index, to: Index, bytes: Uint8Array): void {
    const connection = this.#connection(from, to);
    if (connection.isUpFor(from)) this.#put(connection, this.#link(from, to), bytes);
    else this.#refuse(this.#link(from, to));
  }

  /** What waits in manual mode, in order of sending. */
  pending(): PendingMessage[] {
    return [...this.#pending.values()].map(({ id, link: { from, to }, bytes }) => ({
      id,
      from,
      to,
      message: decodeWire(bytes, this.#options.limits),
    }));
  }

  /**
   * Delivers a pending message as the next event, or drops it if nobody is there any more.
   * @throws RangeError if no such message is pending
   */
  deliver(id: number): void {
    const flight = this.#taken(id);
    this.#options.scheduler.after(0, () => this.#arrive(flight));
  }

  /** @throws RangeError if no such message is pending */
  drop(id: number): void {
    const flight = this.#taken(id);
    flight.link.counters.lost += 1;
    this.#tell("lost", flight);
  }

  counters(from: Index, to: Index): Readonly<LinkCounters> {
    return this.#link(from, to).counters;
  }

  /** The counters of all links together. */
  totals(): LinkCounters {
    const totals = noMessages();
    const names = Object.keys(totals) as (keyof LinkCounters)[];
    for (const { counters } of this.#links.values()) {
      for (const name of names) totals[name] += counters[name];
    }
    return totals;
  }

  #detach(attached: Attached): void {
    for (const peer of this.#peersOf(attached.process)) {
      const connection = this.#connection(attached.process, peer);
      if (connection.attachedAt(attached.process) === attached) connection.detach(attached.process);
    }
  }

  #send(sender: Attached, to: Index, message: Wire): void {
    const { process: from } = sender;
    const connection = this.#connections.get(nameOf(from, to));
    // As a real transport: who is no peer, or is not connected, gets nothing.
    if (connection === undefined || connection.attachedAt(from) !== sender) return;
    const link = this.#link(from, to);
    let bytes: Uint8Array;
    try {
      bytes = encodeWire(message);
    } catch {
      this.#tell("unsendable", { id: this.#messages++, link, bytes: NO_BYTES });
      return;
    }
    if (this.intercept({ from, to, message }, () => this.#hand(connection, link, bytes))) return;
    if (!connection.isUpFor(from)) {
      this.#refuse(link);
      return;
    }
    this.#put(connection, link, bytes);
  }

  #put(connection: Connection, link: Link, bytes: Uint8Array): void {
    const { scheduler, manual } = this.#options;
    const receiver = connection.attachedAt(link.to);
    const sent = { id: this.#messages++, link, bytes };
    const dice = link.count(bytes.length);
    this.#tell("sent", sent);
    if (receiver === null || !connection.isOpen) {
      link.counters.cut += 1;
      this.#tell("cut", sent);
      return;
    }
    const flight: Flight = { ...sent, receiver, tears: connection.tears };
    if (manual) {
      this.#pending.set(flight.id, flight);
      return;
    }
    const fate = link.decide(scheduler.nowMs, dice);
    if (fate.length === 0) this.#tell("lost", flight);
    for (const atMs of fate) scheduler.at(atMs, () => this.#arrive(flight));
  }

  #hand(connection: Connection, link: Link, bytes: Uint8Array): void {
    link.counters.delivered += 1;
    const message = decodeWire(bytes, this.#options.limits ?? defaultWireLimits);
    connection.attachedAt(link.to)?.events.receive(link.from, message);
  }

  #arrive(flight: Flight): void {
    const { link, bytes, receiver, tears } = flight;
    const connection = this.#connection(link.from, link.to);
    const isThere = connection.attachedAt(link.to) === receiver && connection.tears === tears;
    if (!isThere || link.cuts > 0) {
      link.counters.cut += 1;
      this.#tell("cut", flight);
      return;
    }
    let message: Wire;
    try {
      message = decodeWire(bytes, this.#options.limits ?? defaultWireLimits);
    } catch {
      link.counters.malformed += 1;
      this.#tell("malformed", flight);
      connection.tear();
      return;
    }
    link.counters.delivered += 1;
    this.#tell("delivered", flight);
    receiver.events.receive(link.from, message);
  }

  #refuse(link: Link): void {
    link.counters.unsent += 1;
    this.#tell("unsent", { id: this.#messages++, link, bytes: NO_BYTES });
  }

  #tell(
    step: MessageStep,
    { id, link: { from, to }, bytes }: Pick<Flight, "id" | "link" | "bytes">,
  ) {
    this.#options.onMessage?.({ step, id, from, to, bytes });
  }

  #taken(id: number): Flight {
    const flight = this.#pending.get(id);
    if (flight === undefined) throw new RangeError(`No message ${id} is pending.`);
    this.#pending.delete(id);
    return flight;
  }

  #peersOf(process: Index): Index[] {
    return this.#options.processes.filter((peer) => peer !== process);
  }

  #link(from: Index, to: Index): Link {
    return known(this.#links, from, to);
  }

  #connection(from: Index, to: Index): Connection {
    return known(this.#connections, from, to);
  }
}

const nameOf = (from: Index, to: Index) => `${from} ${to}`;

function known<T>(map: ReadonlyMap<string, T>, from: Index, to: Index): T {
  const found = map.get(nameOf(from, to));
  if (found === undefined) throw new RangeError(`There is no link from ${from} to ${to}.`);
  return found;
}
