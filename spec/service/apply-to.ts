import { type Draft, isDraft } from "immer";
import type { Index, Value } from "../automaton/index.ts";
import type { Service } from "./service.ts";

/**
 * Applies an operation to the service whose state is a field of an automaton's state, inside an effect:
 * on a draft and on a host's live state alike. On a live state it costs what the operation changes if
 * the service has `applyInPlace`, else as much as the state is large.
 *
 * ```ts
 * effect(s, { client, op }, send) {
 *   send("REPLY", { client, result: applyTo(service, s, "service", op, client) });
 * }
 * ```
 * @param holder the automaton's state, whose field it changes
 * @returns the result
 */
export function applyTo<S extends Value>(
  service: Service<S>,
  holder: object,
  field: string,
  operation: string,
  client: Index<"client">,
): string {
  const held: unknown = Reflect.get(holder, field);
  const isLive = typeof held === "object" && held !== null && !isDraft(held);
  if (service.applyInPlace !== undefined && isLive) {
    return service.applyInPlace(held as Draft<S>, operation, client);
  }
  const { state, result } = service.apply(held as S, operation, client);
  if (state !== held) Reflect.set(holder, field, state);
  return result;
}
