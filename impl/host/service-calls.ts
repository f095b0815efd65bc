import { HostError } from "./errors.ts";
import {
  type OperationOptions,
  type PendingLimits,
  PendingOperations,
  type Underway,
} from "./pending.ts";
import type { Clock } from "./world.ts";

export interface ServiceLimits extends PendingLimits {
  /** the longest operation, in UTF-8 bytes */
  readonly valueBytes: number;
}

/** What a caller asks for. */
export interface Asked {
  readonly operation: string;
  /** whether its caller says that it changes nothing */
  readonly isRead: boolean;
}

/** The replicated service beneath, in turns of the client's host. */
export interface ServiceUser {
  /** Begins an operation if there is room. @returns its ticket; null: no room yet */
  begin(asked: Asked): number | null;
}

/** A client has one queue: operations and reads begin in the order of the calls. */
const QUEUE = "";

/**
 * Operations on a replicated service: as many at a time as the protocol has room for, begun in the order
 * of the calls. One that was begun goes on when its caller gives up, and the same operation joins it, so
 * that trying again does nothing twice. Reads never join: each sees what was done before it was asked for.
 */
export class ServiceCalls {
  readonly #limits: ServiceLimits;
  readonly #operations: PendingOperations<Asked, string>;

  constructor(service: ServiceUser, limits: ServiceLimits, clock: Clock) {
    this.#limits = limits;
    const beginner = {
      begin: (_queue: string, asked: Asked) => service.begin(asked),
      joins,
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
  invoke(operation: string, options: OperationOptions = {}): Promise<string> {
    return this.#operate({ operation, isRead: false }, options);
  }

  /**
   * The same for an operation that changes nothing, which some protocols answer sooner. If it changes
   * something all the same, it does so each time that it is tried.
   * @throws as {@link invoke}
   */
  read(operation: string, options: OperationOptions = {}): Promise<string> {
    return this.#operate({ operation, isRead: true }, options);
  }

  /** An operation has ended. */
  ended(ticket: number, result: string): void {
    this.#operations.ended(QUEUE, ticket, result);
  }

  /** Refuses what waits: operations that were begun may still take effect. */
  close(reason?: HostError): void {
    this.#operations.close(reason);
  }

  async #operate(asked: Asked, options: OperationOptions): Promise<string> {
    this.#operations.assertOpen();
    const { valueBytes } = this.#limits;
    const { operation } = asked;
    if (!operation.isWellFormed() || Buffer.byteLength(operation) > valueBytes) {
      throw new HostError(
        "value-invalid",
        `An operation is a text of at most ${valueBytes} bytes.`,
      );
    }
    return this.#operations.operate(QUEUE, asked, options);
  }
}

function joins({ operation, isRead }: Asked, one: Underway<Asked>): boolean {
  if (isRead || one.request.isRead) return false;
  return one.request.operation === operation && one.begun && !one.isAwaited;
}
