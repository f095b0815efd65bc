import type { CheckRecord } from "./record.ts";

/** Whether a case that should hold was only searched in part. */
function endedBounded({ verdict, expected }: CheckRecord): boolean {
  return verdict === "bounded" && expected === "holds";
}

/**
 * The exit status of a check: 2 some case is an `error`; else 1 some verdict or pinned count is not
 * the expected one; else 3 some case ended `bounded` where `holds` was expected; else 0.
 */
export function exitStatusOf(records: readonly CheckRecord[]): 0 | 1 | 2 | 3 {
  if (records.some(({ verdict }) => verdict === "error")) return 2;
  if (records.some((one) => one.unexpected !== null && !endedBounded(one))) return 1;
  return records.some(endedBounded) ? 3 : 0;
}
