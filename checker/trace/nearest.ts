import type { Action } from "../../spec/automaton/execute.ts";
import { isRecord } from "../../spec/automaton/values.ts";
import { changesOf } from "./changes.ts";
import { toJson } from "./json.ts";

/** An action that would have been accepted, and how it differs from the one that was not. */
export interface Nearest {
  readonly action: Action;
  /** one line for each parameter that differs: "ts.val: 3 → 2", accepted → recorded */
  readonly differences: readonly string[];
}

/** The action that differs in the fewest values; one of the same name before any other. */
export function nearestOf(action: Action, accepted: readonly Action[]): Nearest | null {
  const ranked = accepted
    .map((one) => ({ one, distance: distance(one, action) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined) return null;
  return { action: best.one, differences: differencesOf(best.one, action) };
}

const OTHER_NAME = 1_000_000;

function distance(a: Action, b: Action): number {
  return (a.name === b.name ? 0 : OTHER_NAME) + valueDistance(a.payload, b.payload);
}

/** How many leaves of two trees differ. */
function valueDistance(a: unknown, b: unknown): number {
  if (a === b) return 0;
  const lists = Array.isArray(a) && Array.isArray(b);
  if (!lists && !(isRecord(a) && isRecord(b))) {
    return JSON.stringify(a) === JSON.stringify(b) ? 0 : 1;
  }
  const [one, other] = [a, b] as readonly Readonly<Record<string, unknown>>[];
  const keys = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
  let sum = 0;
  for (const key of keys) sum += valueDistance(one?.[key], other?.[key]);
  return sum;
}

function differencesOf(accepted: Action, recorded: Action): string[] {
  if (accepted.name !== recorded.name) return [];
  const keys = new Set([...Object.keys(accepted.payload), ...Object.keys(recorded.payload)]);
  const json = (action: Action, key: string) =>
    Object.hasOwn(action.payload, key) ? toJson(action.payload[key]) : undefined;
  return [...keys].flatMap((key) => changesOf(key, json(accepted, key), json(recorded, key)));
}
