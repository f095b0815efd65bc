import type { Disk, Random, Write } from "../world.ts";
import { applyWrites, entriesBetween } from "./memory-disk.ts";

export interface SimulatedDiskOptions {
  /** The world's clock. */
  readonly after: (delayMs: number, run: () => void) => unknown;
  /** How long the next sync takes: 1 ms unless told. */
  readonly latencyMs?: () => number;
}

/**
 * What of the last write that a crash keeps may be torn: `nothing`, as LevelDB has it, whose own
 * log drops a torn batch; `records`, a batch of one value, of which a part is kept; `batches`, also
 * one of several writes, which {@link Disk} promises never to happen.
 */
export type Tearing = "nothing" | "records" | "batches";

interface UnderWay {
  readonly batch: readonly Write[];
  readonly done: (error: Error | null) => void;
}

/**
 * A disk in memory for simulated worlds: what it does depends on its calls, the clock and the
 * random bytes given to {@link crash}. It syncs one batch after another; one becomes readable when
 * it is synced.
 */
export class SimulatedDisk implements Disk {
  readonly #options: SimulatedDiskOptions;
  readonly #synced: Map<string, Uint8Array>;
  #underWay: UnderWay[] = [];
  #isCrashed = false;
  #closing: (() => void)[] = [];

  /**
   * Whether there is no room left: writes that are synced while it is set fail and change nothing.
   */
  full = false;
  /** batches synced */
  writes = 0;
  /** bytes of the values synced */
  bytes = 0;

  constructor(
    options: SimulatedDiskOptions,
    content: Iterable<readonly [string, Uint8Array]> = [],
  ) {
    this.#options = options;
    // Copies, since the bytes of one disk may be corrupted and those of another not.
    this.#synced = new Map(Array.from(content, ([key, value]) => [key, value.slice()]));
  }

  /** What is synced. */
  get content(): ReadonlyMap<string, Uint8Array> {
    return this.#synced;
  }

  /** Batches that were written and are not synced yet. */
  get unsynced(): number {
    return this.#underWay.length;
  }

  get(key: string): Uint8Array | undefined {
    return this.#synced.get(key);
  }

  entries(from: string, to: string): Promise<readonly (readonly [string, Uint8Array])[]> {
    return Promise.resolve(entriesBetween(this.#synced, from, to));
  }

  write(batch: readonly Write[], done: (error: Error | null) => void): void {
    if (this.#isCrashed) return;
    this.#underWay.push({ batch, done });
    if (this.#underWay.length === 1) this.#syncFirst();
  }

  async close(): Promise<void> {
    if (this.#underWay.length === 0 || this.#isCrashed) return;
    await new Promise<void>((resolve) => {
      this.#closing.push(resolve);
    });
  }

  /**
   * The machine stops: batches that are not synced are lost from a random one on, and the last of
   * those that are kept may be torn. This disk is dead: it takes no writes and calls nothing back.
   * @returns the disk that the machine finds when it starts again
   */
  crash(random: Random, tearing: Tearing = "records"): SimulatedDisk {
    this.#isCrashed = true;
    const content = new Map(this.#synced);
    const kept = this.#underWay.slice(0, below(random, this.#underWay.length + 1));
    const last = kept.pop();
    for (const { batch } of kept) applyWrites(content, batch);
    if (last !== undefined) applyLast(content, last.batch, random, tearing);
    this.#underWay = [];
    for (const resolve of this.#closing.splice(0)) resolve();
    return new SimulatedDisk(this.#options, content);
  }

  /**
   * Changes one byte of a synced value.
   * @param at which byte
   * @param mask the bits to flip, not 0: all of them unless told
   * @throws RangeError if there is no such byte
   */
  corrupt(key: string, at: number, mask = 0xff): void {
    const value = this.#synced.get(key);
    const byte = value?.[at];
    if (value === undefined || byte === undefined) {
      throw new RangeError(`The disk has no byte ${at} of ${key}.`);
    }
    const changed = value.slice();
    changed[at] = byte ^ mask;
    this.#synced.set(key, changed);
  }

  #syncFirst(): void {
    this.#options.after(this.#options.latencyMs?.() ?? 1, () => {
      if (this.#isCrashed) return;
      const first = this.#underWay.shift() as UnderWay;
      const error = this.full ? noRoom() : null;
      if (error === null) this.#sync(first.batch);
      if (this.#underWay.length > 0) this.#syncFirst();
      else for (const resolve of this.#closing.splice(0)) resolve();
      first.done(error);
    });
  }

  #sync(batch: readonly Write[]): void {
    applyWrites(this.#synced, batch);
    this.writes += 1;
    for (const write of batch) if (write.type === "put") this.bytes += write.value.length;
  }
}

function applyLast(
  content: Map<string, Uint8Array>,
  batch: readonly Write[],
  random: Random,
  tearing: Tearing,
): void {
  const mayTear = tearing === "batches" || (tearing === "records" && batch.length === 1);
  if (!mayTear || below(random, 2) === 0) {
    applyWrites(content, batch);
    return;
  }
  const reached = batch.slice(0, 1 + below(random, batch.length));
  const torn = reached.pop();
  applyWrites(content, reached);
  if (torn?.type !== "put") return;
  const value = torn.value.slice(0, below(random, torn.value.length));
  // A file that had grown before its content came ends in zeros.
  const hasGrown = below(random, 2) === 1;
  if (!hasGrown) content.set(torn.key, value);
  else {
    const grown = new Uint8Array(torn.value.length);
    grown.set(value);
    content.set(torn.key, grown);
  }
}

/** A random number from 0 up to, not including, `end`. */
function below(random: Random, end: number): number {
  const bytes = random(4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) % end;
}

function noRoom(): Error {
  return Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
}
