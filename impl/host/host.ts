import type { Action, Index, Value } from "../../spec/automaton/index.ts";
import { drawFrom } from "../../spec/automaton/index.ts";
import type { HostedProcess, Message, ProcessHost, Wire } from "../network/process.ts";
import { HostError } from "./errors.ts";
import type { Execution } from "./execution/running-unit.ts";
import { Intake } from "./intake.ts";
import type { Store } from "./store/store.ts";
import { Units } from "./units.ts";
import type { Clock, Random, Transport, TransportEvents, Verifier } from "./world.ts";

/** What a host reports to logs, metrics, and records. Every call is cheap or absent. */
export interface HostObserver {
  /** an action that a unit performed, in order: the trace of this process */
  action?(unit: string, action: Action): void;
  sent?(to: Index, message: Message): void;
  delivered?(from: Index, message: Message): void;
  refused?(from: Index, reason: string): void;
  /** an operation of a local user is over, after so many phases */
  phases?(operation: "read" | "write", count: number): void;
  /** how many messages and answers wait for a commit */
  held?(count: number): void;
  /** the process has stopped itself: nothing of the failed step has left */
  failed?(error: HostError): void;
}

export interface HostOptions {
  readonly process: HostedProcess;
  readonly clock: Clock;
  readonly random: Random;
  readonly verifier: Verifier;
  /** signs in the name of the process */
  readonly sign: (statement: Value) => Uint8Array;
  readonly store: Store;
  readonly connect: (events: TransportEvents) => Transport | Promise<Transport>;
  /** choices of the environment, by name */
  readonly providers?: Readonly<Record<string, () => unknown>>;
  readonly execution?: Execution;
  /** units in memory; more are loaded and dropped as they are touched */
  readonly unitsMax?: number;
  /** units that are stored; {@link ProcessHost.hasRoom} says when there are as many */
  readonly unitsStoredMax?: number;
  readonly observer?: HostObserver;
}

const UNITS_MAX = 10_000;

/** One process of a composition, running. */
export interface Host {
  /** Runs `use` as one turn: for what local users ask. */
  turn(use: (host: ProcessHost) => void): void;
  /** Why the process stopped itself; null while it runs. */
  readonly failure: HostError | null;
  status(): HostStatus;
  /** Stops the process as a failing step does: what it stands on has failed, such as its store. */
  fail(cause: HostError): void;
  /** Stops taking messages, waits until what is held has left, and closes the transport. */
  close(): Promise<void>;
}

export interface HostStatus {
  readonly process: Index;
  readonly unitsLoaded: number;
  readonly held: number;
  /** what the protocol tells of itself */
  readonly about: Readonly<Record<string, string | number>>;
}

/**
 * Starts one process. A *turn* is what one message, timer or user causes: steps until every unit is
 * quiet; then all that changed is staged as one commit, and what the turn sent is held until it is
 * durable. A turn that fails leaves nothing behind: it is neither stored nor sent.
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const { process, store } = options;
  const stored = process.recovers ? await store.units() : [];
  const running = new RunningHost(options, store.unitsAtStart);
  await running.connect(options.connect);
  if (process.recovers) running.recover(stored);
  return running;
}

class RunningHost implements Host {
  readonly #options: HostOptions;
  readonly #units: Units;
  readonly #intake: Intake;
  readonly #services: ProcessHost;
  #transport: Transport | null = null;
  #inTurn = false;
  #closing = false;
  #closed = false;
  #held = 0;
  /** what this turn sends and answers, with the unit that it depends on */
  #leaving: { readonly unit: string; readonly run: () => void }[] = [];
  #idle: (() => void) | null = null;
  failure: HostError | null = null;

  constructor(options: HostOptions, unitsStored: number) {
    this.#options = options;
    this.#units = new Units({
      process: options.process,
      store: options.store,
      execution: options.execution ?? "in place",
      draw: drawFrom(options.providers ?? {}),
      unitsMax: options.unitsMax ?? UNITS_MAX,
      unitsStored,
      unitsStoredMax: options.unitsStoredMax ?? Number.POSITIVE_INFINITY,
    });
    this.#services = this.#createServices();
    this.#intake = new Intake({
      decode: (from, message) => options.process.decode(from, message),
      verifier: options.verifier,
      deliver: (from, decoded) => {
        options.observer?.delivered?.(from, decoded.message);
        this.turn((host) => options.process.deliver(from, decoded, host));
      },
      refused: (from, reason) => options.observer?.refused?.(from, reason),
      forged: (from) => this.turn((host) => options.process.forged?.(from, host)),
    });
  }

  async connect(open: HostOptions["connect"]): Promise<void> {
    this.#transport = await open({
      receive: (from: Index, message: Wire) => {
        if (!this.#closing && this.failure === null) this.#intake.take(from, message);
      },
      connected: (peer) => this.turn((host) => this.#options.process.connected?.(peer, host)),
      disconnected: () => undefined,
    });
  }

  recover(stored: readonly string[]): void {
    this.turn(() => {
      for (const unit of stored) {
        this.#units.get(unit).running.recover((action) => this.#performed(unit, action));
      }
    });
  }

  turn(use: (host: ProcessHost) => void): void {
    if (this.failure !== null || this.#closed) return;
    // A process that calls back from inside its own turn goes on with that turn.
    if (this.#inTurn) {
      use(this.#services);
      return;
    }
    this.#inTurn = true;
    try {
      use(this.#services);
      this.#units.stage();
    } catch (cause) {
      this.fail(cause);
      return;
    } finally {
      this.#inTurn = false;
    }
    const leaving = this.#leaving;
    this.#leaving = [];
    for (const { unit, run } of leaving) this.#hold(this.#units.ticketOf(unit), run);
    this.#units.trim();
  }

  status(): HostStatus {
    const { process } = this.#options;
    const isUp = this.failure === null && !this.#closed;
    const about = (isUp ? process.status?.(this.#services) : null) ?? {};
    return { process: process.self, unitsLoaded: this.#units.loaded, held: this.#held, about };
  }

  fail(cause: unknown): void {
    if (this.failure !== null) return;
    const error = asHostError(cause);
    this.failure = error;
    this.#leaving = [];
    this.#idle?.();
    this.#options.observer?.failed?.(error);
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#held > 0 && this.failure === null) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    this.#closed = true;
    await this.#transport?.close();
  }

  #hold(ticket: number, run: () => void): void {
    this.#held += 1;
    this.#options.observer?.held?.(this.#held);
    this.#options.store.whenDurable(ticket, () => {
      this.#held -= 1;
      if (this.failure === null) run();
      if (this.#held === 0) this.#idle?.();
    });
  }

  #performed(unit: string, action: Action): void {
    this.#options.observer?.action?.(unit, action);
    this.#options.process.emit(unit, action, this.#services);
  }

  #createServices(): ProcessHost {
    const { clock, random, sign, observer } = this.#options;
    const leave = (unit: string, run: () => void) => {
      this.#leaving.push({ unit, run });
    };
    return {
      now: () => clock.now(),
      after: (delayMs, run) => clock.after(delayMs, () => this.turn(run)),
      random,
      sign,
      input: (unit, action) => {
        observer?.action?.(unit, action);
        this.#units.get(unit).running.input(action, (made) => this.#performed(unit, made));
      },
      state: (unit, leaf) => this.#units.get(unit).running.state(leaf),
      send: (unit, to, message) =>
        leave(unit, () => {
          observer?.sent?.(to, message);
          this.#transport?.send(to, message);
        }),
      release: leave,
      hasRoom: (unit) => this.#units.hasRoom(unit),
      phases: (operation, count) => observer?.phases?.(operation, count),
      kept: (unit, slot) => this.#units.get(unit).kept.get(slot) ?? null,
      keep: (unit, slot, certificate) => this.#units.keep(unit, slot, certificate),
    };
  }
}

function asHostError(cause: unknown): HostError {
  if (cause instanceof HostError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new HostError("replica-stopped", `A step failed: ${reason}.`, { cause });
}
