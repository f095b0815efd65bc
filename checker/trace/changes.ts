import { type ActionJson, actionLabel, isList, type Json, valueText } from "./json.ts";

/** A local state of a trace: an automaton's state and the outputs that wait in its outbox. */
export interface LocalJson {
  readonly state: Json;
  readonly outbox: readonly ActionJson[];
}

/** A global state of a trace: one local state for each leaf, in the order of the composition. */
export type GlobalJson = readonly LocalJson[];

/** What differs between two values, one line each: "threads[0].pc: 1 → 2". */
export function changesOf(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
): string[] {
  if (before === undefined) return [`${path}: + ${valueText(after as Json)}`];
  if (after === undefined) return [`${path}: − ${valueText(before)}`];
  if (valueText(before) === valueText(after)) return [];
  if (isList(before) && isList(after)) return listChanges(path, before, after);
  if (isPlain(before) && isPlain(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => changesOf(join(path, key), before[key], after[key]));
  }
  return [`${path}: ${valueText(before)} → ${valueText(after)}`];
}

/** Lists of one length are compared place by place; others, mostly sets, by what came and went. */
function listChanges(path: string, before: readonly Json[], after: readonly Json[]): string[] {
  if (before.length === after.length) {
    return before.flatMap((part, at) => changesOf(`${path}[${at}]`, part, after[at]));
  }
  const gone = without(before.map(valueText), after.map(valueText));
  const come = without(after.map(valueText), before.map(valueText));
  return [...gone.map((text) => `${path}: − ${text}`), ...come.map((text) => `${path}: + ${text}`)];
}

function without(texts: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return texts.filter((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function isPlain(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !isList(value) && !("$bytes" in value);
}

function join(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${key}]`;
}

/** What a step changed, leaf by leaf. */
export function stepChanges(
  leaves: readonly string[],
  before: GlobalJson,
  after: GlobalJson,
): string[] {
  return leaves.flatMap((leaf, at) => {
    const [from, to] = [before[at] as LocalJson, after[at] as LocalJson];
    return [
      ...changesOf(leaf, from.state, to.state),
      ...without(from.outbox.map(actionLabel), to.outbox.map(actionLabel)).map(
        (text) => `${leaf} outbox: − ${text}`,
      ),
      ...without(to.outbox.map(actionLabel), from.outbox.map(actionLabel)).map(
        (text) => `${leaf} outbox: + ${text}`,
      ),
    ];
  });
}

/** Each leaf's state on a line; cells and records that are too wide get a line for each field. */
export function stateLines(leaves: readonly string[], global: GlobalJson): string[] {
  const WIDE = 88;
  return leaves.flatMap((leaf, at) => {
    const { state, outbox } = global[at] as LocalJson;
    const whole = `${leaf}: ${valueText(state)}`;
    const lines =
      whole.length <= WIDE || !isPlain(state)
        ? [whole]
        : Object.entries(state).map(([key, part]) => `${join(leaf, key)}: ${valueText(part)}`);
    return [...lines, ...outbox.map((action) => `${leaf} outbox: ${actionLabel(action)}`)];
  });
}
