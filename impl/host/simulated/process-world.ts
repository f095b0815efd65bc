import type { Clock, Disk, Random, Transport, TransportEvents } from "../world.ts";

/** What one run of a process stands on. After a crash nothing of it does anything any more. */
export interface ProcessWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly connect: (events: TransportEvents) => Transport;
  /** how it is faulty; null if it is correct */
  readonly behaviour: string | null;
  /** To be told that the process has stopped itself. */
  failed(error: Error): void;
  /**
   * Puts something into the trace of the run, such as an action.
   * @param detail part of the digest
   * @param subject for watchers alone
   */
  note(detail: string, subject?: unknown): void;
}
