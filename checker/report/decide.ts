import type { Case, Claim, Problem, Verdict } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Property } from "../../spec/automaton/properties.ts";
import type { SearchOptions } from "../explore/budget.ts";
import type { Exploration, Violation } from "../explore/exploration.ts";
import { counterexampleOf } from "../trace/counterexample.ts";
import { version } from "../version.ts";
import type { CheckRecord, FairnessRecord } from "./record.ts";

interface CaseOf {
  readonly claim: Claim;
  readonly case: Case;
}

/** The bound on the states of a search: the smallest of the options' and the cases' own. */
export function boundOf(group: readonly CaseOf[], options: SearchOptions): number | undefined {
  const bounds = [options.maxStates, ...group.map((one) => one.case.maxStates)].filter(
    (bound) => bound !== undefined,
  );
  return bounds.length === 0 ? undefined : Math.min(...bounds);
}

/** The record of a case that was explored. */
export function recordOf(
  one: CaseOf,
  problem: Problem,
  found: Exploration,
  options: SearchOptions,
  comparesPins: boolean,
): CheckRecord {
  const { states, transitions, depth, seconds, bound, bytesPerState, leaves, coverage } = found;
  const verdict = verdictOf(found);
  const first = found.violations.findIndex((violation) => violation !== null);
  const pins = comparesPins ? pinsOf(one.case, verdict, found, options) : null;
  const named = namesOf(one);
  return {
    ...named,
    verdict,
    states,
    transitions,
    depth,
    seconds: Math.round(seconds * 1000) / 1000,
    statesPerSecond: Math.round(states / Math.max(seconds, 1e-6)),
    bytesPerState,
    reductions: problem.reductions ?? [],
    fairness: fairnessOf(problem, found),
    bound,
    witnesses: problem.witnesses.map(({ name }, at) => ({
      name,
      reached: found.reached[at] ?? false,
    })),
    counterexample:
      first < 0
        ? null
        : counterexampleOf(
            named,
            problem.system,
            problem.properties[first] as Property,
            found.violations[first] as Violation,
          ),
    properties: problem.properties.map(({ name, kind }, at) => ({
      name,
      kind,
      violated: found.violations[at] !== null,
    })),
    levels: found.levels,
    leaves,
    coverage,
    excludes: problem.excludes ?? [],
    notes: found.notes,
    ...reasonsOf(one),
    unexpected:
      verdict === one.case.expect ? pins : unexpectedVerdict(one.case, verdict, found, problem),
    error: null,
  };
}

/** The record of a case whose model, or whose definition, threw. */
export function errorRecord(one: CaseOf, thrown: unknown): CheckRecord {
  const code = thrown instanceof QuorateError ? thrown.code : null;
  const message =
    thrown instanceof QuorateError
      ? thrown.message
      : `The claim threw ${thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)}`;
  return {
    ...namesOf(one),
    verdict: "error",
    states: 0,
    transitions: 0,
    depth: 0,
    seconds: 0,
    statesPerSecond: 0,
    bytesPerState: 0,
    reductions: [],
    fairness: null,
    bound: null,
    witnesses: [],
    counterexample: null,
    properties: [],
    levels: null,
    leaves: [],
    coverage: { fired: {}, clauses: {} },
    excludes: [],
    notes: [],
    ...reasonsOf(one),
    unexpected: one.case.expect === "error" ? null : message,
    error: { code, message },
  };
}

function namesOf({ claim, case: one }: CaseOf) {
  return {
    claim: claim.id,
    variant: one.variant,
    instance: one.instance,
    tier: one.tier,
    expected: one.expect,
  };
}

function reasonsOf({ case: one }: CaseOf) {
  return { because: one.because ?? null, hint: one.hint ?? null, version };
}

function fairnessOf(
  { properties }: Problem,
  { liveness }: Exploration,
): readonly FairnessRecord[] | null {
  const used = properties.flatMap(({ name }, at) => {
    const found = liveness[at];
    return found ? [{ property: name, ...found.assumed, minimal: found.minimal }] : [];
  });
  return used.length === 0 ? null : used;
}

function verdictOf({ violations, liveness, bound, reached }: Exploration): Verdict {
  if (violations.some((violation) => violation !== null)) return "violated";
  if (bound !== null) return "bounded";
  const asked = liveness.every((found) => found === null || found.arises);
  return asked && reached.every(Boolean) ? "holds" : "vacuous";
}

function unexpectedVerdict(
  { expect }: Case,
  verdict: Verdict,
  { bound, reached, liveness }: Exploration,
  { witnesses, properties }: Problem,
): string {
  const missed = [
    ...witnesses.filter((_, at) => !reached[at]).map(({ name }) => `"${name}"`),
    ...properties
      .filter((_, at) => liveness[at]?.arises === false)
      .map(({ name }) => `an obligation of "${name}"`),
  ];
  const why =
    verdict === "bounded"
      ? `: the search ended at ${bound}`
      : verdict === "vacuous"
        ? `: it never reached ${missed.join(" nor ")}`
        : "";
  return `${verdict}, where ${expect} was expected${why}`;
}

/**
 * How the pinned counts differ from those found, or null. A budget of the caller's makes them
 * incomparable, and so does the order when a violation ends the search.
 */
function pinsOf(
  { pinned, expect, maxStates }: Case,
  verdict: Verdict,
  { states, depth, bound }: Exploration,
  { order }: SearchOptions,
): string | null {
  if (pinned === undefined) return null;
  if (bound !== null && bound !== `${maxStates} states`) return null;
  if (verdict === "violated" && order === "depth-first") return null;
  const found = `${count(states)} states and ${depth} levels`;
  const wanted = `${count(pinned.states)} states and ${pinned.depth} levels are pinned`;
  if (expect === "bounded") {
    const reached = states >= pinned.states && depth >= pinned.depth;
    return reached ? null : `${found}, where at least ${wanted}`;
  }
  return states === pinned.states && depth === pinned.depth ? null : `${found}, where ${wanted}`;
}

/** A count with its thousands apart: "1,745,408". */
export function count(of: number): string {
  return of.toLocaleString("en-US");
}
