import type { Index } from "../../../spec/automaton/index.ts";
import type { Timer } from "../../network/process.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { type Life, type MachineOptions, once } from "./machine-life.ts";
import type { ProcessWorld } from "./process-world.ts";
import { SkewedClock } from "./skewed-clock.ts";

const DISK_MS_MIN = 0.05;
const DISK_MS_MAX_DEFAULT = 5;

/** A machine with one process: its clock and disk outlive the process's crashes. */
export class Machine<Running> {
  readonly #options: MachineOptions<Running>;
  readonly #clock: SkewedClock;
  #disk: SimulatedDisk;
  #life: Life<Running> | null = null;
  #lives = 0;
  /** how many faults keep it down, or still, or its disk full */
  #downs = 0;
  #pauses = 0;
  #fulls = 0;
  #rates = new Set<{ readonly rate: number }>();
  /** what came while it was paused */
  #held: (() => void)[] = [];
  #isDamaged = false;
  #isStopped = false;
  readonly #slowness = new Set<{ readonly delayMs: number }>();
  #behaviour: string | null = null;

  constructor(options: MachineOptions<Running>) {
    this.#options = options;
    const { scheduler, random, diskMsMax = DISK_MS_MAX_DEFAULT } = options;
    // Clocks of several machines never agree about the start of time.
    this.#clock = new SkewedClock(scheduler, random.substream("clock").integer(0, 1_000_000));
    const latency = random.substream("disk");
    this.#disk = new SimulatedDisk({
      after: (delayMs, run) => scheduler.after(delayMs, run),
      latencyMs: () => {
        let latencyMs = DISK_MS_MIN + (diskMsMax - DISK_MS_MIN) * latency.fraction() ** 4;
        for (const { delayMs } of this.#slowness) latencyMs += delayMs;
        return latencyMs;
      },
    });
  }

  get process(): Index {
    return this.#options.process;
  }

  get isCorrect(): boolean {
    return this.#behaviour === null;
  }

  /** Whether it is damaged, so that it may refuse to start. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /** Whether it is gone for good. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** The process; null while it is down, starting, or has failed. */
  get running(): Running | null {
    return this.#life?.up?.running ?? null;
  }

  get isUp(): boolean {
    return (this.#life?.up ?? null) !== null;
  }

  /** Runs something of the process that is up, as an event of it. @returns false if it is not up */
  use(run: (running: Running) => void): boolean {
    const life = this.#life;
    const up = life?.up ?? null;
    if (life === null || up === null) return false;
    this.#enter(life, () => run(up.running));
    return true;
  }

  /** Starts the process unless a fault keeps it down. */
  start(): void {
    if (this.#life !== null || this.#downs > 0 || this.#isStopped) return;
    const { process, start, scheduler } = this.#options;
    const hasStarted = once(scheduler.starting());
    const life: Life<Running> = { up: null, failed: false, hadNoRoom: false, hasStarted };
    this.#life = life;
    this.#lives += 1;
    this.#options.onStep("starting", String(this.#lives));
    // Through a promise, so that a start that throws at once fails like one that throws later.
    Promise.resolve()
      .then(() => start(process, this.#worldOf(life)))
      .then(
        (running) => this.#enter(life, () => this.#started(life, running)),
        (error) => this.#enter(life, () => this.#fail(life, error)),
      )
      .finally(hasStarted);
  }

  /** Kills the process. What it has not synced may be lost. @returns what lets it start again */
  crash(): () => void {
    this.#downs += 1;
    this.kill();
    return () => {
      this.#downs -= 1;
      this.start();
    };
  }

  /** Kills the process and changes one bit on its disk. @returns what lets it start again */
  corrupt(): () => void {
    const restart = this.crash();
    const dice = this.#options.random.substream("corrupt", this.#lives);
    const keys = [...this.#disk.content].filter(([, { length }]) => length > 0);
    if (keys.length > 0) {
      const [key, { length }] = dice.pick(keys);
      const at = dice.integer(0, length - 1);
      this.#disk.corrupt(key, at, 1 << dice.integer(0, 7));
      this.#isDamaged = true;
      this.#options.onStep("corrupted", `byte ${at} of ${key}`);
    }
    return restart;
  }

  /** Lets the process stand still. @returns what lets it go on, and take all that has come */
  pause(): () => void {
    this.#pauses += 1;
    if (this.#pauses === 1) this.#options.onStep("paused", "");
    return () => {
      this.#pauses -= 1;
      if (this.#pauses > 0) return;
      this.#options.onStep("resumed", "");
      // Each an event of its own, as it would have been.
      for (const run of this.#held.splice(0)) this.#options.scheduler.after(0, run);
    };
  }

  /** Takes all room from the disk. @returns what gives it back, and restarts a process that stopped */
  fillDisk(): () => void {
    this.#fulls += 1;
    this.#disk.full = true;
    this.#options.onStep("disk-full", "");
    return () => {
      this.#fulls -= 1;
      if (this.#fulls > 0) return;
      this.#disk.full = false;
      this.#options.onStep("disk-roomy", "");
      if (this.#life?.failed) this.#restart();
    };
  }

  /** Lets the clock jump and then run at another rate. @returns what gives it the old rate back */
  skew(jumpMs: number, rate: number): () => void {
    const own = { rate };
    this.#rates.add(own);
    this.#clock.jump(jumpMs);
    this.#setRate();
    return () => {
      this.#rates.delete(own);
      this.#setRate();
    };
  }

  /** Makes the disk slower. @returns what takes it back */
  slowDisk(delayMs: number): () => void {
    const own = { delayMs };
    this.#slowness.add(own);
    return () => this.#slowness.delete(own);
  }

  /** Kills the process for good. */
  stop(): void {
    this.#isStopped = true;
    this.kill();
    this.#options.onStep("stopped", "");
  }

  /** From now on the process is faulty; if it has run, it starts anew. */
  turn(behaviour: string): void {
    this.#behaviour = behaviour;
    this.#options.onStep("byzantine", behaviour);
    if (this.#life !== null) this.#restart();
  }

  /** Ends this life of the process at once. */
  kill(): void {
    if (this.#life === null) return;
    this.#life.hasStarted();
    this.#life = null;
    this.#clock.clear();
    this.#held = [];
    const dice = this.#options.random.substream("crash", this.#lives);
    this.#disk = this.#disk.crash((count) => dice.bytes(count));
    this.#disk.full = this.#fulls > 0;
    this.#options.network.detach(this.process);
    this.#options.onStep("crashed", "");
    this.#options.onDown();
  }

  #restart(): void {
    this.kill();
    this.start();
  }

  /** The run is over: what is left of the process does nothing any more, and leaves no trace. */
  abandon(): void {
    this.#life?.hasStarted();
    this.#life = null;
    this.#clock.clear();
  }

  /** Runs something of the process, now or when it goes on; not at all if that life is over. */
  #enter(life: Life<Running>, run: () => void): void {
    if (this.#life !== life) return;
    if (this.#pauses > 0) {
      this.#held.push(() => this.#enter(life, run));
      return;
    }
    try {
      run();
    } catch (error) {
      this.#fail(life, error);
    }
  }

  #started(life: Life<Running>, running: Running): void {
    if (life.failed) return;
    life.up = { running };
    this.#options.onStep("started", "");
    this.#options.onUp();
  }

  #fail(life: Life<Running>, cause: unknown): void {
    if (this.#life !== life || life.failed) return;
    const error = cause instanceof Error ? cause : new Error(String(cause));
    life.failed = true;
    life.up = null;
    this.#options.onStep("failed", error.message);
    const isExplained = this.#isDamaged || life.hadNoRoom || !this.isCorrect;
    if (!isExplained) this.#options.onFailure(error);
    // A process that was paused may learn of it when there is room again.
    else if (life.hadNoRoom && this.#fulls === 0) {
      this.#options.scheduler.after(0, () => {
        if (this.#life === life) this.#restart();
      });
    }
  }

  #setRate(): void {
    let rate = 1;
    for (const one of this.#rates) rate *= one.rate;
    this.#clock.setRate(rate);
    this.#options.onStep("clock", `${this.#clock.now()} at ${rate}`);
  }

  #worldOf(life: Life<Running>): ProcessWorld {
    const { process, network, random } = this.#options;
    const dice = random.substream("random", this.#lives);
    const disk = this.#disk;
    const enter = (run: () => void) => this.#enter(life, run);
    const isAlive = () => this.#life === life;
    const dead: Timer = { cancel: () => undefined };
    return {
      behaviour: this.#behaviour,
      random: (count) => dice.bytes(count),
      clock: {
        now: () => this.#clock.now(),
        after: (delayMs, run) => (isAlive() ? this.#clock.after(delayMs, () => enter(run)) : dead),
      },
      disk: {
        get: (key) => disk.get(key),
        entries: (from, to) => disk.entries(from, to),
        write: (batch, done) =>
          disk.write(batch, (error) => {
            if (error !== null) life.hadNoRoom = true;
            enter(() => done(error));
          }),
        close: () => disk.close(),
      },
      connect: (events) => {
        if (!isAlive()) return { send: () => undefined, close: () => Promise.resolve() };
        return network.attach(process, {
          receive: (from, message) => enter(() => events.receive(from, message)),
          connected: (peer) => enter(() => events.connected(peer)),
          disconnected: (peer) => enter(() => events.disconnected(peer)),
        });
      },
      failed: (error) => this.#fail(life, error),
      note: (detail, subject) => {
        if (isAlive()) this.#options.onStep("noted", detail, subject);
      },
    };
  }
}
