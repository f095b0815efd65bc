import { createHash } from "node:crypto";
import { type Index, indices, type Value } from "../../../spec/automaton/index.ts";
import { digestWith } from "../../crypto/scheme.ts";
import type { HostedProcess } from "../../network/process.ts";
import type { ClusterFacts, RegisterProtocol } from "../../network/protocol.ts";
import { nodeScheme } from "../crypto/node.ts";
import { createSigner, createVerifier } from "../crypto/verifier.ts";
import type { Host, HostObserver } from "../host.ts";
import type { Codec } from "../key-value.ts";
import { type Client, startClient, startReplica } from "../members.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { Store } from "../store/store.ts";
import type { Verifier } from "../world.ts";
import { diceOf } from "./dice.ts";
import { SimulatedNetwork } from "./network.ts";
import { Scheduler } from "./scheduler.ts";

export interface SimulatedClusterOptions {
  readonly protocol: RegisterProtocol;
  readonly seed: number;
  readonly faults: number;
  readonly clients: number;
  readonly clockRates?: Readonly<Record<string, number>>;
  /** Makes a faulty process of a correct one; `again` builds another correct copy. */
  readonly disguise?: (process: HostedProcess, again: () => HostedProcess) => HostedProcess;
  /** Sees each action of each process. */
  readonly observe?: (process: Index) => HostObserver;
  readonly operationMs?: number;
}

/** Why a process is gone for good. */
export interface ProcessFailure {
  readonly process: Index;
  readonly error: Error;
}

type Member =
  | { readonly sort: "replica"; readonly host: Host; readonly store: Store; disk: SimulatedDisk }
  | {
      readonly sort: "client";
      readonly host: Host;
      readonly client: Client<string>;
      readonly store: Store;
      disk: SimulatedDisk;
    };

const textCodec: Codec<string> = { encode: (value) => value, decode: (text) => text };

const KEY_BYTES = 64;
const VALUE_BYTES = 4096;
const OPERATION_MS = 60_000;
const START_MS_MAX = 60_000;

/**
 * A cluster of real hosts on a simulated network, clock and disk, with real keys. What happens is a
 * function of the seed and of the calls.
 */
export class SimulatedCluster {
  readonly scheduler = new Scheduler();
  readonly network: SimulatedNetwork;
  readonly replicas: readonly Index<"replica">[];
  readonly clients: readonly Index<"client">[];
  readonly facts: ClusterFacts;
  /** extra time that a process's disk takes, in ms */
  readonly diskLatencyMs = new Map<Index, number>();
  readonly #options: SimulatedClusterOptions;
  readonly #members = new Map<Index, Member>();
  readonly #disks = new Map<Index, SimulatedDisk>();
  readonly #verifier: Verifier;
  readonly #incarnations = new Map<Index, number>();
  readonly #failures: ProcessFailure[] = [];

  constructor(options: SimulatedClusterOptions) {
    const { protocol, seed, faults, clients } = options;
    this.#options = options;
    this.network = new SimulatedNetwork(this.scheduler, seed);
    this.replicas = indices("replica", protocol.replicasFor(faults));
    this.clients = indices("client", clients);
    this.facts = {
      cluster: `simulated-${seed}`,
      faults,
      replicas: this.replicas,
      clients: this.clients,
      keyBytes: KEY_BYTES,
      valueBytes: VALUE_BYTES,
      retransmission: { firstMs: 20, factor: 2, mostMs: 1000 },
      digest: digestWith(nodeScheme),
      authorise: () => true,
    };
    // One verifier for all: it computes a function, and remembers what it computed.
    this.#verifier = createVerifier({
      scheme: nodeScheme,
      scope: this.facts.cluster,
      keys: new Map(
        this.replicas.map((one) => [one, nodeScheme.publicKey(this.secretOf(one))] as const),
      ),
      off: "this thread",
    });
  }

  /** Why correct or faulty processes stopped themselves. */
  get failures(): readonly ProcessFailure[] {
    return this.#failures;
  }

  /** Takes note that a process could not be started again. */
  failed(process: Index, error: Error): void {
    this.#failures.push({ process, error });
  }

  isUp(process: Index): boolean {
    return this.#members.has(process);
  }

  host(process: Index): Host | null {
    return this.#members.get(process)?.host ?? null;
  }

  /** The signing key of a process: simulated worlds keep no secrets. */
  secretOf(process: Index): Uint8Array {
    return createHash("sha256").update(`${this.#options.seed} ${process}`).digest();
  }

  signerOf(process: Index): (statement: Value) => Uint8Array {
    return createSigner(nodeScheme, this.facts.cluster, this.secretOf(process));
  }

  /** Starts every process: it takes some virtual time, since each writes to its disk. */
  async startAll(): Promise<void> {
    let isReady = false;
    const all = [...this.replicas, ...this.clients].map((process) => this.start(process));
    const ready = Promise.all(all).then(() => {
      isReady = true;
    });
    await this.scheduler.run(this.scheduler.nowMs + START_MS_MAX, () => isReady);
    await ready;
  }

  /** Starts a process, or starts it again on what its disk has kept. */
  async start(process: Index): Promise<void> {
    const { scheduler } = this;
    await scheduler.starting(this.#start(process));
  }

  async #start(process: Index): Promise<void> {
    const { protocol, seed, clockRates = {}, disguise, observe } = this.#options;
    const { scheduler, facts } = this;
    const clock = scheduler.clock(clockRates[process] ?? 1);
    const incarnation = this.#incarnations.get(process) ?? 0;
    this.#incarnations.set(process, incarnation + 1);
    const dice = diceOf(seed, "process", process, incarnation);
    const disk =
      this.#disks.get(process) ??
      new SimulatedDisk({
        after: (delayMs, run) => scheduler.after(delayMs, run),
        latencyMs: () => 0.2 + (this.diskLatencyMs.get(process) ?? 0),
      });
    this.#disks.set(process, disk);
    const identity = {
      protocol: protocol.name,
      cluster: facts.cluster,
      process,
      format: protocol.format,
    };
    const store = await Store.open(disk, identity, { defer: (run) => scheduler.after(0, run) });
    const isCurrent = () => this.#incarnations.get(process) === incarnation + 1;
    if (!isCurrent()) return;
    const observer: HostObserver = {
      ...observe?.(process),
      failed: (error) => this.failed(process, error),
    };
    const world = {
      clock: {
        now: () => clock.now(),
        // The timers of a process that crashed never fire.
        after: (delayMs: number, run: () => void) =>
          clock.after(delayMs, () => {
            if (isCurrent() && this.#members.has(process)) run();
          }),
      },
      random: (count: number) => dice.bytes(count),
      verifier: this.#verifier,
      sign: this.signerOf(process),
      store,
      observer,
      connect: (events: Parameters<SimulatedNetwork["attach"]>[1]) =>
        this.network.attach(process, events),
    };
    if (this.#isReplica(process)) {
      const again = () => protocol.replica(process, facts);
      const host = await startReplica(protocol, process, facts, world, (one) =>
        disguise === undefined ? one : disguise(one, again),
      );
      this.#members.set(process, { sort: "replica", host, store, disk });
      return;
    }
    const self = process as Index<"client">;
    const again = () => protocol.client(self, facts, () => undefined).process;
    const client = await startClient(
      protocol,
      self,
      facts,
      world,
      textCodec,
      {
        keyBytes: KEY_BYTES,
        valueBytes: VALUE_BYTES,
        pendingOperations: 1000,
        operationMs: this.#options.operationMs ?? OPERATION_MS,
      },
      (one) => (disguise === undefined ? one : disguise(one, again)),
    );
    this.#members.set(process, { sort: "client", host: client.host, client, store, disk });
  }

  /** Stops a process between two events: what its disk had not synced may be lost or torn. */
  crash(process: Index): void {
    const member = this.#members.get(process);
    if (member === undefined) return;
    this.network.detach(process);
    member.store.abandon();
    const dice = diceOf(this.#options.seed, "crash", process, this.#incarnations.get(process) ?? 0);
    this.#disks.set(
      process,
      member.disk.crash((count) => dice.bytes(count)),
    );
    this.#members.delete(process);
  }

  /** The key-value store of a client; null while it is down. */
  store(client: Index): Client<string>["store"] | null {
    const member = this.#members.get(client);
    return member?.sort === "client" ? member.client.store : null;
  }

  #isReplica(process: Index): process is Index<"replica"> {
    return this.replicas.some((one) => one === process);
  }
}
