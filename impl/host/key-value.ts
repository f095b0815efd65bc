import { HostError } from "./errors.ts";
import {
  type OperationOptions,
  type PendingLimits,
  PendingOperations,
  type Underway,
} from "./pending.ts";
import type { Clock } from "./world.ts";

/** How typed values become strings and back. An encoding is never empty: that means no value. */
export interface Codec<T> {
  encode(value: T): string;
  decode(text: string): T;
}

/** Any value that JSON can carry. */
export const jsonCodec: Codec<unknown> = {
  encode: (value) => JSON.stringify(value),
  decode: (text) => JSON.parse(text),
};

export interface KeyValueLimits extends PendingLimits {
  /** the longest key, in UTF-8 bytes */
  readonly keyBytes: number;
  /** the longest encoded value, in UTF-8 bytes */
  readonly valueBytes: number;
}

/** The registers beneath, in turns of the client's host. */
export interface Registers {
  isIdle(key: string): boolean;
  begin(key: string, value: string | null): void;
}

const NO_VALUE = "";

/** The ticket of the one operation that a key has under way. */
const ONLY = 0;

/**
 * A key-value store over registers: linearizable for each key, keys apart from each other run at the
 * same time. An operation that was begun goes on when its caller gives up, since it may take effect at
 * any replica: the next operation on the key waits for it, and the same `put` joins it.
 */
export class KeyValueStore<T> {
  readonly #codec: Codec<T>;
  readonly #limits: KeyValueLimits;
  /** by key: what is written, or null for a read */
  readonly #operations: PendingOperations<string | null, string | null>;

  constructor(registers: Registers, codec: Codec<T>, limits: KeyValueLimits, clock: Clock) {
    this.#codec = codec;
    this.#limits = limits;
    const beginner = {
      begin(key: string, write: string | null) {
        if (!registers.isIdle(key)) return null;
        registers.begin(key, write);
        return ONLY;
      },
      joins,
      nameOf: (key: string) => `the operation on "${key}"`,
    };
    this.#operations = new PendingOperations(beginner, limits, clock);
  }

  /** operations that have not ended */
  get pending(): number {
    return this.#operations.pending;
  }

  /**
   * Writes a value. When it resolves, 2f + 1 replicas hold it durably.
   * @throws HostError `value-invalid`, `operation-timed-out`, `operation-cancelled`, `client-closed`,
   *   `too-many-operations`
   */
  async put(key: string, value: T, options: OperationOptions = {}): Promise<void> {
    const encoded = this.#codec.encode(value);
    const { valueBytes } = this.#limits;
    if (typeof encoded !== "string" || encoded === NO_VALUE) {
      throw new HostError("value-invalid", `The codec has no text for the value of "${key}".`);
    }
    if (Buffer.byteLength(encoded) > valueBytes) {
      throw new HostError("value-invalid", `The value of "${key}" is over ${valueBytes} bytes.`);
    }
    await this.#operate(key, encoded, options);
  }

  /** Removes the value. @throws as {@link put} */
  async delete(key: string, options: OperationOptions = {}): Promise<void> {
    await this.#operate(key, NO_VALUE, options);
  }

  /** Reads the value; undefined if there is none. @throws as {@link put} */
  async get(key: string, options: OperationOptions = {}): Promise<T | undefined> {
    const text = await this.#operate(key, null, options);
    return text === null || text === NO_VALUE ? undefined : this.#codec.decode(text);
  }

  /** The operation of a key has ended: `value` is what a read read. */
  ended(key: string, value: string | null): void {
    this.#operations.ended(key, ONLY, value);
  }

  /** Refuses what waits: each operation that was begun may still take effect. */
  close(reason?: HostError): void {
    this.#operations.close(reason);
  }

  async #operate(
    key: string,
    write: string | null,
    options: OperationOptions,
  ): Promise<string | null> {
    this.#operations.assertOpen();
    const { keyBytes } = this.#limits;
    if (!key.isWellFormed() || Buffer.byteLength(key) > keyBytes) {
      throw new HostError("value-invalid", `A key is a string of at most ${keyBytes} bytes.`);
    }
    return this.#operations.operate(key, write, options);
  }
}

/**
 * A read joins one that has not begun: it was asked for before that one begins. A write joins an equal
 * one that nobody waits for any more: that is its retry.
 */
function joins(write: string | null, one: Underway<string | null>): boolean {
  if (write === null) return one.request === null && !one.begun;
  return one.request === write && one.begun && !one.isAwaited;
}
