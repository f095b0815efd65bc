import type { Index, Value } from "../../../spec/automaton/index.ts";
import type { HostFacts } from "../../network/protocol.ts";
import type { Host } from "../host.ts";
import { HostRunner, type HostsOptions, type Member } from "./hosts.ts";
import type { LinkNorm } from "./link.ts";
import { Machine } from "./machine.ts";
import { SimulatedNetwork } from "./network.ts";
import { stream } from "./random.ts";
import { Scheduler } from "./scheduler.ts";

/** Nothing is lost, and all is quick: who drives a cluster by hand says what goes wrong. */
const QUIET: LinkNorm = {
  delayMsMin: 0.1,
  delayMsMax: 0.3,
  lossPercent: 0,
  duplicatePercent: 0,
  reorderPercent: 0,
};
const DISK_MS_MAX = 0.2;
const START_MS_MAX = 60_000;

/** Why a process is gone for good. */
export interface ProcessFailure {
  readonly process: Index;
  readonly error: Error;
}

/**
 * A cluster of real hosts on a simulated network, clock and disk, with real keys, that is driven by
 * calls. What happens is a function of the seed and of the calls. Runs of schedules are `runSchedule`'s.
 */
export class SimulatedCluster {
  readonly scheduler = new Scheduler();
  readonly network: SimulatedNetwork;
  readonly replicas: readonly Index<"replica">[];
  readonly clients: readonly Index<"client">[];
  readonly facts: HostFacts;
  /** why processes stopped themselves */
  readonly failures: ProcessFailure[] = [];
  readonly #runner: HostRunner;
  readonly #machines = new Map<Index, Machine<Member>>();
  /** who waits for a process to be up, and to hear why it cannot */
  readonly #starting = new Map<Index, { up(): void; failed(error: Error): void }[]>();

  constructor(options: HostsOptions) {
    const { scheduler } = this;
    this.#runner = new HostRunner(options);
    this.facts = this.#runner.facts;
    this.replicas = this.facts.replicas;
    this.clients = this.facts.clients;
    const processes: readonly Index[] = [...this.replicas, ...this.clients];
    const random = stream(options.seed, "network");
    this.network = new SimulatedNetwork({ scheduler, random, processes, norm: QUIET });
    for (const process of processes) {
      const machine = new Machine({
        process,
        scheduler,
        network: this.network,
        random: stream(options.seed, "machine", process),
        diskMsMax: DISK_MS_MAX,
        start: (self, world) => this.#runner.start(self, world),
        onStep: () => undefined,
        onUp: () => {
          for (const { up } of this.#waitersOf(process)) up();
        },
        onDown: () => undefined,
        onFailure: (error) => {
          this.failures.push({ process, error });
          for (const { failed } of this.#waitersOf(process)) failed(error);
        },
      });
      this.#machines.set(process, machine);
    }
  }

  /** Starts every process: it takes some virtual time, since each writes to its disk. */
  async startAll(): Promise<void> {
    let isReady = false;
    const all = [...this.replicas, ...this.clients].map((process) => this.start(process));
    const ready = Promise.all(all).then(() => {
      isReady = true;
    });
    await this.scheduler.run({
      untilMs: this.scheduler.nowMs + START_MS_MAX,
      until: () => isReady || this.failures.length > 0,
    });
    await ready;
  }

  /**
   * Starts a process, or starts it again on what its disk has kept. Time must pass for it.
   * @throws what it fails with
   */
  start(process: Index): Promise<void> {
    const machine = this.#machine(process);
    if (machine.isUp) return Promise.resolve();
    return new Promise((up, failed) => {
      const waiters = this.#starting.get(process) ?? [];
      this.#starting.set(process, waiters);
      waiters.push({ up, failed });
      machine.start();
    });
  }

  /** Stops a process between two events: what its disk had not synced may be lost or torn. */
  crash(process: Index): void {
    this.#machine(process).kill();
  }

  isUp(process: Index): boolean {
    return this.#machine(process).isUp;
  }

  /** null while it is down */
  host(process: Index): Host | null {
    return this.#member(process)?.host ?? null;
  }

  /** The key-value store of a client; null while it is down, and where the protocol offers a service. */
  store(client: Index): Member["store"] {
    return this.#member(client)?.store ?? null;
  }

  /** What a client has a service do; null while it is down, and where the protocol offers registers. */
  calls(client: Index): Member["calls"] {
    return this.#member(client)?.calls ?? null;
  }

  /** The signing key of a process: simulated worlds keep no secrets. */
  secretOf(process: Index): Uint8Array {
    return this.#runner.secretOf(process);
  }

  signerOf(process: Index): (statement: Value) => Uint8Array {
    return this.#runner.signerOf(process);
  }

  #waitersOf(process: Index) {
    return this.#starting.get(process)?.splice(0) ?? [];
  }

  #member(process: Index): Member | null {
    return this.#machine(process).running;
  }

  #machine(process: Index): Machine<Member> {
    const machine = this.#machines.get(process);
    if (machine === undefined) throw new RangeError(`There is no ${process}.`);
    return machine;
  }
}
