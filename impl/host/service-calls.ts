import { HostError } from "./errors.ts";
import { type OperationOptions, type PendingLimits, PendingOperations } from "./pending.ts";
import type { Clock } from "./world.ts";

export interface ServiceLimits extends PendingLimits {
  /** the longest operation, in UTF-8 bytes */
  readonly valueBytes: number;
}

/** The replicated service beneath, in turns of the client's host. */
export interface ServiceUser {
  isIdle(): boolean;
  begin(operation: string): void;
}

/** A client has one queue: the protocol gives it one operation at a time. */
const QUEUE = "";

/**
 * Operations on a replicated service, one after the other in the order of the calls. One that was begun
 * goes on when its caller gives up: the next one waits for it, and the same operation joins it, so that
 * trying again does nothing twice.
 */
export class ServiceCalls {
  readonly #limits: ServiceLimits;
  readonly #operations: PendingOperations<string, string>;

  constructor(service: ServiceUser, limits: ServiceLimits, clock: Clock) {
    this.#limits = limits;
    const beginner = {
      isIdle: () => service.isIdle(),
      begin: (_queue: string, operation: string) => service.begin(operation),
      joins: (wanted: string, one: { request: string; begun: boolean; isAwaited: boolean }) =>
        one.request === wanted && one.begun && !one.isAwaited,
      nameOf: () => "the operation",
    };
    this.#operations = new PendingOperations(beginner, limits, clock);
  }

  /** operations that have not ended */
  get pending(): number {
    return this.#operations.pending;
  }

  /**
   * Has an operation performed once, and gives its result, which f + 1 replicas agree on.
   * @throws HostError `value-invalid`, `operation-timed-out`, `operation-cancelled`, `client-closed`,
   *   `too-many-operations`
   */
  async invoke(operation: string, options: OperationOptions = {}): Promise<string> {
    this.#operations.assertOpen();
    const { valueBytes } = this.#limits;
    if (!operation.isWellFormed() || Buffer.byteLength(operation) > valueBytes) {
      throw new HostError(
        "value-invalid",
        `An operation is a text of at most ${valueBytes} bytes.`,
      );
    }
    return this.#operations.operate(QUEUE, operation, options);
  }

  /** The operation under way has ended. */
  ended(result: string): void {
    this.#operations.ended(QUEUE, result);
  }

  /** Refuses what waits: the operation that was begun may still take effect. */
  close(reason?: HostError): void {
    this.#operations.close(reason);
  }
}
