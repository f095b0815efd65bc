import type { CheckRecord, FairnessRecord } from "./record.ts";

/** For a reader: the fairness that a verdict rests on; with a minimal one, only that. */
export function fairnessLines({ fairness }: Pick<CheckRecord, "fairness">): string[] {
  return (fairness ?? []).map(({ property, weak, strong, minimal }) =>
    minimal === null
      ? `"${property}" assumes ${assumptionText({ weak, strong })}`
      : `"${property}" needs no more than ${assumptionText(minimal)}`,
  );
}

/** More names than these are counted, not shown; the record has them all. */
const NAMES_SHOWN_MAX = 8;

/** "weak fairness of a/x, a/y; strong fairness of b/z" */
function assumptionText({ weak, strong }: Pick<FairnessRecord, "weak" | "strong">): string {
  const parts = [
    ...(weak.length > 0 ? [`weak fairness of ${listed(weak)}`] : []),
    ...(strong.length > 0 ? [`strong fairness of ${listed(strong)}`] : []),
  ];
  return parts.length === 0 ? "no fairness" : parts.join("; ");
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN_MAX;
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
