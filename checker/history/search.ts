import { type Events, eventsOf, type HistoryBudget, type Operation } from "./history.ts";

/** What a history is compared with. */
export interface ObjectModel<State, Op, Result> {
  readonly initial: State;
  /**
   * The states that the operation may lead to, given what it returned: none where it cannot return
   * that. `undefined` is the unknown result of a pending operation.
   */
  after(state: State, operation: Op, result: Result | undefined): readonly State[];
  /** the same text for equal states, and only for them */
  key(state: State): string;
  /**
   * Whether an operation only looks: where it leaves the state as it is, the others could do without
   * it anywhere. False is always right; true lets the search take it as soon as it fits.
   */
  onlyReads?(operation: Op): boolean;
  /** for each operation its place in the order of trying: it changes the speed, never a verdict */
  rank?(operations: readonly Operation<Op, Result>[]): readonly number[];
}

export type SearchResult<State> =
  | { readonly end: "found"; readonly order: readonly number[]; readonly work: number }
  | {
      readonly end: "stuck";
      /** the furthest return that no configuration passed: no shorter prefix is wrong */
      readonly event: number;
      readonly state: State;
      readonly work: number;
    }
  | { readonly end: "budget"; readonly why: string; readonly work: number };

interface Option<State> {
  readonly operation: number;
  readonly state: State;
}

interface Frame<State> {
  /** the operations that were taken at once, then the one that was chosen */
  readonly taken: number[];
  readonly closed: number;
  readonly options: readonly Option<State>[];
  next: number;
}

const WORK_MAX = 20_000_000;
const CONFIGURATIONS_MAX = 500_000;

/**
 * The search of Wing and Gong ("Testing and verifying concurrent objects", 1993) with Lowe's memo of
 * configurations: depth first over the operations that may come next, which are those that were
 * invoked before the first return that is still to be explained. One that only reads is taken as
 * soon as it fits, since no later place suits it, or the others, better.
 */
export function searchOrder<State, Op, Result>(
  model: ObjectModel<State, Op, Result>,
  operations: readonly Operation<Op, Result>[],
  budget: HistoryBudget = {},
): SearchResult<State> {
  return new Search(model, operations, budget).run();
}

class Search<State, Op, Result> {
  readonly #model: ObjectModel<State, Op, Result>;
  readonly #operations: readonly Operation<Op, Result>[];
  readonly #events: Events;
  readonly #rank: readonly number[] | null;
  readonly #maxWork: number;
  readonly #maxConfigurations: number;
  /** the events that are not explained yet, as a list; the last slot is its head and its end */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #head: number;
  readonly #seen = new Set<string>();
  readonly #stack: Frame<State>[] = [];
  #furthest: { event: number; state: State } | null = null;
  #work = 0;

  constructor(
    model: ObjectModel<State, Op, Result>,
    operations: readonly Operation<Op, Result>[],
    { maxWork = WORK_MAX, maxConfigurations = CONFIGURATIONS_MAX }: HistoryBudget,
  ) {
    this.#model = model;
    this.#operations = operations;
    this.#events = eventsOf(operations);
    this.#rank = model.rank?.(operations) ?? null;
    this.#maxWork = maxWork;
    this.#maxConfigurations = maxConfigurations;
    const { count } = this.#events;
    this.#head = count;
    this.#next = Int32Array.from({ length: count + 1 }, (_, at) => (at === count ? 0 : at + 1));
    this.#previous = Int32Array.from({ length: count + 1 }, (_, at) => (at === 0 ? count : at - 1));
  }

  run(): SearchResult<State> {
    let next: { readonly state: State } | null = { state: this.#model.initial };
    while (next !== null) {
      if (this.#enter(next.state)) {
        return { end: "found", order: this.#stack.flatMap(({ taken }) => taken), work: this.#work };
      }
      const why = this.#overBudget();
      if (why !== null) return { end: "budget", why, work: this.#work };
      next = this.#advance();
    }
    const { event, state } = this.#furthest as { event: number; state: State };
    return { end: "stuck", event, state, work: this.#work };
  }

  #overBudget(): string | null {
    if (this.#work > this.#maxWork) return `more than ${this.#maxWork} applications were needed`;
    if (this.#seen.size <= this.#maxConfigurations) return null;
    return `more than ${this.#maxConfigurations} configurations were reached`;
  }

  /** Opens a configuration: true when every return is explained. */
  #enter(state: State): boolean {
    const { isReturn, operationAt, returnedAt } = this.#events;
    const key = this.#model.key(state);
    const taken: number[] = [];
    const options: Option<State>[] = [];
    let waiting = "";
    let event = this.#next[this.#head] as number;
    for (; event !== this.#head && isReturn[event] === 0; event = this.#next[event] as number) {
      const operation = operationAt[event] as number;
      const completed = returnedAt[operation] !== -1;
      const outcomes = this.#outcomes(state, operation, completed);
      const changes = outcomes.filter((one) => this.#model.key(one) !== key);
      const fits = completed && changes.length < outcomes.length;
      if (fits && this.#onlyReads(operation)) {
        this.#lift(operation);
        taken.push(operation);
        continue;
      }
      waiting += ` ${operation}`;
      // a pending operation that changes nothing need not have taken effect
      for (const one of completed ? outcomes : changes) options.push({ operation, state: one });
    }
    const closed = taken.length;
    this.#stack.push({ taken, closed, options: this.#sorted(options, event), next: 0 });
    if (event === this.#head) return true;
    if (this.#furthest === null || event > this.#furthest.event) this.#furthest = { event, state };
    // What was invoked after the first open return is open: these determine the configuration.
    const configuration = `${event}${waiting} ${key}`;
    if (this.#seen.has(configuration)) (this.#stack.at(-1) as Frame<State>).next = options.length;
    else this.#seen.add(configuration);
    return false;
  }

  #outcomes(state: State, operation: number, completed: boolean): readonly State[] {
    this.#work++;
    const { operation: asked, result } = this.#operations[operation] as Operation<Op, Result>;
    return this.#model.after(state, asked, completed ? result : undefined);
  }

  #onlyReads(operation: number): boolean {
    const { operation: asked } = this.#operations[operation] as Operation<Op, Result>;
    return this.#model.onlyReads?.(asked) ?? false;
  }

  /**
   * By the model's rank; without one just in time: first what explains the first open return, or
   * lets it be explained next, then what returns first.
   */
  #sorted(options: Option<State>[], firstReturn: number): readonly Option<State>[] {
    if (options.length < 2 || firstReturn === this.#head) return options;
    const due = this.#events.operationAt[firstReturn] as number;
    const ranked = options.map((option) => {
      const own = this.#rank?.[option.operation];
      return { option, rank: own ?? this.#lateness(option, due) };
    });
    ranked.sort((a, b) => a.rank - b.rank);
    return ranked.map(({ option }) => option);
  }

  #lateness({ operation, state }: Option<State>, due: number): number {
    if (operation === due) return -2;
    if (this.#outcomes(state, due, true).length > 0) return -1;
    const back = this.#events.returnedAt[operation] as number;
    return back === -1 ? this.#head : back;
  }

  /** Takes the next open choice, from the newest configuration back; null when none is left. */
  #advance(): { readonly state: State } | null {
    for (;;) {
      const frame = this.#stack.at(-1);
      if (frame === undefined) return null;
      if (frame.taken.length > frame.closed) this.#unlift(frame.taken.pop() as number);
      const option = frame.options[frame.next++];
      if (option !== undefined) {
        this.#lift(option.operation);
        frame.taken.push(option.operation);
        return option;
      }
      while (frame.taken.length > 0) this.#unlift(frame.taken.pop() as number);
      this.#stack.pop();
    }
  }

  /** Takes an operation out of the list: its return first, so that the list reads on behind it. */
  #lift(operation: number): void {
    const { invokedAt, returnedAt } = this.#events;
    const back = returnedAt[operation] as number;
    if (back !== -1) this.#unlink(back);
    this.#unlink(invokedAt[operation] as number);
  }

  /** Puts it back; the operations come back in the opposite order of their going. */
  #unlift(operation: number): void {
    const { invokedAt, returnedAt } = this.#events;
    this.#link(invokedAt[operation] as number);
    const back = returnedAt[operation] as number;
    if (back !== -1) this.#link(back);
  }

  #unlink(event: number): void {
    const [before, after] = [this.#previous[event] as number, this.#next[event] as number];
    this.#next[before] = after;
    this.#previous[after] = before;
  }

  #link(event: number): void {
    this.#next[this.#previous[event] as number] = event;
    this.#previous[this.#next[event] as number] = event;
  }
}
