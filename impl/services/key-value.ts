import { drop, get, put, size } from "../../spec/automaton/index.ts";
import type { Applied, Service } from "../../spec/service/service.ts";

type Values = Readonly<Record<string, string>>;

/** What it holds at most: its whole state is written with every batch of operations. */
const KEYS_MAX = 10_000;

const answer = (state: Values, ...result: readonly (string | null)[]): Applied<Values> => ({
  state,
  result: JSON.stringify(result),
});

/**
 * A map of texts. An operation is a JSON list, and so is its result:
 *
 * - `["get", key]` → `[value]`, null if there is none
 * - `["put", key, value]` → `["done"]`; `["delete", key]` → `["done"]`
 * - `["swap", key, expected, value]` → `["done"]` if the value was `expected` (null: there was none),
 *   else `["kept", value]`
 * - `["full"]` for a key more than 10,000, `["malformed"]` for any other text
 */
export const keyValue: Service<Values> = {
  name: "key-value",
  start: {},
  apply(state, operation) {
    const [name, key, ...rest] = parsed(operation);
    const [first, second] = rest;
    if (!isText(key)) return answer(state, "malformed");
    const found = get(state, key) ?? null;
    const write = (value: string) => {
      if (found === null && size(state) >= KEYS_MAX) return answer(state, "full");
      const after = { ...state };
      put(after, key, value);
      return answer(after, "done");
    };
    if (name === "get" && rest.length === 0) return answer(state, found);
    if (name === "put" && rest.length === 1 && isText(first)) return write(first);
    if (name === "delete" && rest.length === 0) {
      const after = { ...state };
      drop(after, key);
      return answer(after, "done");
    }
    const isSwap = name === "swap" && rest.length === 2 && isText(second);
    if (!isSwap || !(first === null || isText(first))) return answer(state, "malformed");
    return first === found ? write(second) : answer(state, "kept", found);
  },
};

/** JSON can spell half a character, which no state can hold. */
const isText = (value: unknown): value is string =>
  typeof value === "string" && value.isWellFormed();

function parsed(operation: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(operation);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
