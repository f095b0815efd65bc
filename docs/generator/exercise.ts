import type { CoverageRecord } from "../../checker/explore/coverage.ts";
import type { CheckRecord } from "../../checker/report/record.ts";
import type { Problem } from "../../spec/automaton/claim.ts";
import { NEEDS } from "../../spec/automaton/needs.ts";
import type { Cite, Rule } from "./rules.ts";

/** A transition of some automaton that cites a rule, and what CI explorations did with it. */
export interface Exercised {
  readonly automaton: string;
  readonly action: string;
  /** distinct firings that changed something */
  readonly fired: number;
  readonly clauses: readonly Clause[];
  /** it belongs to a specification, whose steps no exploration counts */
  readonly ofSpecification: boolean;
  /** the claims whose explorations fired it */
  readonly claims: readonly string[];
}

interface Clause {
  readonly name: string;
  readonly yes: number;
  readonly no: number;
}

/** A case of the CI tier: its problem, which is only looked at, and its record. */
export interface Explored {
  readonly problem: Problem;
  readonly record: CheckRecord;
}

interface Found {
  readonly automaton: string;
  readonly action: string;
  readonly clauses: readonly string[];
  readonly hasEffect: boolean;
  readonly ofSpecification: boolean;
  readonly in: Set<CheckRecord>;
}

/**
 * What the CI explorations did with the transitions that cite each rule. Mutants do not count: a
 * broken protocol exercises nothing of the one that we run.
 */
export function exercisedBy(explored: readonly Explored[]): Map<string, Exercised[]> {
  const byRule = new Map<string, Map<string, Found>>();
  for (const { problem, record } of explored) {
    if (record.variant.startsWith("mutant/")) continue;
    const specified = problem.properties.flatMap((property) =>
      "specification" in property ? property.specification.leaves : [],
    );
    for (const { automaton } of [...problem.system.leaves, ...specified]) {
      const ofSpecification = !problem.system.leaves.some((leaf) => leaf.automaton === automaton);
      for (const [action, transition] of Object.entries(automaton.transitions)) {
        if (transition.cite === undefined) continue;
        const found = byRule.get(transition.cite) ?? new Map<string, Found>();
        byRule.set(transition.cite, found);
        const key = `${automaton.name} ${action}`;
        const one = found.get(key) ?? {
          automaton: automaton.name,
          action,
          clauses: [...Object.keys(transition.when ?? {}), ...(transition.needs ? [NEEDS] : [])],
          hasEffect: transition.effect !== undefined || transition.kind === "sent",
          ofSpecification,
          in: new Set(),
        };
        one.in.add(record);
        found.set(key, one);
      }
    }
  }
  return new Map(
    [...byRule].map(([rule, found]) => [rule, [...found.values()].map(exercisedOf)] as const),
  );
}

function exercisedOf(found: Found): Exercised {
  const { automaton, action, ofSpecification } = found;
  const records = [...found.in];
  const sum = (of: (coverage: CoverageRecord) => number) =>
    records.reduce((total, { coverage }) => total + of(coverage), 0);
  return {
    automaton,
    action,
    ofSpecification,
    fired: sum((coverage) => firedIn(coverage, found)),
    clauses: found.clauses.map((name) => ({
      name,
      yes: sum(({ clauses }) => clauses[`${automaton} ${action} ${name}`]?.yes ?? 0),
      no: sum(({ clauses }) => clauses[`${automaton} ${action} ${name}`]?.no ?? 0),
    })),
    claims: [
      ...new Set(
        records.filter(({ coverage }) => firedIn(coverage, found) > 0).map(({ claim }) => claim),
      ),
    ].sort(),
  };
}

/** A controller without an effect changes only those who listen: their firings are its own. */
function firedIn({ fired }: CoverageRecord, { automaton, action, hasEffect }: Found): number {
  if (hasEffect) return fired[`${automaton} ${action}`] ?? 0;
  return Object.entries(fired)
    .filter(([key]) => key.endsWith(` ${action}`))
    .reduce((total, [, count]) => total + count, 0);
}

/** What is missing between a rule and its evidence, in words; nothing where all is there. */
export function gapsOf(cites: readonly Cite[], exercised: readonly Exercised[]): string[] {
  if (cites.length === 0) return ["no code cites it"];
  const own = exercised.filter(({ ofSpecification }) => !ofSpecification);
  if (own.length === 0) {
    return exercised.length > 0
      ? ["only a specification cites it, and no exploration counts the steps of one"]
      : ["no CI exploration contains the code that cites it"];
  }
  return own.flatMap(({ automaton, action, fired, clauses }) => [
    ...(fired === 0 ? [`${automaton} ${action} never fired`] : []),
    ...clauses.flatMap(({ name, yes, no }) => [
      ...(yes === 0 ? [`${automaton} ${action}: clause ${name} was never true`] : []),
      ...(no === 0 ? [`${automaton} ${action}: clause ${name} was never false`] : []),
    ]),
  ]);
}

/**
 * The gaps that the rule's section does not answer for: `No code:` answers for missing code,
 * `Not exercised:` for code that no exploration exercises in full.
 */
export function unexcused(rule: Rule, cites: readonly Cite[], gaps: readonly string[]): string[] {
  if (rule.excuse === null) return [...gaps];
  const answersFor = cites.length === 0 ? "No code" : "Not exercised";
  return rule.excuse.kind === answersFor ? [] : [...gaps];
}
