import { QuorateError } from "../../spec/automaton/errors.ts";

/** One operation of a recorded run, as its client saw it. */
export interface Operation<Op, Result> {
  readonly client: string;
  /** in any unit that grows: milliseconds, or the position in the record */
  readonly invoked: number;
  /** null: no answer came; it may have taken effect at any later time, or not at all */
  readonly returned: number | null;
  readonly operation: Op;
  /** what came back; read only where the operation returned */
  readonly result?: Result;
}

/** How much a search may do before it gives up. Both are counted, so a verdict is reproducible. */
export interface HistoryBudget {
  /** applications of an operation to a state: the time; 20 million by default */
  readonly maxWork?: number;
  /** configurations that are remembered: the memory; 500,000 by default */
  readonly maxConfigurations?: number;
}

/** A history that no order of its operations explains. */
export interface HistoryViolation<Op, Result> {
  readonly verdict: "violated";
  readonly partition: string | null;
  /** the operation whose return cannot be explained; no shorter prefix is wrong */
  readonly stuckAt: Operation<Op, Result>;
  /** the history up to that return; what returned later is pending here */
  readonly prefix: readonly Operation<Op, Result>[];
  /** operations that contradict each other even if every other one may be left out */
  readonly core: readonly Operation<Op, Result>[];
  /** the state in which the search stood that came furthest; undefined where none was made */
  readonly state?: unknown;
}

export type HistoryVerdict<Op, Result> =
  | {
      readonly verdict: "linearizable";
      /** for each partition an order that explains it; pending operations may be missing */
      readonly orders: readonly (readonly Operation<Op, Result>[])[];
    }
  | HistoryViolation<Op, Result>
  | { readonly verdict: "undecided"; readonly partition: string | null; readonly why: string };

/**
 * The invocations and returns of a history in order. At one instant invocations come first: two
 * operations that touch are concurrent, since a clock cannot tell.
 */
export interface Events {
  readonly count: number;
  readonly operationAt: Int32Array;
  /** 1 where an event is a return */
  readonly isReturn: Uint8Array;
  readonly invokedAt: Int32Array;
  /** −1 for a pending operation */
  readonly returnedAt: Int32Array;
}

/** @throws QuorateError `history-malformed` where an operation returns before it is invoked */
export function eventsOf(operations: readonly Operation<unknown, unknown>[]): Events {
  const events = operations.flatMap(({ client, invoked, returned }, at) => {
    if (!(invoked <= (returned ?? invoked))) {
      const what = `Operation ${at} of ${client} is invoked at ${invoked} and returns at ${returned}.`;
      throw new QuorateError("history-malformed", what);
    }
    const invocation = { time: invoked, back: 0, at };
    return returned === null ? [invocation] : [invocation, { time: returned, back: 1, at }];
  });
  events.sort((a, b) => a.time - b.time || a.back - b.back || a.at - b.at);
  const invokedAt = new Int32Array(operations.length);
  const returnedAt = new Int32Array(operations.length).fill(-1);
  for (const [place, { back, at }] of events.entries()) {
    (back === 1 ? returnedAt : invokedAt)[at] = place;
  }
  return {
    count: events.length,
    operationAt: Int32Array.from(events, ({ at }) => at),
    isReturn: Uint8Array.from(events, ({ back }) => back),
    invokedAt,
    returnedAt,
  };
}

/** The history up to and with event `last`: what returns later is pending. */
export function prefixUpTo<Op, Result>(
  operations: readonly Operation<Op, Result>[],
  events: Events,
  last: number,
): Operation<Op, Result>[] {
  return operations.flatMap((operation, at) => {
    if ((events.invokedAt[at] as number) > last) return [];
    const back = events.returnedAt[at] as number;
    return [back > last ? pending(operation) : operation];
  });
}

/** The same operation without its answer. */
export function pending<Op, Result>(operation: Operation<Op, Result>): Operation<Op, Result> {
  const { client, invoked, operation: asked } = operation;
  return { client, invoked, returned: null, operation: asked };
}
