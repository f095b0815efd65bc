import type { Draft } from "immer";
import { detach, type Index, type Value } from "../automaton/index.ts";
import type { Service } from "./service.ts";

/** What {@link recipeService} is made of. */
export interface ServiceRecipe<State extends Value & object>
  extends Pick<Service<State>, "name" | "start" | "query"> {
  /**
   * Performs an operation on a state that it changes, and gives the result; deterministic and total.
   * @param client who asks: its identity was verified
   */
  perform(state: Draft<State>, operation: string, client: Index<"client">): string;
}

/**
 * A service of one recipe, written like the effect of an automaton: hosts run it on the live state, and
 * `apply` on a copy.
 *
 * ```ts
 * export const service = recipeService<{ readonly bids: Readonly<Record<string, number>> }>({
 *   name: "auction",
 *   start: { bids: {} },
 *   perform(state, operation, client) {
 *     put(state.bids, client, Number(operation) || 0);
 *     return "noted";
 *   },
 * });
 * ```
 */
export function recipeService<State extends Value & object>({
  perform,
  ...rest
}: ServiceRecipe<State>): Service<State> & Required<Pick<Service<State>, "applyInPlace">> {
  return {
    ...rest,
    applyInPlace: perform,
    apply(state, operation, client) {
      const copy = detach(state);
      const result = perform(copy as Draft<State>, operation, client);
      return { state: copy, result };
    },
  };
}
