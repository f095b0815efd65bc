import { createHash } from "node:crypto";
import type { Action, Index } from "../../../spec/automaton/index.ts";
import { actionText } from "../../../spec/automaton/index.ts";
import { type Behaviour, behaviourNamed, byzantine } from "../../adversary/index.ts";
import type { RegisterProtocol } from "../../network/protocol.ts";
import { type ProcessFailure, SimulatedCluster } from "./cluster.ts";
import { FAIR } from "./network.ts";
import type { Item, Schedule } from "./schedule.ts";

/** An operation of a correct client, as its user saw it. */
export interface RecordedOperation {
  readonly client: string;
  readonly key: string;
  /** what was put; null: a get */
  readonly put: string | null;
  readonly invokedMs: number;
  /** null: it never answered, so it may have taken effect or not */
  readonly returnedMs: number | null;
  /** what a get read; null: no value */
  readonly got: string | null;
}

/** What happened in a run. Two runs of one schedule are equal, bit for bit. */
export interface SimulatedRun {
  readonly history: readonly RecordedOperation[];
  /** operations of clients that were up at the end and yet have no answer */
  readonly stuck: readonly RecordedOperation[];
  /** processes that stopped themselves: an effect threw, or a store could not be trusted */
  readonly failures: readonly ProcessFailure[];
  readonly events: number;
  readonly messages: number;
  readonly virtualMs: number;
  readonly crashes: number;
  /** SHA-256 over every message that arrived and every action, with their times */
  readonly digest: string;
}

/** What looks on while a run goes on. */
export interface RunObserver {
  /** an invocation or a return of a client: the visible actions of a specification */
  visible?(name: string, payload: Readonly<Record<string, unknown>>): void;
  /** every action of every process, for records */
  action?(process: Index, unit: string, action: Action): void;
}

/** Runs a schedule to its end. */
export async function runSchedule(
  schedule: Schedule,
  protocol: RegisterProtocol,
  observer: RunObserver = {},
): Promise<SimulatedRun> {
  const hash = createHash("sha256");
  const note = (...parts: readonly unknown[]) => {
    hash.update(`${cluster.scheduler.nowMs} ${parts.join(" ")}\n`);
  };
  const behaviours = new Map<string, Behaviour>(
    Object.entries(schedule.byzantine).map(([process, { behaviour }]) => [
      process,
      behaviourNamed(behaviour),
    ]),
  );
  const cluster = new SimulatedCluster({
    protocol,
    seed: schedule.seed,
    faults: schedule.faults,
    clients: schedule.clients,
    clockRates: schedule.clockRates,
    disguise(process, again) {
      const behaviour = behaviours.get(process.self);
      return behaviour === undefined ? process : byzantine(process, behaviour, again);
    },
    observe: (process) => ({
      action(unit, action) {
        note(process, unit, actionText(action));
        observer.action?.(process, unit, action);
      },
    }),
  });
  const { scheduler, network } = cluster;
  const run = new Run(schedule, cluster, note, observer);
  let messages = 0;
  network.arrived = ({ from, to }) => {
    messages += 1;
    note(from, to);
  };
  network.passes = (from, to) => run.passes(from, to);
  await cluster.startAll();
  const startMs = scheduler.nowMs;
  for (const [at, item] of schedule.items.entries()) {
    scheduler.at(startMs + item.atMs, () => run.begin(item, at));
  }
  const lastMs = startMs + Math.max(0, ...schedule.items.map(endOf));
  await scheduler.run(lastMs);
  // A rough world ends here; what is under way has a calm one to end in.
  network.weather = FAIR;
  await scheduler.run(lastMs + schedule.calmMs, () => run.isDone());
  return {
    history: run.operations.map(({ isOpen: _, ...operation }) => operation),
    stuck: run.operations
      .filter(({ isOpen, client }) => isOpen && cluster.isUp(client as Index))
      .map(({ isOpen: _, ...operation }) => operation),
    failures: cluster.failures,
    events: scheduler.ran,
    messages,
    virtualMs: scheduler.nowMs,
    crashes: run.crashes,
    digest: hash.digest("hex"),
  };
}

const endOf = (item: Item) => item.atMs + ("forMs" in item ? item.forMs : 0);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class Run {
  readonly operations: (Mutable<RecordedOperation> & { isOpen: boolean })[] = [];
  crashes = 0;
  readonly #schedule: Schedule;
  readonly #cluster: SimulatedCluster;
  readonly #note: (...parts: readonly unknown[]) => void;
  readonly #observer: RunObserver;
  readonly #partitions = new Set<Extract<Item, { kind: "partition" }>>();
  /** crashes under way, so that two that overlap end with the later one */
  readonly #downUntil = new Map<string, number>();
  #begun = 0;

  constructor(
    schedule: Schedule,
    cluster: SimulatedCluster,
    note: (...parts: readonly unknown[]) => void,
    observer: RunObserver,
  ) {
    this.#schedule = schedule;
    this.#cluster = cluster;
    this.#note = note;
    this.#observer = observer;
  }

  /** Whether everything has begun and every operation of a living client has its answer. */
  isDone(): boolean {
    return (
      this.#begun === this.#schedule.items.length && this.operations.every(({ isOpen }) => !isOpen)
    );
  }

  passes(from: string, to: string): boolean {
    for (const { apart, oneWay } of this.#partitions) {
      if (apart.includes(from) === apart.includes(to)) continue;
      if (!oneWay || apart.includes(to)) return false;
    }
    return true;
  }

  begin(item: Item, at: number): void {
    const { scheduler, network, diskLatencyMs } = this.#cluster;
    this.#begun += 1;
    this.#note("item", at);
    switch (item.kind) {
      case "invoke":
        this.#invoke(item);
        break;
      case "crash":
        this.#crash(item.process as Index, item.forMs);
        break;
      case "partition":
        this.#partitions.add(item);
        scheduler.after(item.forMs, () => {
          this.#partitions.delete(item);
          network.reconnect();
        });
        break;
      case "weather":
        network.weather = item.weather;
        scheduler.after(item.forMs, () => {
          network.weather = FAIR;
        });
        break;
      case "slow-disk":
        diskLatencyMs.set(item.process as Index, item.latencyMs);
        scheduler.after(item.forMs, () => diskLatencyMs.delete(item.process as Index));
        break;
    }
  }

  #crash(process: Index, forMs: number): void {
    const { scheduler } = this.#cluster;
    if (this.#cluster.isUp(process)) this.crashes += 1;
    this.#cluster.crash(process);
    // Its users are gone with it: what they asked for may take effect, and nobody hears of it.
    for (const one of this.operations) if (one.client === process) one.isOpen = false;
    const until = scheduler.nowMs + forMs;
    this.#downUntil.set(process, Math.max(until, this.#downUntil.get(process) ?? 0));
    scheduler.after(forMs, () => {
      if (this.#cluster.isUp(process) || scheduler.nowMs < (this.#downUntil.get(process) ?? 0)) {
        return;
      }
      this.#note("restart", process);
      // A store that cannot be trusted is a failure of the run, not of the simulator.
      this.#cluster.start(process).catch((error) => this.#cluster.failed(process, error));
    });
  }

  #invoke(item: Extract<Item, { kind: "invoke" }>): void {
    const { scheduler } = this.#cluster;
    const client = `client#${item.client}` as Index;
    const store = this.#cluster.store(client);
    if (store === null) return;
    const operation: (typeof this.operations)[number] = {
      client,
      key: item.key,
      put: item.value,
      invokedMs: scheduler.nowMs,
      returnedMs: null,
      got: null,
      isOpen: true,
    };
    const { key, value } = item;
    if (client in this.#schedule.byzantine) {
      // Whatever it does is no operation of Definition 1; nobody waits for it.
      (value === null ? store.get(key) : store.put(key, value)).catch(() => undefined);
      return;
    }
    this.operations.push(operation);
    const name = value === null ? "READ" : "WRITE";
    const at = { client, object: key, operation: this.operations.length };
    this.#observer.visible?.(`INVOKE-${name}`, value === null ? at : { ...at, value });
    const result: Promise<string | null | undefined> =
      value === null ? store.get(key) : store.put(key, value).then(() => null);
    result.then(
      (got) => {
        if (!operation.isOpen) return;
        operation.isOpen = false;
        operation.returnedMs = scheduler.nowMs;
        operation.got = got ?? null;
        this.#note("returned", client, key, got);
        this.#observer.visible?.(
          `RETURN-${name}`,
          value === null ? { ...at, value: got ?? "" } : at,
        );
      },
      // No answer: its client crashed, or stopped itself, which is a failure of the run.
      () => this.#note("given up", client, key),
    );
  }
}
