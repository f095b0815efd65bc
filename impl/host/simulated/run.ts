import type { Index } from "../../../spec/automaton/index.ts";
import { begin } from "./faults.ts";
import { Machine } from "./machine.ts";
import type { MessageEvent } from "./messages.ts";
import { SimulatedNetwork } from "./network.ts";
import { Operations } from "./operations.ts";
import { stream } from "./random.ts";
import { type ClientOperation, endMsOf, type Item, type Schedule } from "./schedule.ts";
import type { Failure, ProcessRunner, RunOptions, SimulatedRun, Watcher } from "./schedule-run.ts";
import { type Ended, Scheduler } from "./scheduler.ts";
import { type ClusterEvent, type ProcessStep, Trace } from "./trace.ts";

const EVENTS_MAX = 10_000_000;

type Wanted = Pick<Extract<Item, { kind: "invoke" }>, "operation" | "waits">;

/** One run of a schedule. */
export class Run<Running> {
  readonly #schedule: Schedule;
  readonly #runner: ProcessRunner<Running>;
  readonly #watchers: readonly Watcher[];
  readonly #options: RunOptions;
  readonly #scheduler = new Scheduler();
  readonly #trace = new Trace();
  readonly #operations = new Operations();
  readonly #network: SimulatedNetwork;
  readonly #machines: ReadonlyMap<Index, Machine<Running>>;
  /** operations of clients that are down or busy, until they are not */
  readonly #waiting = new Map<Index, Wanted[]>();
  readonly #failures: Failure[] = [];
  /** items that are not over */
  #open = 0;

  constructor(
    schedule: Schedule,
    runner: ProcessRunner<Running>,
    watchers: readonly (() => Watcher)[],
    options: RunOptions,
  ) {
    this.#schedule = schedule;
    this.#runner = runner;
    this.#watchers = watchers.map((create) => create());
    this.#options = options;
    const { seed, processes, network: norm } = schedule;
    this.#network = new SimulatedNetwork({
      scheduler: this.#scheduler,
      random: stream(seed, "network"),
      processes,
      norm,
      ...(runner.limits === undefined ? {} : { limits: runner.limits }),
      onMessage: (event) => this.#message(event),
    });
    this.#machines = new Map(processes.map((process) => [process, this.#machineOf(process)]));
  }

  async run(): Promise<SimulatedRun> {
    const { items, durationMs } = this.#schedule;
    // Items first: a process that is Byzantine or down at time 0 has never been anything else.
    for (const item of items) this.#plan(item);
    for (const machine of this.#machines.values()) this.#scheduler.at(0, () => machine.start());
    const ended = await this.#scheduler.run({
      untilMs: durationMs,
      eventsMax: this.#options.eventsMax ?? EVENTS_MAX,
      until: () => this.#failures.length > 0 || this.#isDone(),
    });
    if (this.#failures.length === 0) this.#checkEnd(ended);
    const { nowMs: virtualMs, events } = this.#scheduler;
    const outcome = { history: this.#operations.history(), events, virtualMs, ended };
    const messages = this.#network.totals();
    const failures = this.#failures;
    const run = { ...outcome, messages, failures, digest: this.#trace.digest() };
    if (failures.length === 0) {
      for (const watcher of this.#watchers) this.#object(watcher.end?.(run), null);
    }
    // What is left of the processes must not go on behind the back of the next run.
    for (const machine of this.#machines.values()) machine.abandon();
    return run;
  }

  #plan(item: Item): void {
    this.#open += 1;
    this.#scheduler.at(item.atMs, () => {
      if (item.kind === "invoke") {
        this.#invoke(item.process, item);
        this.#open -= 1;
        return;
      }
      const end = begin(item, {
        processes: this.#schedule.processes,
        network: this.#network,
        machine: (process) => this.#machine(process),
      });
      this.#scheduler.at(endMsOf(item), () => {
        this.#open -= 1;
        end();
      });
    });
  }

  #machineOf(process: Index): Machine<Running> {
    return new Machine({
      process,
      scheduler: this.#scheduler,
      network: this.#network,
      random: stream(this.#schedule.seed, "machine", process),
      start: (name, world) => this.#runner.start(name, world),
      onStep: (step, detail, subject) => this.#step(process, step, detail, subject),
      onUp: () => this.#goOn(process),
      onDown: () => this.#operations.abandon(process),
      onFailure: (error) => this.#failed("process", process, error.message),
    });
  }

  #machine(process: Index): Machine<Running> {
    const machine = this.#machines.get(process);
    if (machine === undefined) throw new RangeError(`${process} is no process of the schedule.`);
    return machine;
  }

  /** Begins what has waited, as far as it may begin now. */
  #goOn(process: Index): void {
    for (const wanted of this.#waiting.get(process)?.splice(0) ?? []) this.#invoke(process, wanted);
  }

  #invoke(process: Index, wanted: Wanted): void {
    const { operation, waits } = wanted;
    const machine = this.#machine(process);
    if (!machine.isCorrect) {
      // What comes of it is its own affair: nobody waits, and nothing is recorded.
      machine.use((running) => this.#runner.invoke(running, operation, () => undefined));
      return;
    }
    const isBusy = waits === true && this.#operations.isUnderWay(process, operation.key);
    const isBegun =
      !isBusy &&
      machine.use((running) => {
        const { nowMs: atMs } = this.#scheduler;
        const at = this.#operations.invoke(process, atMs, operation);
        this.#see({ kind: "operation", atMs, process, step: "invoked", at, operation });
        this.#runner.invoke(running, operation, (outcome) => {
          const now = this.#scheduler.nowMs;
          if (!this.#operations.end(at, now, outcome)) return;
          const step = "error" in outcome ? "gave-up" : "returned";
          const result = "error" in outcome ? outcome.error : outcome.result;
          this.#see({ kind: "operation", atMs: now, process, step, at, operation, result });
          this.#goOn(process);
        });
      });
    if (isBegun) return;
    const waiting = this.#waiting.get(process) ?? [];
    this.#waiting.set(process, waiting);
    waiting.push(wanted);
  }

  #step(process: Index, step: ProcessStep, detail: string, subject: unknown): void {
    const event = { kind: "process" as const, atMs: this.#scheduler.nowMs, process, step, detail };
    this.#see(subject === undefined ? event : { ...event, subject });
  }

  #message(event: MessageEvent): void {
    this.#see({ kind: "message", atMs: this.#scheduler.nowMs, ...event });
    if (event.step !== "unsendable" || !this.#machine(event.from).isCorrect) return;
    this.#failed("unsendable", event.from, `A message to ${event.to} has no encoding.`);
  }

  #see(event: ClusterEvent): void {
    this.#trace.add(event);
    this.#options.onEvent?.(event);
    const process = event.kind === "message" ? event.to : event.process;
    for (const watcher of this.#watchers) this.#object(watcher.see?.(event), process);
  }

  #object(what: string | null | undefined, process: Index | null): void {
    if (typeof what === "string") this.#failed("watcher", process, what);
  }

  #failed(kind: Failure["kind"], process: Index | null, what: string): void {
    this.#failures.push({ kind, atMs: this.#scheduler.nowMs, process, what });
  }

  #isDone(): boolean {
    if (this.#open > 0 || this.#operations.pending > 0) return false;
    return this.#unstarted().length === 0 && this.#unbegun().length === 0;
  }

  /** Operations whose clients have not been up since. */
  #unbegun(): [Index, ClientOperation][] {
    return [...this.#waiting]
      .filter(([process]) => this.#isExpected(this.#machine(process)))
      .flatMap(([process, all]) =>
        all.map(({ operation }): [Index, ClientOperation] => [process, operation]),
      );
  }

  #unstarted(): Machine<Running>[] {
    const machines = [...this.#machines.values()];
    return machines.filter((one) => this.#isExpected(one) && !one.isDamaged && !one.isUp);
  }

  #isExpected({ isCorrect, isStopped }: Machine<Running>): boolean {
    return isCorrect && !isStopped;
  }

  #checkEnd(ended: Ended): void {
    if (ended === "events") {
      this.#failed("endless", null, `There were ${this.#scheduler.events} events.`);
      return;
    }
    for (const { process } of this.#unstarted()) {
      this.#failed("unstarted", process, `${process} had not started when the run ended.`);
    }
    const unreturned = this.#operations
      .unreturned()
      .map(({ client, operation }): [Index, ClientOperation] => [client, operation]);
    for (const [process, { kind, key }] of [...unreturned, ...this.#unbegun()]) {
      this.#failed("unreturned", process, `${kind} ${key} of ${process} has not returned.`);
    }
  }
}
