import type { Problem } from "../../spec/automaton/claim.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import type { SearchOptions } from "../explore/budget.ts";

/**
 * Why a problem is explored by one worker whatever number is asked for; null where several can
 * share it.
 */
export function whyAlone(
  { properties, reductions }: Problem,
  { order }: SearchOptions,
): string | null {
  if (order === "depth-first") return "a depth-first search has one";
  const reduction = reductions?.find((one) => one !== "sends-at-once");
  if (reduction !== undefined) return `the reduction ${reduction} is not shared`;
  const alone = properties.find(
    (property) =>
      !SHARED_KINDS.has(property.kind) || (property.kind === "inclusion" && property.quiescence),
  );
  return alone === undefined ? null : `"${alone.name}" (${alone.kind}) is not shared`;
}

const SHARED_KINDS = new Set<Property["kind"]>([
  "invariant",
  "step",
  "deadlock",
  "quiescence",
  "inclusion",
]);
