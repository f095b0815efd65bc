import { canonical } from "../../spec/automaton/values.ts";
import type { HistoryBudget, HistoryVerdict, Operation } from "./history.ts";
import { checkModel, checkParts, modelOf, partsOf } from "./linearizability.ts";
import { byzantineRegisters } from "./lurking.ts";
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
  /** k: so many puts on a key after a faulty client's stop hide that client there; null: no limit */
  readonly maxOverwrites?: number | null;
  /** whether b counts a client's writes to all keys together, the default, or to each */
  readonly counts?: "together" | "each-object";
  /** `search` also where a faster exact way is known */
  readonly by?: "search" | "fastest";
}

/**
 * Decides whether a history of puts and gets is one of atomic registers, key by key.
 *
 * With faulty clients it is Definition 1 of Liskov and Rodrigues, "Byzantine Clients Rendered
 * Harmless": a write of a faulty client may take effect at any time before that client stops, and
 * at most `maxLurking` of them after. That limit counts over all keys, so then the history is
 * decided as a whole, unless `counts` or no limit makes keys independent. Each key's part has all
 * stops: they are points in time, so orders of the parts can always be merged. With `maxOverwrites`
 * it is BFT-linearizability+, §7.1: no write of a stopped client after so many of correct ones.
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
  const { initial = null, faulty = {}, by = "fastest", ...rest } = options;
  const { maxLurking = null, maxOverwrites = null, counts = "together", ...budget } = rest;
  if (Object.keys(faulty).length > 0) {
    const isWhole = counts === "together" && maxLurking !== null;
    const parts = isWhole ? new Map([[null, history]]) : partsWithStops(history);
    const bounds = { initial, faulty, maxLurking, maxOverwrites };
    const model = { ...byzantineRegisters(bounds), onlyReads, rank: rankByBlock };
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

/**
 * The smallest `maxLurking` with which a history is one of the registers: the largest number of
 * writes that a faulty client must have left behind. Null where none is large enough.
 * @throws QuorateError `history-malformed` where an operation returns before it is invoked
 */
export function lurkingWrites(
  history: RegisterHistory,
  options: Omit<RegisterOptions, "maxLurking">,
): number | null | "undecided" {
  const verdictWith = (maxLurking: number | null) =>
    checkRegisters(history, { ...options, maxLurking }).verdict;
  const unlimited = verdictWith(null);
  if (unlimited !== "linearizable") return unlimited === "violated" ? null : unlimited;
  // Each write that matters is first seen by one of the gets.
  const most = history.filter(({ operation }) => operation.op === "get").length;
  for (let bound = 0; bound < most; bound++) {
    const verdict = verdictWith(bound);
    if (verdict !== "violated") return verdict === "undecided" ? verdict : bound;
  }
  return most;
}

/** The parts by key, each with every stop. */
function partsWithStops(
  history: RegisterHistory,
): ReturnType<typeof partsOf<RegisterOperation, RegisterValue>> {
  const keys = new Set(history.flatMap(({ operation: one }) => (one.op === "stop" ? [] : one.key)));
  const isOf = (key: string) => (one: RegisterHistory[number]) =>
    one.operation.op === "stop" || one.operation.key === key;
  return new Map(Array.from(keys, (key) => [key, history.filter(isOf(key))]));
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
    rank: rankByBlock,
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
