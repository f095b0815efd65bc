/**
 * The checker: explores a bounded instance and decides claims about it.
 * @packageDocumentation
 */
export type { EvidenceFile } from "./evidence.ts";
export { evidenceOf } from "./evidence.ts";
export type { CoverageRecord } from "./explore/coverage.ts";
export { type NaiveResult, searchNaively } from "./explore/naive.ts";
export type { Kill } from "./mutate/experiment.ts";
export {
  type MutantRecord,
  type MutateOptions,
  type MutateReport,
  mutate,
  type Outcome,
} from "./mutate/mutate.ts";
export { exitStatusOf } from "./report/exit-status.ts";
export { explain } from "./report/explain.ts";
export {
  type CheckRecord,
  type FairnessRecord,
  nameOf,
  type PropertyRecord,
} from "./report/record.ts";
export {
  type CaseOf,
  type CheckAllOptions,
  type CheckOptions,
  checkCase,
  checkClaims,
} from "./run.ts";
export {
  type Budget,
  type Exploration,
  explore,
  type LeafStatistics,
  type Progress,
  type SearchOptions,
  type Violation,
} from "./search/search.ts";
export { type Blame, type BlameReport, blame } from "./tell/blame.ts";
export { autOf, dotOf } from "./tell/drawings.ts";
export { histogram } from "./tell/histogram.ts";
export { type SystemGraph, systemGraph } from "./tell/state-graph.ts";
export type { GlobalJson, LocalJson } from "./trace/changes.ts";
export type {
  Counterexample,
  CounterexampleAction,
  SpecificationLane,
} from "./trace/counterexample.ts";
export { itfOf } from "./trace/itf.ts";
export type { ActionJson, Json } from "./trace/json.ts";
export { mermaidOf } from "./trace/mermaid.ts";
export { formatCounterexample } from "./trace/text.ts";
export { version } from "./version.ts";
