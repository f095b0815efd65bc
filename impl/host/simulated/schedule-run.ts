import type { Index } from "../../../spec/automaton/index.ts";
import type { WireLimits } from "../wire/limits.ts";
import type { LinkCounters } from "./link.ts";
import type { Outcome, RecordedOperation } from "./operations.ts";
import type { ProcessWorld } from "./process-world.ts";
import { Run } from "./run.ts";
import type { ClientOperation, Schedule } from "./schedule.ts";
import type { Ended } from "./scheduler.ts";
import type { ClusterEvent } from "./trace.ts";

/** How the processes of a simulated world are run. It keeps nothing from one run to the next. */
export interface ProcessRunner<Running> {
  /**
   * Starts a process on a disk that may hold its state, and on a connection to all others. Whatever it
   * waits for must be part of the world.
   */
  start(process: Index, world: ProcessWorld): Promise<Running>;
  /** Begins an operation of a client, and calls `done` once with its outcome. */
  invoke(running: Running, operation: ClientOperation, done: (outcome: Outcome) => void): void;
  readonly limits?: WireLimits;
}

/** Looks for what must not happen. Made anew for each run. */
export interface Watcher {
  /** @returns what is wrong, if it is */
  see?(event: ClusterEvent): string | null;
  /** @returns what is wrong with the whole run, if it is */
  end?(run: SimulatedRun): string | null;
}

export interface Failure {
  readonly kind: /** a watcher objects */
    | "watcher"
    /** a correct process stopped itself, threw, or could not start, and no fault explains it */
    | "process"
    /** a correct process sent what has no encoding */
    | "unsendable"
    /** a correct process had not started when the run ended */
    | "unstarted"
    /** an operation of a client that lived on did not return */
    | "unreturned"
    /** the most events were reached */
    | "endless";
  readonly atMs: number;
  readonly process: Index | null;
  readonly what: string;
}

/** What came of a run. */
export interface SimulatedRun {
  readonly history: readonly RecordedOperation[];
  readonly events: number;
  readonly virtualMs: number;
  readonly messages: LinkCounters;
  /** empty if all went well; a run ends with the first one */
  readonly failures: readonly Failure[];
  /** over every event: equal for equal runs */
  readonly digest: string;
  /** "stopped": all was done, or something failed */
  readonly ended: Ended;
}

export interface RunOptions {
  /** @defaultValue 10,000,000 */
  readonly eventsMax?: number;
  /** Sees every event, such as to print it. */
  readonly onEvent?: (event: ClusterEvent) => void;
}

/**
 * Runs a schedule in virtual time: as long as operations are under way or items are to come, and no
 * longer than the schedule says. The same schedule gives the same run, bit for bit.
 */
export function runSchedule<Running>(
  schedule: Schedule,
  runner: ProcessRunner<Running>,
  watchers: readonly (() => Watcher)[] = [],
  options: RunOptions = {},
): Promise<SimulatedRun> {
  return new Run(schedule, runner, watchers, options).run();
}
