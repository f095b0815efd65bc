import type { Case, Claim, Problem } from "../spec/automaton/claim.ts";
import { QuorateError } from "../spec/automaton/errors.ts";
import { localText, startStates } from "../spec/automaton/semantics.ts";
import { boundOf, errorRecord, recordOf } from "./report/decide.ts";
import type { CheckRecord } from "./report/record.ts";
import { type Exploration, explore, type SearchOptions } from "./search/search.ts";

/** Budgets, order and progress of a check. A case's own `maxStates` counts too: the smaller wins. */
export interface CheckOptions extends SearchOptions {
  /** `false` explores every state, whatever reductions a case asks for; pins are not compared then */
  readonly reductions?: boolean;
}

/** A case together with the claim that it belongs to. */
export interface CaseOf {
  readonly claim: Claim;
  readonly case: Case;
}

/** Explores a problem that some cases pose together. */
export type Explorer = (
  problem: Problem,
  options: SearchOptions,
  cases: readonly CaseOf[],
) => Exploration;

export interface CheckAllOptions extends CheckOptions {
  /** how to explore; with one worker, without it */
  readonly explorer?: Explorer;
  /** which cases to report; all of them without it */
  readonly select?: (one: CaseOf) => boolean;
  readonly onStart?: (one: CaseOf) => void;
  readonly onRecord?: (record: CheckRecord) => void;
}

/**
 * Explores one case of a claim and gives the verdict: `violated` before `bounded` before `vacuous`
 * before `holds`; `error` where the model, or the claim, throws. It throws nothing itself, but for a
 * budget that makes no sense.
 *
 * @throws QuorateError `budget-invalid`
 */
export function checkCase(claim: Claim, one: Case, options: CheckOptions = {}): CheckRecord {
  const [record] = checkTogether([{ claim, case: one }], options, one.shares === undefined);
  return record as CheckRecord;
}

/**
 * Checks cases of claims in their order. Cases that share an exploration (see `Case.shares`) are
 * explored once, with the properties of all of them, whichever are selected: so the counts do not
 * depend on the selection.
 *
 * @throws QuorateError `budget-invalid`
 */
export function checkClaims(
  claims: readonly Claim[],
  options: CheckAllOptions = {},
): CheckRecord[] {
  const { select = () => true, onStart, onRecord, explorer = explore, ...search } = options;
  const records: CheckRecord[] = [];
  for (const group of explorationsOf(claims)) {
    const selected = group.map(select);
    const first = group.find((_, at) => selected[at]);
    if (first === undefined) continue;
    onStart?.(first);
    const found = checkTogether(group, search, true, explorer).filter((_, at) => selected[at]);
    for (const record of found) {
      records.push(record);
      onRecord?.(record);
    }
  }
  return records;
}

/** The cases of claims, those together that share an exploration. */
export function explorationsOf(claims: readonly Claim[]): CaseOf[][] {
  const groups = new Map<unknown, CaseOf[]>();
  for (const one of claims.flatMap((claim) => claim.cases.map((each) => ({ claim, case: each })))) {
    const { shares, variant, instance } = one.case;
    const key = shares === undefined ? one : JSON.stringify([shares, variant, instance]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** Explores once for cases that share their system, and gives each its own record. */
function checkTogether(
  group: readonly CaseOf[],
  options: CheckOptions,
  comparesPins: boolean,
  explorer: Explorer = explore,
): CheckRecord[] {
  let problems: readonly Problem[];
  let exploration: Exploration;
  try {
    problems = group.map((one) => asAsked(one.case.problem(), options));
    const maxStates = boundOf(group, options);
    const within = maxStates === undefined ? options : { ...options, maxStates };
    exploration = explorer(combined(group, problems), within, group);
  } catch (error) {
    if (error instanceof QuorateError && error.code === "budget-invalid") throw error;
    return group.map((one) => errorRecord(one, error));
  }
  const system = (problems[0] as Problem).system;
  // Counts are pinned with the reductions that the case asks for.
  const pins = comparesPins && options.reductions !== false;
  let [property, witness] = [0, 0];
  return group.map((one, at) => {
    const problem = problems[at] as Problem;
    const own = {
      ...exploration,
      violations: exploration.violations.slice(property, property + problem.properties.length),
      liveness: exploration.liveness.slice(property, property + problem.properties.length),
      reached: exploration.reached.slice(witness, witness + problem.witnesses.length),
    };
    property += problem.properties.length;
    witness += problem.witnesses.length;
    try {
      return recordOf(one, { ...problem, system }, own, options, pins);
    } catch (error) {
      return errorRecord(one, error);
    }
  });
}

function asAsked(problem: Problem, { reductions }: CheckOptions): Problem {
  return reductions === false ? { ...problem, reductions: [] } : problem;
}

/**
 * The problem that some cases, which share an exploration, pose together.
 * @throws QuorateError `claim-malformed` where they do not have the same system
 */
export function problemOf(group: readonly CaseOf[], options: CheckOptions = {}): Problem {
  return combined(
    group,
    group.map((one) => asAsked(one.case.problem(), options)),
  );
}

function combined(group: readonly CaseOf[], problems: readonly Problem[]): Problem {
  const first = problems[0] as Problem;
  for (const [at, problem] of problems.entries()) {
    if (describe(problem) === describe(first)) continue;
    const [one, other] = [group[0], group[at]].map((each) => `"${each?.claim.id}"`);
    const what = `${one} and ${other} share "${group[at]?.case.shares}", but not the system.`;
    throw new QuorateError("claim-malformed", what);
  }
  return {
    ...first,
    properties: problems.flatMap(({ properties }) => properties),
    witnesses: problems.flatMap(({ witnesses }) => witnesses),
  };
}

/** What two problems must have in common to share an exploration, as far as data shows it. */
function describe({ system, reductions, symmetries, eager, absorbing }: Problem): string {
  const leaves = system.leaves.map(({ name, automaton }) => [
    name,
    automaton.name,
    Object.keys(automaton.transitions),
  ]);
  const starts = startStates(system).map((global) => global.map(localText));
  return JSON.stringify([leaves, starts, reductions, symmetries, eager, absorbing]);
}
