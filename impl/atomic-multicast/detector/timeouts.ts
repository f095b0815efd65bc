/** How long to wait for a process, in ticks of the host's clock. */
export interface Timeouts {
  /** for a process that was never suspected wrongly; at least 1 */
  readonly first: number;
  /**
   * The longest. Accuracy needs it to be longer than messages take once the network is timely; a
   * Byzantine coordinator can make each of its rounds take that long, and no longer.
   */
  readonly ceiling: number;
  /** the next one after a wrong suspicion, before the ceiling is applied */
  readonly longer: (timeout: number) => number;
}

/** Twice as long after each wrong suspicion: what a host runs. */
export function doubling(first: number, ceiling: number): Timeouts {
  return { first, ceiling, longer: (timeout) => timeout * 2 };
}

/** One tick longer after each wrong suspicion: fewer states for the checker. */
export function byOneTick(first: number, ceiling: number): Timeouts {
  return { first, ceiling, longer: (timeout) => timeout + 1 };
}

export function longer(timeouts: Timeouts, timeout: number): number {
  return Math.min(timeouts.longer(timeout), timeouts.ceiling);
}
