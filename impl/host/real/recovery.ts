import type { Timer } from "../../network/process.ts";

/** Whose turn it is when: each of `count` processes once in `everyMs`, an nth of it apart. */
export interface Turns {
  readonly everyMs: number;
  readonly position: number;
  readonly count: number;
}

/**
 * The next turn after `nowMs`. Clocks that differ by less than an nth of the period keep turns apart. The last process
 * comes first: where the lead passes to the next one when its holder stops, that one's turn is then the farthest.
 */
export function nextTurnMs({ everyMs, position, count }: Turns, nowMs: number): number {
  const offsetMs = Math.floor((everyMs * (count - 1 - position)) / count);
  const since = (((nowMs - offsetMs) % everyMs) + everyMs) % everyMs;
  return nowMs + everyMs - since;
}

/** The clock on the wall, which all replicas read, and its timers. */
export interface WallClock {
  now(): number;
  after(delayMs: number, run: () => void): Timer;
}

export interface RecoveringOptions<Running> {
  readonly turns: Turns;
  readonly clock: WallClock;
  /** Starts the process on what its store has kept. */
  readonly start: () => Promise<Running>;
  /** Ends it, once what it acknowledged has left. */
  readonly stop: (running: Running) => Promise<void>;
  /** Told why it does not come back. */
  readonly failed: (error: unknown) => void;
}

/** A start that fails is tried again so often: an address or a lock may take a moment to be free. */
const TRIES = 10;
const RETRY_MS = 200;

/**
 * Proactive recovery of one process (TOCS 2002, section 4): at each of its turns it is stopped and started anew from
 * its store. Its automata, timers and connections begin again, so what an intruder changed in them is gone, and so are
 * the keys of its TLS sessions. It stays in the same process of the operating system and keeps its long-term keys:
 * who has read those, or has changed the program, is not thrown out. A turn is skipped while the one before goes on.
 */
export class Recovering<Running> {
  readonly #options: RecoveringOptions<Running>;
  #running: Running;
  #timer: Timer | null = null;
  #restarting: Promise<void> | null = null;
  #isUp = true;
  #isClosed = false;
  /** how often it has come back */
  recoveries = 0;

  private constructor(options: RecoveringOptions<Running>, running: Running) {
    this.#options = options;
    this.#running = running;
    this.#wait();
  }

  /** @throws what the first start throws */
  static async start<Running>(options: RecoveringOptions<Running>): Promise<Recovering<Running>> {
    return new Recovering(options, await options.start());
  }

  /** The life that goes on, or the last one. */
  get running(): Running {
    return this.#running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#restarting;
    if (this.#isUp) await this.#options.stop(this.#running);
  }

  #wait(): void {
    const { clock, turns } = this.#options;
    const now = clock.now();
    this.#timer = clock.after(nextTurnMs(turns, now) - now, () => {
      this.#restarting = this.#restart()
        .catch((error) => this.#options.failed(error))
        .finally(() => {
          this.#restarting = null;
          if (!this.#isClosed) this.#wait();
        });
    });
  }

  async #restart(): Promise<void> {
    const { start, stop, clock } = this.#options;
    if (this.#isUp) await stop(this.#running);
    this.#isUp = false;
    for (let tried = 1; ; tried += 1) {
      try {
        this.#running = await start();
        this.#isUp = true;
        this.recoveries += 1;
        return;
      } catch (error) {
        if (tried === TRIES) throw error;
        await new Promise<void>((resume) => {
          clock.after(RETRY_MS, resume);
        });
      }
    }
  }
}
