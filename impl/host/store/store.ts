import { HostError } from "../errors.ts";
import type { Disk, Write } from "../world.ts";
import { Changes, type FieldChanges } from "./changes.ts";
import { checkpointBatch, checkUnitRecord, readStoredUnit } from "./checkpoint.ts";
import { corrupt, unwritable } from "./errors.ts";
import { logKey, META_KEY, type Meta, type StoreIdentity, sealLog, UNIT_KEYS } from "./records.ts";
import { type Recovered, type RecoveredStore, recoverStore } from "./recovery.ts";
import { Releases } from "./releases.ts";

/** Called at the moments between which a test kills the process. */
export interface StoreHooks {
  staged?(ticket: number): void;
  /** before a log record goes to the disk */
  beforeWrite?(seq: number): void;
  /** the ticket is durable, and nothing that waits for it has been released */
  durable?(ticket: number): void;
}

export interface StoreOptions {
  /**
   * Runs at the end of the tick: `queueMicrotask` unless told. A simulated world passes its own, so
   * that its seed decides the order.
   */
  readonly defer?: (run: () => void) => void;
  /**
   * Called once, when a write failed: the store is of no more use, and nothing held is released.
   */
  readonly onFailure?: (error: HostError) => void;
  readonly hooks?: StoreHooks;
  /**
   * A log of more records than this is moved into the units: 1,024 unless told. This and the next limit
   * are higher, up to 64 times, where a unit has more bytes than the next one says.
   */
  readonly logRecordsMax?: number;
  /** A log of more bytes than this is moved into the units: 256 KiB unless told. */
  readonly logBytesMax?: number;
}

/** A checkpoint encodes each changed unit in one go: some 50 ms for 256 KiB of small changes. */
const LOG_RECORDS_MAX = 1024;
const LOG_BYTES_MAX = 262_144;
/** How much longer than these limits a log may get where a unit is larger than they are. */
const LOG_FACTOR_MAX = 64;

/**
 * The durable state of a process: *units*, each with named *fields* of bytes. Changes are appended
 * to a log, and every now and then moved into one record for each unit.
 *
 * Memory: the changes since the last checkpoint, which the options bound, and what was staged since
 * the last write. Every other unit is on the disk alone.
 *
 * Writes are grouped. While one is under way, everything staged goes out as one record with the
 * next. When none is, the record is written at the end of the tick and not at once: a turn of a
 * host stages unit after unit, and the first would go out alone and make the others wait for a
 * second sync.
 */
export class Store {
  readonly #disk: Disk;
  readonly #options: StoreOptions;
  readonly #releases = new Releases();
  #meta: Meta;
  #seq: number;
  #digest: Uint8Array;
  /** of the log records since the checkpoint */
  #logBytes: number;
  /** of the largest unit that the last checkpoint wrote */
  #largestBytes = 0;

  /** staged, and not yet given to the disk */
  #staged = new Changes();
  /** in the log, or being written to it: not yet in the units' records */
  #logged: Changes;
  /** being moved into the units' records: laid over them, as the disk may give old or new ones */
  #moving = new Changes();

  #ticket = 0;
  #isDeferred = false;
  #isWriting = false;
  #isClosed = false;
  #failure: HostError | null = null;
  #isAbandoned = false;
  #idle: (() => void)[] = [];

  /** What the start found. */
  readonly recovered: Recovered;
  /** How many units had fields when the store was opened. */
  readonly unitsAtStart: number;

  private constructor(disk: Disk, options: StoreOptions, found: RecoveredStore) {
    this.#disk = disk;
    this.#options = options;
    this.#meta = found.meta;
    this.#seq = found.seq;
    this.#digest = found.digest;
    this.#logged = found.changes;
    this.#logBytes = found.logBytes;
    this.recovered = found.recovered;
    this.unitsAtStart = [...found.changes.names()].reduce(
      (count, unit) =>
        count + Number(this.load(unit) !== null) - Number(readStoredUnit(disk, unit).size > 0),
      found.meta.units,
    );
  }

  /**
   * Opens the store on a disk, or makes one if the disk is empty. Reads the log since the last
   * checkpoint; the units' own records are checked when they are read.
   * @throws HostError `store-foreign` if it belongs to another process
   * @throws HostError `store-newer` if a later version wrote it
   * @throws HostError `store-corrupt`, naming the record, if it is not what was written
   * @throws HostError `store-unwritable` if it cannot be made or repaired
   */
  static async open(
    disk: Disk,
    identity: StoreIdentity,
    options: StoreOptions = {},
  ): Promise<Store> {
    return new Store(disk, options, await recoverStore(disk, { format: 1, ...identity }));
  }

  /** The last ticket that is durable; 0 at first. */
  get durable(): number {
    return this.#releases.durable;
  }

  /** Why the store takes no more changes; null while it does. */
  get failure(): HostError | null {
    return this.#failure;
  }

  /**
   * The fields of a unit with everything staged so far; null if it has none. Bytes must not be
   * changed.
   * @throws HostError `store-corrupt`, `store-newer` if its record cannot be read
   */
  load(unit: string): Map<string, Uint8Array> | null {
    const fields = readStoredUnit(this.#disk, unit);
    for (const changes of this.#unmoved()) changes.applyTo(unit, fields);
    return fields.size > 0 ? fields : null;
  }

  /**
   * The names of all units that have fields. Reads and checks every unit's record: for starting up.
   * @throws HostError `store-corrupt`, `store-newer` if a record cannot be read, or some are
   * missing
   */
  async units(): Promise<string[]> {
    const checkpoint = this.#meta.checkpoint;
    const changed = new Set(this.#unmoved().flatMap((changes) => [...changes.names()]));
    const entries = await this.#disk.entries(UNIT_KEYS.from, UNIT_KEYS.to);
    // A checkpoint on the way changes how many there should be.
    const isSteady = this.#meta.checkpoint === checkpoint && this.#moving.size === 0;
    if (isSteady && entries.length !== this.#meta.units) {
      const what = `It counts ${this.#meta.units} units, and there are ${entries.length}.`;
      throw corrupt(META_KEY, what);
    }
    const names = new Set(entries.map(([key, bytes]) => checkUnitRecord(key, bytes).unit));
    for (const changes of this.#unmoved()) for (const unit of changes.names()) changed.add(unit);
    for (const unit of changed) {
      if (this.load(unit) === null) names.delete(unit);
      else names.add(unit);
    }
    return [...names];
  }

  /**
   * Queues changes to the fields of one unit; null deletes a field. What one tick stages becomes
   * durable together or not at all. The bytes are kept, not copied: they must not change any more.
   * @returns the ticket to wait for, one more than the last
   * @throws HostError `value-invalid` for a name with half a character, which no key could hold
   * @throws HostError the {@link failure}, or `replica-stopped` after {@link close}
   */
  stage(unit: string, changes: FieldChanges): number {
    if (this.#failure !== null) throw this.#failure;
    if (this.#isClosed) throw new HostError("replica-stopped", "The store is closed.");
    for (const name of [unit, ...changes.keys()]) {
      if (name.isWellFormed()) continue;
      throw new HostError("value-invalid", `${JSON.stringify(name)} holds half a character.`);
    }
    this.#staged.add(unit, changes);
    this.#ticket += 1;
    this.#options.hooks?.staged?.(this.#ticket);
    if (!this.#isWriting && !this.#isDeferred) {
      this.#isDeferred = true;
      (this.#options.defer ?? queueMicrotask)(() => {
        this.#isDeferred = false;
        this.#writeNext();
      });
    }
    return this.#ticket;
  }

  /**
   * Runs `run` once the ticket is durable, in the order of the tickets: at once if it already is.
   */
  whenDurable(ticket: number, run: () => void): void {
    if (ticket <= this.durable || this.#failure === null) this.#releases.when(ticket, run);
  }

  /** Waits until everything staged is durable, or the store has failed, and closes the disk. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const isOver = this.#isAbandoned || this.#failure !== null;
    if (!isOver && (this.#isWriting || this.#isDeferred)) {
      await new Promise<void>((resolve) => {
        this.#idle.push(resolve);
      });
    }
    await this.#disk.close();
  }

  /** As if the process were killed here: from now on it writes, releases and reports nothing. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#releases.clear();
    this.#becomeIdle();
  }

  /** The changes that are laid over the units' records, the oldest first. */
  #unmoved(): readonly Changes[] {
    return [this.#moving, this.#logged, this.#staged];
  }

  /**
   * One write at a time: so only the last record can be torn, and a checkpoint knows what is
   * logged.
   */
  #writeNext(): void {
    if (this.#isWriting || this.#isAbandoned || this.#failure !== null) return;
    if (this.#isLogFull()) this.#writeCheckpoint();
    else if (this.#staged.size > 0) this.#writeLog();
    else this.#becomeIdle();
  }

  #becomeIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /**
   * A checkpoint writes units whole. Where one of them is larger than the log may be, the log gets as
   * long as that one is, so that moving it costs no more than logging it did.
   */
  #isLogFull(): boolean {
    const { logRecordsMax = LOG_RECORDS_MAX, logBytesMax = LOG_BYTES_MAX } = this.#options;
    const factor = Math.min(LOG_FACTOR_MAX, Math.max(1, this.#largestBytes / logBytesMax));
    const records = this.#seq - this.#meta.checkpoint;
    return records > factor * logRecordsMax || this.#logBytes > factor * logBytesMax;
  }

  #writeLog(): void {
    const [changes, last, seq] = [this.#staged, this.#ticket, this.#seq + 1];
    const { record, digest } = sealLog({ seq, previous: this.#digest, changes });
    this.#staged = new Changes();
    this.#logged.addAll(changes);
    this.#options.hooks?.beforeWrite?.(seq);
    this.#write([{ type: "put", key: logKey(seq), value: record }], () => {
      this.#seq = seq;
      this.#digest = digest;
      this.#logBytes += record.length;
      // First the next write, so that the disk works while what was held goes out.
      this.#writeNext();
      this.#releases.release(last, (ticket) => {
        if (!this.#isAbandoned) this.#options.hooks?.durable?.(ticket);
        return !this.#isAbandoned;
      });
    });
  }

  #writeCheckpoint(): void {
    try {
      const [disk, changes] = [this.#disk, this.#logged];
      const { batch, meta, largest } = checkpointBatch(
        disk,
        this.#meta,
        this.#seq,
        this.#digest,
        changes,
      );
      this.#largestBytes = largest;
      this.#moving = changes;
      this.#logged = new Changes();
      this.#write(batch, () => {
        this.#meta = meta;
        this.#logBytes = 0;
        this.#moving = new Changes();
        this.#writeNext();
      });
    } catch (error) {
      this.#fail(unwritable(error));
    }
  }

  #write(batch: readonly Write[], written: () => void): void {
    this.#isWriting = true;
    this.#disk.write(batch, (error) => {
      if (this.#isAbandoned) return;
      this.#isWriting = false;
      if (error === null) written();
      else this.#fail(unwritable(error));
    });
  }

  #fail(error: HostError): void {
    this.#failure = error;
    this.#releases.clear();
    this.#becomeIdle();
    this.#options.onFailure?.(error);
  }
}
