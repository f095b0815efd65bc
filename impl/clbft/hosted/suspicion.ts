import type { ProcessHost, Timer } from "../../network/process.ts";
import { clockOf, type TimerState } from "../timer.ts";
import { agreementOf } from "./states.ts";
import { UNIT } from "./unit.ts";

export interface SuspicionOptions {
  /** the base time, before it is doubled */
  readonly firstMs: number;
  readonly mostMs: number;
  /** whether 2f + 1 replicas change to the view, or to a later one */
  readonly enough: (view: number) => boolean;
  /** it ran out in this view */
  readonly suspect: (view: number, host: ProcessHost) => void;
}

/** The clock that runs while a replica waits for its primary. */
export class Suspicion {
  readonly #options: SuspicionOptions;
  /** what it runs for, and since when */
  #runs: { readonly for: string; readonly sinceMs: number } | null = null;
  #timer: Timer | null = null;

  constructor(options: SuspicionOptions) {
    this.#options = options;
  }

  /** Looks what the replica waits for now. */
  look(host: ProcessHost): void {
    const s = agreementOf(host);
    const text = clockOf(s, this.#options.enough(s.view));
    if (text === null) this.#runs = null;
    else if (this.#runs?.for !== text) this.#runs = { for: text, sinceMs: host.now() };
    if (this.#runs !== null && this.#timer === null) this.#arm(this.#timeoutMs(host), host);
  }

  #arm(delayMs: number, host: ProcessHost): void {
    this.#timer = host.after(delayMs, () => {
      this.#timer = null;
      if (this.#runs === null) return;
      // What it runs for may have changed meanwhile: setting a timer for each batch costs more than this.
      const leftMs = this.#runs.sinceMs + this.#timeoutMs(host) - host.now();
      if (leftMs > 0) {
        this.#arm(leftMs, host);
        return;
      }
      this.#runs = null;
      this.#options.suspect(agreementOf(host).view, host);
    });
  }

  #timeoutMs(host: ProcessHost): number {
    const { doublings } = host.state(UNIT, "timer") as TimerState;
    return Math.min(this.#options.firstMs * 2 ** doublings, this.#options.mostMs);
  }
}
