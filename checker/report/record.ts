import type { Reduction, Tier, Verdict } from "../../spec/automaton/claim.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import type { CoverageRecord } from "../explore/coverage.ts";
import type { LeafStatistics } from "../explore/exploration.ts";
import type { Counterexample } from "../trace/counterexample.ts";

/** What the checker found out about one case of a claim: plain JSON, one line of `--reporter json`. */
export interface CheckRecord {
  readonly claim: string;
  readonly variant: string;
  readonly instance: string;
  readonly tier: Tier;
  readonly expected: Verdict;
  readonly verdict: Verdict;
  /** distinct states */
  readonly states: number;
  readonly transitions: number;
  /** levels: edges + 1 */
  readonly depth: number;
  readonly seconds: number;
  readonly statesPerSecond: number;
  /** all memory of the search over its states */
  readonly bytesPerState: number;
  readonly reductions: readonly Reduction[];
  /** the fairness that each liveness property used; null without any */
  readonly fairness: readonly FairnessRecord[] | null;
  /** which budget ended the search; null where the whole instance was explored */
  readonly bound: string | null;
  readonly witnesses: readonly { readonly name: string; readonly reached: boolean }[];
  /** of the first violated property */
  readonly counterexample: Counterexample | null;
  readonly properties: readonly PropertyRecord[];
  /** states by level; null where the search was not by levels */
  readonly levels: readonly number[] | null;
  readonly leaves: readonly LeafStatistics[];
  readonly coverage: CoverageRecord;
  /** what the instance leaves out, in words */
  readonly excludes: readonly string[];
  /** what the search did not check, in words */
  readonly notes: readonly string[];
  /** why this verdict is expected */
  readonly because: string | null;
  readonly hint: string | null;
  /** what is not as the case expects it: its verdict, or its pinned counts; null where all is */
  readonly unexpected: string | null;
  /** with the verdict `error`: the code is null for an error that is not the library's own */
  readonly error: { readonly code: string | null; readonly message: string } | null;
  /** of quorate */
  readonly version: string;
}

/** A property of a case, and whether it was violated. */
export interface PropertyRecord {
  readonly name: string;
  readonly kind: Property["kind"];
  readonly violated: boolean;
}

/** The fairness that a liveness property assumes. */
export interface FairnessRecord {
  readonly property: string;
  /** tasks that are weakly fair, "clients[0]/request", and strongly fair */
  readonly weak: readonly string[];
  readonly strong: readonly string[];
  /** with `--minimal-fairness`: a part of it that suffices, and of which nothing can be left out */
  readonly minimal: Pick<FairnessRecord, "weak" | "strong"> | null;
}

/** "oracle/lock@printed@N=2" */
export function nameOf(one: Pick<CheckRecord, "claim" | "variant" | "instance">): string {
  return `${one.claim}@${one.variant}@${one.instance}`;
}
