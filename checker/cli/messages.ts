import type { Tier } from "../../spec/automaton/claim.ts";
import type { CheckRecord } from "../report/record.ts";
import type { PlannedCase } from "../report/table.ts";
import type { CheckOptions } from "../run.ts";
import type { Progress } from "../search/search.ts";

/** What the thread that checks is asked. */
export interface Order {
  readonly cwd: string;
  readonly files: readonly string[];
  readonly ids: readonly string[];
  readonly tier: Tier;
  readonly search: Omit<CheckOptions, "onProgress">;
  /** how many workers share a large search */
  readonly workers: number;
  /** one of some parts of the explorations, from 1; null for all */
  readonly shard: { readonly part: number; readonly of: number } | null;
}

/** What the thread that checks reports. */
export type Report =
  | { readonly kind: "plan"; readonly cases: readonly PlannedCase[] }
  | { readonly kind: "start"; readonly case: PlannedCase }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "record"; readonly record: CheckRecord }
  | { readonly kind: "failed"; readonly message: string };
