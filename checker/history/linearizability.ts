import { canonical, equal } from "../../spec/automaton/values.ts";
import {
  eventsOf,
  type HistoryBudget,
  type HistoryVerdict,
  type HistoryViolation,
  type Operation,
  pending,
  prefixUpTo,
} from "./history.ts";
import { type ObjectModel, searchOrder } from "./search.ts";

/** An object that does one operation at a time. Its states are values. */
export interface SequentialObject<State, Op, Result> {
  readonly initial: State;
  apply(state: State, operation: Op): { readonly state: State; readonly result: Result };
  /** whether an operation never changes the state: to say so makes the search much faster */
  onlyReads?(operation: Op): boolean;
}

export interface LinearizabilityOptions<Op> extends HistoryBudget {
  /**
   * The independent object that an operation is about, such as its key: a history is linearizable
   * if and only if each object's part of it is (Herlihy and Wing, "locality").
   */
  readonly partition?: (operation: Op) => string;
}

/** A sequential object as a model of the search: one outcome, or none where the result differs. */
export function modelOf<State, Op, Result>(
  object: SequentialObject<State, Op, Result>,
): ObjectModel<State, Op, Result> {
  return {
    initial: object.initial,
    after(before, operation, recorded) {
      const { state, result } = object.apply(before, operation);
      return recorded === undefined || equal(result, recorded) ? [state] : [];
    },
    key: canonical,
    onlyReads: (operation) => object.onlyReads?.(operation) ?? false,
  };
}

/**
 * Decides whether a recorded history is linearizable: whether each operation can have taken effect
 * at one point between its invocation and its return, as the sequential object has it.
 *
 * ```ts
 * checkLinearizable(counter, history).verdict; // "linearizable" | "violated" | "undecided"
 * ```
 * @throws QuorateError `history-malformed` where an operation returns before it is invoked
 */
export function checkLinearizable<State, Op, Result>(
  object: SequentialObject<State, Op, Result>,
  history: readonly Operation<Op, Result>[],
  options: LinearizabilityOptions<Op> = {},
): HistoryVerdict<Op, Result> {
  const model = modelOf(object);
  const { partition, ...budget } = options;
  return checkParts(partsOf(history, partition), (part, name) =>
    checkModel(model, part, budget, name),
  );
}

/** The parts of a history by name; one without a name where nothing partitions it. */
export function partsOf<Op, Result>(
  history: readonly Operation<Op, Result>[],
  partition: ((operation: Op) => string) | undefined,
): ReadonlyMap<string | null, readonly Operation<Op, Result>[]> {
  const parts = new Map<string | null, Operation<Op, Result>[]>();
  for (const one of history) {
    const name = partition?.(one.operation) ?? null;
    const part = parts.get(name);
    if (part === undefined) parts.set(name, [one]);
    else part.push(one);
  }
  return parts;
}

/** One verdict for all parts: a violation counts more than what is undecided. */
export function checkParts<Op, Result>(
  parts: ReadonlyMap<string | null, readonly Operation<Op, Result>[]>,
  check: (
    part: readonly Operation<Op, Result>[],
    name: string | null,
  ) => HistoryVerdict<Op, Result>,
): HistoryVerdict<Op, Result> {
  const orders: (readonly Operation<Op, Result>[])[] = [];
  let undecided: HistoryVerdict<Op, Result> | null = null;
  for (const [name, part] of parts) {
    const verdict = check(part, name);
    if (verdict.verdict === "violated") return verdict;
    if (verdict.verdict === "undecided") undecided ??= verdict;
    else orders.push(...verdict.orders);
  }
  return undecided ?? { verdict: "linearizable", orders };
}

/** Decides one part by search. */
export function checkModel<State, Op, Result>(
  model: ObjectModel<State, Op, Result>,
  operations: readonly Operation<Op, Result>[],
  budget: HistoryBudget,
  partition: string | null,
): HistoryVerdict<Op, Result> {
  const searched = searchOrder(model, operations, budget);
  if (searched.end === "budget") return { verdict: "undecided", partition, why: searched.why };
  if (searched.end === "found") {
    const order = searched.order.map((at) => operations[at] as Operation<Op, Result>);
    return { verdict: "linearizable", orders: [order] };
  }
  const events = eventsOf(operations);
  const prefix = prefixUpTo(operations, events, searched.event);
  const stuckAt = operations[events.operationAt[searched.event] as number];
  return {
    verdict: "violated",
    partition,
    stuckAt: stuckAt as Operation<Op, Result>,
    prefix,
    core: coreOf(model, prefix),
    state: searched.state,
  } satisfies HistoryViolation<Op, Result>;
}

/** What finding a small core may cost, all attempts together and each of them. */
const CORE_WORK_MAX = 2_000_000;
const ATTEMPT_WORK_MAX = 100_000;

/**
 * Makes as many operations optional as it can while the history stays wrong, in ever smaller
 * portions. It never leaves an operation out: without a write, a read of it would be wrong as well.
 */
function coreOf<State, Op, Result>(
  model: ObjectModel<State, Op, Result>,
  prefix: readonly Operation<Op, Result>[],
): Operation<Op, Result>[] {
  let history = prefix;
  let work = 0;
  const completed = () => [...history.keys()].filter((at) => history[at]?.returned !== null);
  for (let portion = completed().length >> 1; portion >= 1; portion >>= 1) {
    for (let from = 0; from < completed().length && work < CORE_WORK_MAX; ) {
      const optional = new Set(completed().slice(from, from + portion));
      const weaker = history.map((one, at) => (optional.has(at) ? pending(one) : one));
      const searched = searchOrder(model, weaker, { maxWork: ATTEMPT_WORK_MAX });
      work += searched.work;
      if (searched.end === "stuck") history = weaker;
      else from += portion;
    }
  }
  return history.filter(({ returned }) => returned !== null);
}
