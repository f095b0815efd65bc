import { canonical } from "../../spec/automaton/values.ts";
import type { HistoryBudget, HistoryVerdict, Operation } from "./history.ts";
import { checkModel, checkParts, modelOf, partsOf } from "./linearizability.ts";
import type { ObjectModel } from "./search.ts";
import { checkZones, writesAreDistinct } from "./zones.ts";

/** What a register holds: null where a key is absent. */
export type RegisterValue = string | null;

/** What clients ask of a set of registers. `stop` is the moment at which a faulty client stops. */
export type RegisterOperation =
  | { readonly op: "put"; readonly key: string; readonly value: RegisterValue }
  | { readonly op: "get"; readonly key: string }
  | { readonly op: "stop"; readonly client: string };

/** A get returns the value, a put and a stop null. */
export type RegisterHistory = readonly Operation<RegisterOperation, RegisterValue>[];

export interface RegisterOptions extends HistoryBudget {
  /** what a key holds before any put; null (absent) by default */
  readonly initial?: RegisterValue;
  /** the faulty clients, whose own writes are not in the history, and what each may have written */
  readonly faulty?: Readonly<Record<string, (key: string, value: RegisterValue) => boolean>>;
  /** b: the most writes of one faulty client that take effect after it stopped; null: no limit */
  readonly maxLurking?: number | null;
  /** `search` also where a faster exact way is known */
  readonly by?: "search" | "fastest";
}

/**
 * Decides whether a history of puts and gets is one of atomic registers, key by key.
 *
 * With faulty clients it is Definition 1 of Liskov and Rodrigues, "Byzantine Clients Rendered
 * Harmless": a write of a faulty client may take effect at any time before that client stops, and
 * at most `maxLurking` of them after. That limit counts over all keys, so then the history is
 * decided as a whole.
 *
 * Where the values written to a key are distinct it takes n log n and always decides. Otherwise it
 * searches: thousands of operations are quick with some 16 clients on one key; with 64, and few values
 * that are written often, the budget may end it `undecided`.
 *
 * @throws QuorateError `history-malformed` where an operation returns before it is invoked
 */
export function checkRegisters(
  history: RegisterHistory,
  options: RegisterOptions = {},
): HistoryVerdict<RegisterOperation, RegisterValue> {
  const { initial = null, faulty = {}, maxLurking = null, by = "fastest", ...budget } = options;
  if (Object.keys(faulty).length > 0) {
    const parts = new Map([[null, history]]);
    const model = byzantineRegisters({ initial, faulty, maxLurking });
    return checkParts(parts, (part, name) => checkModel(model, part, budget, name));
  }
  const asked = history.filter(({ operation }) => operation.op !== "stop");
  const model = oneRegister(initial);
  return checkParts(partsOf(asked, keyOf), (part, key) =>
    by === "fastest" && writesAreDistinct(part, initial)
      ? checkZones(part, initial, key)
      : checkModel(model, part, budget, key),
  );
}

function keyOf(operation: RegisterOperation): string {
  return operation.op === "stop" ? "" : operation.key;
}

/** A get; also where it reveals a bad write: the next get would reveal that as well. */
const onlyReads = (operation: RegisterOperation) => operation.op === "get";

/** One register without faulty clients. */
function oneRegister(
  initial: RegisterValue,
): ObjectModel<RegisterValue, RegisterOperation, RegisterValue> {
  return {
    ...modelOf<RegisterValue, RegisterOperation, RegisterValue>({
      initial,
      apply: (value, operation) =>
        operation.op === "put"
          ? { state: operation.value, result: null }
          : { state: value, result: value },
      onlyReads,
    }),
    rank: (history) => rankByBlock(history),
  };
}

/**
 * A good order of trying: each write where its block of reads must begin at the latest. A read
 * belongs to the write of its value that was under way at most nearly the same time. With distinct
 * values that order is a right one, if there is any; otherwise it is a guess.
 */
function rankByBlock(history: RegisterHistory): number[] {
  const rank = history.map(({ invoked }) => invoked);
  const blocks = new Map<string, Block[]>();
  for (const [at, { operation, invoked, returned }] of history.entries()) {
    if (operation.op !== "put") continue;
    const finish = returned ?? Number.POSITIVE_INFINITY;
    const block = { at, invoked, finish, start: invoked, middle: middleOf(invoked, returned) };
    const name = canonical([operation.key, operation.value]);
    const others = blocks.get(name);
    if (others === undefined) blocks.set(name, [block]);
    else others.push(block);
  }
  for (const { operation, invoked, returned, result } of history) {
    if (operation.op !== "get" || returned === null || result === undefined) continue;
    const possible = blocks.get(canonical([operation.key, result])) ?? [];
    const middle = middleOf(invoked, returned);
    const block = possible
      .filter((one) => one.invoked <= returned)
      .reduce<Block | null>((best, one) => nearer(best, one, middle), null);
    if (block === null) continue;
    block.finish = Math.min(block.finish, returned);
    block.start = Math.max(block.start, invoked);
  }
  for (const { at, invoked, finish, start } of [...blocks.values()].flat()) {
    rank[at] = Math.max(invoked, Math.min(finish, start));
  }
  return rank;
}

interface Block {
  readonly at: number;
  readonly invoked: number;
  readonly middle: number;
  finish: number;
  start: number;
}

function middleOf(invoked: number, returned: number | null): number {
  return returned === null ? invoked : (invoked + returned) / 2;
}

function nearer(best: Block | null, one: Block, middle: number): Block {
  if (best === null) return one;
  return Math.abs(one.middle - middle) < Math.abs(best.middle - middle) ? one : best;
}

interface Contents {
  readonly value: RegisterValue;
  /** the faulty clients that may have overwritten it for nothing: running when it was last used */
  readonly exposedTo: readonly string[];
}

interface Registers {
  readonly running: readonly string[];
  /** by client that stopped: how many more of its writes may take effect */
  readonly lurking: Readonly<Record<string, number>>;
  readonly contents: Readonly<Record<string, Contents>>;
}

/**
 * The registers with faulty clients. A bad write matters only to the read that first returns it, so
 * it is taken there: free if its client was running at some point since the register was last used,
 * for one of its lurking writes otherwise.
 */
function byzantineRegisters({
  initial,
  faulty,
  maxLurking,
}: {
  readonly initial: RegisterValue;
  readonly faulty: NonNullable<RegisterOptions["faulty"]>;
  readonly maxLurking: number | null;
}): ObjectModel<Registers, RegisterOperation, RegisterValue> {
  const everyone = Object.keys(faulty).sort();
  const canHaveWritten = (client: string, key: string, value: RegisterValue) =>
    faulty[client]?.(key, value) ?? false;
  const used = (state: Registers, key: string, value: RegisterValue): Registers => ({
    ...state,
    contents: { ...state.contents, [key]: { value, exposedTo: state.running } },
  });

  function afterGet(state: Registers, key: string, result: RegisterValue): Registers[] {
    const { value, exposedTo } = state.contents[key] ?? { value: initial, exposedTo: everyone };
    const after = used(state, key, result);
    if (value === result || exposedTo.some((one) => canHaveWritten(one, key, result))) {
      return [after];
    }
    return Object.entries(state.lurking)
      .filter(([client, left]) => left > 0 && canHaveWritten(client, key, result))
      .map(([client, left]) => ({ ...after, lurking: { ...state.lurking, [client]: left - 1 } }));
  }

  return {
    initial: { running: everyone, lurking: {}, contents: {} },
    after(state, operation, result) {
      if (operation.op === "put") return [used(state, operation.key, operation.value)];
      if (operation.op === "get") {
        return result === undefined ? [state] : afterGet(state, operation.key, result);
      }
      if (maxLurking === null) return [state];
      const { client } = operation;
      const running = state.running.filter((one) => one !== client);
      return [{ ...state, running, lurking: { ...state.lurking, [client]: maxLurking } }];
    },
    key: canonical,
    onlyReads,
    rank: (history) => rankByBlock(history),
  };
}
