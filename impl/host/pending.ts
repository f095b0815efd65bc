import type { Timer } from "../network/process.ts";
import { HostError } from "./errors.ts";
import type { Clock } from "./world.ts";

export interface OperationOptions {
  /** how long to wait for the result, in ms; the configuration's `timeouts.operationMs` without it */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface PendingLimits {
  /** operations that were asked for and have not ended */
  readonly pendingOperations: number;
  readonly operationMs: number;
}

/** What begins operations: as many at a time as there is room in each queue. */
export interface Beginner<Request> {
  /**
   * Begins an operation if there is room, and else nothing.
   * @returns its ticket, which no other one has that is under way in the queue; null: no room yet
   */
  begin(queue: string, request: Request): number | null;
  /** Whether a request need not begin anew, since this operation answers it as well. */
  joins(request: Request, operation: Underway<Request>): boolean;
  /** an operation of a queue, as errors name it: `the operation on "price"` */
  nameOf(queue: string): string;
}

export interface Underway<Request> {
  readonly request: Request;
  readonly begun: boolean;
  /** whether somebody waits for it still */
  readonly isAwaited: boolean;
}

interface Waiter<Result> {
  readonly resolve: (value: Result) => void;
  readonly reject: (error: Error) => void;
  readonly release: () => void;
}

interface Operation<Request, Result> {
  readonly request: Request;
  readonly waiters: Set<Waiter<Result>>;
  begun: boolean;
  /** null until it has begun */
  ticket: number | null;
}

/**
 * The operations of a client's users, in queues: they begin in the order of the calls. One that was
 * begun goes on when its caller gives up, since it may take effect, and takes its room until it ends.
 */
export class PendingOperations<Request, Result> {
  readonly #to: Beginner<Request>;
  readonly #limits: PendingLimits;
  readonly #clock: Clock;
  readonly #queues = new Map<string, Operation<Request, Result>[]>();
  #pending = 0;
  #closed: HostError | null = null;

  constructor(to: Beginner<Request>, limits: PendingLimits, clock: Clock) {
    this.#to = to;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** operations that have not ended */
  get pending(): number {
    return this.#pending;
  }

  /** @throws HostError `client-closed` if it takes no more operations */
  assertOpen(): void {
    if (this.#closed !== null) throw this.#closed;
  }

  /**
   * Begins an operation as soon as those before it in its queue have begun and there is room.
   * @throws HostError `operation-timed-out`, `operation-cancelled`, `client-closed`,
   *   `too-many-operations`
   */
  async operate(queue: string, request: Request, options: OperationOptions): Promise<Result> {
    this.assertOpen();
    const { pendingOperations, operationMs } = this.#limits;
    if (options.signal?.aborted) throw this.#cancelled(queue);
    const waiting = this.#queues.get(queue) ?? [];
    const joined = waiting.find((one) => this.#to.joins(request, stateOf(one)));
    if (joined === undefined && this.#pending >= pendingOperations) {
      const what = `${this.#pending} operations are under way.`;
      throw new HostError("too-many-operations", what);
    }
    const waiters = new Set<Waiter<Result>>();
    const operation = joined ?? { request, waiters, begun: false, ticket: null };
    const result = new Promise<Result>((resolve, reject) => {
      const give = (up: HostError) => {
        this.#giveUp(queue, operation, waiter);
        reject(up);
      };
      const timeoutMs = options.timeoutMs ?? operationMs;
      const timedOut = () => give(this.#timedOut(queue, timeoutMs));
      const timer: Timer = this.#clock.after(timeoutMs, timedOut);
      const abort = () => give(this.#cancelled(queue));
      options.signal?.addEventListener("abort", abort, { once: true });
      const release = () => {
        timer.cancel();
        options.signal?.removeEventListener("abort", abort);
      };
      const waiter: Waiter<Result> = { resolve, reject, release };
      operation.waiters.add(waiter);
    });
    if (joined === undefined) {
      this.#pending += 1;
      waiting.push(operation);
      this.#queues.set(queue, waiting);
      this.#next(queue);
    }
    return result;
  }

  /** An operation of a queue has ended: of these here, or one from before a restart. */
  ended(queue: string, ticket: number, result: Result): void {
    const waiting = this.#queues.get(queue) ?? [];
    const at = waiting.findIndex((one) => one.ticket === ticket);
    const [operation] = at < 0 ? [] : waiting.splice(at, 1);
    if (operation !== undefined) {
      this.#pending -= 1;
      for (const waiter of operation.waiters) {
        waiter.release();
        waiter.resolve(result);
      }
    }
    this.#next(queue);
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

  #giveUp(queue: string, operation: Operation<Request, Result>, waiter: Waiter<Result>): void {
    waiter.release();
    operation.waiters.delete(waiter);
    if (operation.begun || operation.waiters.size > 0) return;
    const waiting = this.#queues.get(queue) ?? [];
    waiting.splice(waiting.indexOf(operation), 1);
    this.#pending -= 1;
    if (waiting.length === 0) this.#queues.delete(queue);
  }

  #next(queue: string): void {
    const waiting = this.#queues.get(queue) ?? [];
    if (waiting.length === 0) this.#queues.delete(queue);
    for (;;) {
      const next = waiting.find(({ begun }) => !begun);
      if (next === undefined) return;
      // Before it begins: what that causes may come back here.
      next.begun = true;
      next.ticket = this.#to.begin(queue, next.request);
      next.begun = next.ticket !== null;
      if (!next.begun) return;
    }
  }

  #cancelled(queue: string): HostError {
    const name = this.#to.nameOf(queue);
    return new HostError("operation-cancelled", `${capital(name)} was cancelled.`);
  }

  #timedOut(queue: string, timeoutMs: number): HostError {
    const what = `No quorum answered ${this.#to.nameOf(queue)} in ${timeoutMs} ms.`;
    return new HostError("operation-timed-out", what);
  }
}

const stateOf = <Request, Result>({ request, begun, waiters }: Operation<Request, Result>) => ({
  request,
  begun,
  isAwaited: waiters.size > 0,
});

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
