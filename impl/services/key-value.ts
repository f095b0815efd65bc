import { drop, get, mapOf, put } from "../../spec/automaton/index.ts";
import { recipeService } from "../../spec/service/recipe.ts";

/** Texts by key, and how many there are: to count them would take as long as there are many. */
type Held = {
  readonly keys: number;
  readonly texts: Readonly<Record<string, string>>;
};

/** What it holds at most: a replica has all of it in memory, and writes all of it when it writes it. */
const KEYS_MAX = 100_000;

const answer = (...result: readonly (string | null)[]): string => JSON.stringify(result);

/** An operation that has the right shape. */
type Request =
  | { readonly does: "get"; readonly key: string }
  | { readonly does: "delete"; readonly key: string }
  | { readonly does: "put"; readonly key: string; readonly text: string }
  | {
      readonly does: "swap";
      readonly key: string;
      readonly expected: string | null;
      readonly text: string;
    };

/**
 * A map of texts. An operation is a JSON list, and so is its result:
 *
 * - `["get", key]` → `[value]`, null if there is none
 * - `["put", key, value]` → `["done"]`; `["delete", key]` → `["done"]`
 * - `["swap", key, expected, value]` → `["done"]` if the value was `expected` (null: there was none),
 *   else `["kept", value]`
 * - `["full"]` for a key more than 100,000, `["malformed"]` for any other text
 *
 * An operation takes as long as it is, however many keys there are. Atomic multicast, though, writes
 * all of them with every batch of operations, some 5 µs for each key: there a few thousand are many.
 */
export const keyValue = recipeService<Held>({
  name: "key-value",
  start: { keys: 0, texts: mapOf() },
  perform(held, operation) {
    const request = requestOf(operation);
    if (request === null) return answer("malformed");
    const { key } = request;
    const found = get(held.texts, key) ?? null;
    if (request.does === "get") return answer(found);
    if (request.does === "delete") {
      if (drop(held.texts, key)) held.keys -= 1;
      return answer("done");
    }
    if (request.does === "swap" && request.expected !== found) return answer("kept", found);
    if (found === null && held.keys >= KEYS_MAX) return answer("full");
    if (found === null) held.keys += 1;
    put(held.texts, key, request.text);
    return answer("done");
  },
  query({ texts }, operation) {
    const request = requestOf(operation);
    if (request === null) return answer("malformed");
    return request.does === "get" ? answer(get(texts, request.key) ?? null) : null;
  },
});

function requestOf(operation: string): Request | null {
  const [does, key, ...rest] = parsed(operation);
  const [first, second] = rest;
  if (!isText(key)) return null;
  if ((does === "get" || does === "delete") && rest.length === 0) return { does, key };
  if (does === "put" && rest.length === 1 && isText(first)) return { does, key, text: first };
  if (does !== "swap" || rest.length !== 2 || !isText(second)) return null;
  return first === null || isText(first) ? { does, key, expected: first, text: second } : null;
}

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
