import type { Index } from "../../../spec/automaton/index.ts";
import type { SimulatedNetwork } from "./network.ts";
import type { ProcessWorld } from "./process-world.ts";
import type { Stream } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { ProcessStep } from "./trace.ts";

export interface MachineOptions<Running> {
  readonly process: Index;
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly random: Stream;
  readonly start: (process: Index, world: ProcessWorld) => Promise<Running>;
  readonly onStep: (step: ProcessStep, detail: string, subject?: unknown) => void;
  /** It is up, for the first time or again. */
  readonly onUp: () => void;
  readonly onDown: () => void;
  /** A failure that no fault of the schedule explains. */
  readonly onFailure: (error: Error) => void;
  /** how long its disk takes at most. @defaultValue 5 */
  readonly diskMsMax?: number;
}

/** One run of the process, from a start to a crash. */
export interface Life<Running> {
  /** null while it starts, and when it has failed */
  up: { readonly running: Running } | null;
  failed: boolean;
  /** a write failed, so it may well have stopped itself */
  hadNoRoom: boolean;
  /** tells the scheduler that it does not start any more */
  hasStarted: () => void;
}

/** The same, but that it does nothing when it is called again. */
export function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
