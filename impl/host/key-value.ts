import type { Timer } from "../network/process.ts";
import { HostError } from "./errors.ts";
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

export interface OperationOptions {
  /** how long to wait for the result, in ms; the configuration's `timeouts.operationMs` without it */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface KeyValueLimits {
  /** the longest key, in UTF-8 bytes */
  readonly keyBytes: number;
  /** the longest encoded value, in UTF-8 bytes */
  readonly valueBytes: number;
  /** operations that were asked for and have not ended */
  readonly pendingOperations: number;
  readonly operationMs: number;
}

/** The registers beneath, in turns of the client's host. */
export interface Registers {
  isIdle(key: string): boolean;
  begin(key: string, value: string | null): void;
}

interface Waiter {
  readonly resolve: (value: string | null) => void;
  readonly reject: (error: Error) => void;
  readonly release: () => void;
}

interface Operation {
  /** what is written; null: a read */
  readonly write: string | null;
  readonly waiters: Set<Waiter>;
  begun: boolean;
}

const NO_VALUE = "";

/**
 * A key-value store over registers: linearizable for each key, keys apart from each other run at the
 * same time. An operation that was begun goes on when its caller gives up, since it may take effect at
 * any replica: the next operation on the key waits for it, and the same `put` joins it.
 */
export class KeyValueStore<T> {
  readonly #registers: Registers;
  readonly #codec: Codec<T>;
  readonly #limits: KeyValueLimits;
  readonly #clock: Clock;
  readonly #queues = new Map<string, Operation[]>();
  #pending = 0;
  #closed: HostError | null = null;

  constructor(registers: Registers, codec: Codec<T>, limits: KeyValueLimits, clock: Clock) {
    this.#registers = registers;
    this.#codec = codec;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** operations that have not ended */
  get pending(): number {
    return this.#pending;
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
    const queue = this.#queues.get(key);
    const [first] = queue ?? [];
    if (queue !== undefined && first?.begun) {
      queue.shift();
      this.#pending -= 1;
      for (const waiter of first.waiters) {
        waiter.release();
        waiter.resolve(value);
      }
    }
    this.#next(key);
  }

  /** Refuses what waits: each operation that was begun may still take effect. */
  close(reason = new HostError("client-closed", "The client was closed.")): void {
    this.#closed = reason;
    for (const { waiters } of [...this.#queues.values()].flat()) {
      for (const waiter of waiters) {
        waiter.release();
        waiter.reject(reason);
      }
    }
    this.#queues.clear();
  }

  #operate(key: string, write: string | null, options: OperationOptions): Promise<string | null> {
    const { keyBytes, pendingOperations, operationMs } = this.#limits;
    if (this.#closed !== null) throw this.#closed;
    if (!key.isWellFormed() || Buffer.byteLength(key) > keyBytes) {
      throw new HostError("value-invalid", `A key is a string of at most ${keyBytes} bytes.`);
    }
    if (options.signal?.aborted) throw cancelled(key);
    const queue = this.#queues.get(key) ?? [];
    const joined = queue.find((one) => mayJoin(one, write));
    if (joined === undefined && this.#pending >= pendingOperations) {
      const what = `${this.#pending} operations are under way.`;
      throw new HostError("too-many-operations", what);
    }
    const operation = joined ?? { write, waiters: new Set<Waiter>(), begun: false };
    const result = new Promise<string | null>((resolve, reject) => {
      const give = (up: HostError) => {
        this.#giveUp(key, operation, waiter);
        reject(up);
      };
      const timeoutMs = options.timeoutMs ?? operationMs;
      const timer: Timer = this.#clock.after(timeoutMs, () => give(timedOut(key, timeoutMs)));
      const abort = () => give(cancelled(key));
      options.signal?.addEventListener("abort", abort, { once: true });
      const release = () => {
        timer.cancel();
        options.signal?.removeEventListener("abort", abort);
      };
      const waiter: Waiter = { resolve, reject, release };
      operation.waiters.add(waiter);
    });
    if (joined === undefined) {
      this.#pending += 1;
      queue.push(operation);
      this.#queues.set(key, queue);
      this.#next(key);
    }
    return result;
  }

  #giveUp(key: string, operation: Operation, waiter: Waiter): void {
    waiter.release();
    operation.waiters.delete(waiter);
    if (operation.begun || operation.waiters.size > 0) return;
    const queue = this.#queues.get(key) ?? [];
    queue.splice(queue.indexOf(operation), 1);
    this.#pending -= 1;
    if (queue.length === 0) this.#queues.delete(key);
  }

  #next(key: string): void {
    const queue = this.#queues.get(key);
    const [first] = queue ?? [];
    if (first === undefined) this.#queues.delete(key);
    else if (!first.begun && this.#registers.isIdle(key)) {
      first.begun = true;
      this.#registers.begin(key, first.write);
    }
  }
}

/**
 * A read joins one that has not begun: it was asked for before that one begins. A write joins an equal
 * one that nobody waits for any more: that is its retry.
 */
function mayJoin(operation: Operation, write: string | null): boolean {
  if (write === null) return operation.write === null && !operation.begun;
  return operation.write === write && operation.begun && operation.waiters.size === 0;
}

const cancelled = (key: string) =>
  new HostError("operation-cancelled", `The operation on "${key}" was cancelled.`);

const timedOut = (key: string, timeoutMs: number) =>
  new HostError("operation-timed-out", `No quorum answered for "${key}" in ${timeoutMs} ms.`);
