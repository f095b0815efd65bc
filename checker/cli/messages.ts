import type { Tier } from "../../spec/automaton/claim.ts";
import type { CheckRecord } from "../report/record.ts";
import type { PlannedCase } from "../report/table.ts";
import type { CheckOptions } from "../run.ts";
import type { Progress } from "../search/search.ts";

/** What all threads that check are asked. */
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

/** What a thread that checks reports. */
export type Report =
  /** it has loaded the claims: what is to be decided, in so many explorations */
  | {
      readonly kind: "plan";
      readonly cases: readonly PlannedCase[];
      readonly explorations: number;
    }
  /** it has nothing to do */
  | { readonly kind: "ready" }
  | { readonly kind: "start"; readonly case: PlannedCase }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "record"; readonly record: CheckRecord }
  | { readonly kind: "failed"; readonly message: string };

/** What a thread that is ready does next: one of the explorations, from 0, or nothing more. */
export type Next = { readonly exploration: number } | "end";
