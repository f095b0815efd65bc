import type { Tier } from "../../spec/automaton/claim.ts";

/** From the cheapest to the dearest; each includes those before it. */
export const TIERS: readonly Tier[] = ["ci", "nightly", "deep"];

/** Whether a check of tier `asked` includes a case of tier `own`. */
export function includesTier(asked: Tier, own: Tier): boolean {
  return TIERS.indexOf(own) <= TIERS.indexOf(asked);
}
