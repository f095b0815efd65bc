import type { Survivor } from "../../spec/automaton/claim.ts";
import type { Composition } from "../../spec/automaton/compose.ts";
import { withThresholds } from "../../spec/automaton/thresholds.ts";
import { checkBudget, type ToolOptions } from "../explore/budget.ts";
import { boundOf } from "../report/decide.ts";
import type { CaseOf } from "../run.ts";
import type { Exploration } from "../search/search.ts";
import { type Experiment, experimentOn, experimentsOf, type Kill } from "./experiment.ts";
import { type Mutant, mutantsOf } from "./generate.ts";

/**
 * What became of a mutant. `killed`: some claim's verdict is not the expected one; `broken`: some
 * claim met an error of the model, and none killed it; `bounded`: a budget ended a search, and
 * nothing else is known; `survived`: every case holds as without the bug; `equivalent`: one of the
 * last two, that a claim lists among its `survivors`.
 */
export type Outcome = "killed" | "broken" | "bounded" | "survived" | "equivalent";

/** A mutant and what became of it: plain JSON, one line of `--reporter json`. */
export interface MutantRecord {
  /** of the composition */
  readonly system: string;
  readonly variant: string;
  readonly mutant: string;
  readonly outcome: Outcome;
  readonly killedBy: Kill | null;
  /** the first error that some case met */
  readonly error: { readonly code: string | null; readonly message: string } | null;
  /** the dropped clause was true wherever it was asked: no instance needs it */
  readonly neverFalse: boolean;
  /** for one that is listed, why it survives */
  readonly because: string | null;
  /** the claims that were asked and have no objection, with their instances: "id on instance" */
  readonly survived: readonly string[];
  /** the same of those that a budget ended */
  readonly bounded: readonly string[];
}

export interface MutateReport {
  readonly records: readonly MutantRecord[];
  /** cases that do not hold without any bug, and say nothing of mutants */
  readonly skipped: readonly string[];
  /** survivors that claims list although they are killed */
  readonly stale: readonly string[];
}

export interface MutateOptions {
  /** for each mutant, all cases together */
  readonly maxSeconds?: number;
  /** a mutant may have so many times the states that the case has without it */
  readonly times?: number;
  /** which mutants, by name */
  readonly only?: (mutant: string) => boolean;
  readonly onRecord?: (record: MutantRecord) => void;
}

/** Mutants of very small instances get that many states at least. */
const STATES_MIN = 10_000;
const TIMES = 20;

interface Base {
  readonly experiment: Experiment;
  readonly system: Composition;
  readonly found: Exploration;
  readonly mutants: ReadonlyMap<string, Mutant>;
}

/**
 * Makes every mutant of the systems of some cases, and asks the cases of each, smallest instance
 * first, until one of them has another verdict than `holds`. A mutant is the same in all cases of
 * one variant whose systems have one name: it survives if no case kills it.
 *
 * @param cases all are expected to hold; one that does not is skipped and told
 * @throws QuorateError `budget-invalid`, `threshold-misplaced`
 */
export function mutate(cases: readonly CaseOf[], options: MutateOptions = {}): MutateReport {
  const { maxSeconds } = options;
  checkBudget(maxSeconds === undefined ? {} : { maxSeconds });
  const skipped: string[] = [];
  const families = new Map<string, Base[]>();
  for (const experiment of experimentsOf(cases)) {
    const base = baseOf(experiment);
    if (typeof base === "string") {
      skipped.push(...experiment.cases.map((one) => `${nameOf(one)}: ${base}`));
      continue;
    }
    const key = JSON.stringify([base.system.name, experiment.variant]);
    families.set(key, [...(families.get(key) ?? []), base]);
  }
  const survivors = [...new Set(cases.map(({ claim }) => claim))].flatMap(
    (claim) => claim.survivors ?? [],
  );
  const records = [...families.values()].flatMap((bases) =>
    mutateFamily(bases, survivors, options),
  );
  const stale = records
    .filter(({ outcome, because }) => outcome === "killed" && because !== null)
    .map(({ mutant, variant }) => `${mutant} (${variant})`);
  return { records, skipped, stale };
}

const nameOf = ({ claim, case: { variant, instance } }: CaseOf) =>
  `${claim.id}@${variant}@${instance}`;

/** What a case finds without any bug; a sentence where it does not hold. */
function baseOf(experiment: Experiment): Base | string {
  const maxStates = boundOf(experiment.cases, {});
  // Built as mutants are, so that a threshold is asked for in both or in none.
  const build = () => withThresholds(experiment.build).built;
  const options = maxStates === undefined ? {} : { maxStates };
  const finding = experimentOn(experiment, build, options, "as asked");
  if (finding.kind === "holds") {
    const mutants = mutantsOf(experiment.build).map((one) => [one.name, one] as const);
    const { system } = experiment.build();
    return { experiment, system, found: finding.found, mutants: new Map(mutants) };
  }
  if (finding.kind === "killed") return `${finding.kill.verdict}: ${finding.kill.by}`;
  return finding.kind === "bounded" ? `ended at ${finding.bound}` : finding.message;
}

function mutateFamily(
  bases: readonly Base[],
  survivors: readonly Survivor[],
  { maxSeconds, times = TIMES, only = () => true, onRecord }: MutateOptions,
): MutantRecord[] {
  const smallestFirst = bases.toSorted((one, other) => one.found.states - other.found.states);
  const names = new Set(smallestFirst.flatMap(({ mutants }) => [...mutants.keys()]));
  return [...names].filter(only).map((name) => {
    const record = judge(name, smallestFirst, survivors, { maxSeconds, times });
    onRecord?.(record);
    return record;
  });
}

function judge(
  name: string,
  bases: readonly Base[],
  survivors: readonly Survivor[],
  { maxSeconds, times }: { readonly maxSeconds: number | undefined; readonly times: number },
): MutantRecord {
  const started = performance.now();
  const [survived, bounded]: [string[], string[]] = [[], []];
  let [killedBy, error]: [Kill | null, MutantRecord["error"]] = [null, null];
  const concerned = bases.filter(({ mutants }) => mutants.has(name));
  for (const { experiment, found, mutants } of concerned) {
    const { cases, instance } = experiment;
    const asked = cases.map(({ claim }) => `${claim.id} on ${instance}`);
    const seconds = left(maxSeconds, started);
    if (seconds !== undefined && seconds <= 0) {
      bounded.push(...asked);
      continue;
    }
    const options: ToolOptions = {
      untilViolated: true,
      maxStates: Math.max(STATES_MIN, Math.ceil(found.states * times)),
      ...(seconds !== undefined && { maxSeconds: seconds }),
    };
    const { problem } = mutants.get(name) as Mutant;
    const finding = experimentOn(experiment, problem, options, "or less");
    if (finding.kind === "killed") {
      killedBy = finding.kill;
      break;
    }
    if (finding.kind === "holds") survived.push(...asked);
    else if (finding.kind === "bounded") bounded.push(...asked);
    else error ??= { code: finding.code, message: finding.message };
  }
  const { experiment, system } = concerned[0] as Base;
  const { variant } = experiment;
  const listed = survivors.find(
    (one) =>
      one.mutant === name &&
      (one.variant ?? variant) === variant &&
      (one.system ?? system.name) === system.name,
  );
  return {
    system: system.name,
    variant,
    mutant: name,
    outcome: outcomeOf(killedBy !== null, error !== null, bounded.length > 0, listed !== undefined),
    killedBy,
    error,
    neverFalse: concerned.every((base) => neverFalse(base, name)),
    because: listed?.because ?? null,
    survived,
    bounded,
  };
}

function left(maxSeconds: number | undefined, started: number): number | undefined {
  return maxSeconds === undefined ? undefined : maxSeconds - (performance.now() - started) / 1000;
}

function outcomeOf(killed: boolean, broken: boolean, bounded: boolean, listed: boolean): Outcome {
  if (killed) return "killed";
  if (broken) return "broken";
  if (listed) return "equivalent";
  return bounded ? "bounded" : "survived";
}

/** Whether the clause that a mutant drops was true wherever it was asked. */
function neverFalse({ system, found, mutants }: Base, name: string): boolean {
  const clause = mutants.get(name)?.clause;
  if (!clause) return false;
  const { part, action, clause: of } = clause;
  return system.leaves
    .filter((leaf) => leaf.part === part)
    .every(({ automaton }) => !found.coverage.clauses[`${automaton.name} ${action} ${of}`]?.no);
}

/** Whether a gate lets a report pass: no unlisted survivor, no stale entry, every case holds. */
export function passes({ records, skipped, stale }: MutateReport): boolean {
  const survivors = records.filter(({ outcome }) => outcome === "survived");
  return survivors.length + skipped.length + stale.length === 0;
}
