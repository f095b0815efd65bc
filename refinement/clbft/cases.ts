import type { ClbftSize } from "../../impl/clbft/model/instances.ts";
import { MUTANTS, REPAIRED } from "../../impl/clbft/rules.ts";
import type { Case } from "../../spec/automaton/index.ts";
import { REACHED, REACHED_UNEXECUTED } from "./pins.ts";
import { caseOf, type Mutation, type Question, restartsAfterPreparing } from "./problems.ts";
import { CHANGE, CHECKPOINTS, GAPS, NORMAL, RESTART, TWICE, unexecuted } from "./sizes.ts";
import {
  allExecute,
  carriesOver,
  decidesInLastView,
  equivocates,
  fillsGap,
  forgedReportCounts,
  type Goal,
  installs,
  isStable,
} from "./witnesses.ts";

/** An instance of CI with what must be reached on it. */
export interface Stage {
  readonly size: ClbftSize;
  readonly goals: readonly Goal[];
}

const CARRIES = [decidesInLastView, carriesOver] as const;

/** What the safety claims explore in CI, once for all of them. */
const STAGES: readonly Stage[] = [
  { size: NORMAL.twoNumbers, goals: [equivocates, allExecute] },
  { size: NORMAL.batches, goals: [allExecute] },
  { size: CHANGE.first, goals: [...CARRIES, equivocates, forgedReportCounts] },
  { size: CHANGE.second, goals: [...CARRIES, equivocates] },
  { size: CHANGE.backup, goals: CARRIES },
  { size: CHANGE.nobody, goals: CARRIES },
  { size: CHANGE.twins, goals: [...CARRIES, equivocates] },
  { size: RESTART.backup, goals: [...CARRIES, restartsAfterPreparing] },
  { size: RESTART.primary, goals: [...CARRIES, restartsAfterPreparing] },
  { size: CHECKPOINTS.normal, goals: [allExecute, installs] },
  { size: CHECKPOINTS.faultyNext, goals: [installs, isStable] },
];

const asking = ({ properties }: Question, goals: readonly Goal[]): Question => ({
  properties,
  witnesses: (system, world) => goals.map((goal) => goal(system, world)),
});

/** The repaired protocol where a claim is decided in full. */
export const holds = (
  { size, goals }: Stage,
  question: Question,
  tier: Case["tier"] = "ci",
): Case =>
  caseOf("repaired", REPAIRED, size, asking(question, goals), {
    expect: "holds",
    tier,
    shares: "clbft safety",
  });

/** What takes longer, and ends. */
const LONG: readonly Stage[] = [
  { size: TWICE.second, goals: [...CARRIES, equivocates] },
  { size: TWICE.third, goals: CARRIES },
  { size: TWICE.backup, goals: CARRIES },
  { size: GAPS.oneRequest, goals: CARRIES },
  { size: NORMAL.oneClient, goals: [equivocates, allExecute] },
  { size: CHECKPOINTS.first, goals: [...CARRIES, installs, isStable] },
  { size: CHECKPOINTS.second, goals: [allExecute] },
];

/** The repaired protocol on the instances that the safety claims share. */
export const repairedEverywhere = (question: Question): Case[] => [
  ...STAGES.map((stage) => holds(stage, question)),
  ...LONG.map((stage) => holds(stage, question, "nightly")),
  ...REACHED.map(([size, pinned]) => bounded(size, question, pinned)),
];

/** More of it, for claims that do not ask what is executed. */
export const decidedEverywhere = (question: Question): Case[] => [
  ...repairedEverywhere(question),
  holds({ size: unexecuted(TWICE.backup), goals: CARRIES }, question),
  ...[
    { size: TWICE.first, goals: [...CARRIES, equivocates] },
    { size: TWICE.second, goals: [...CARRIES, equivocates] },
    { size: GAPS.backup, goals: [...CARRIES, fillsGap] },
    { size: GAPS.second, goals: [...CARRIES, equivocates] },
    { size: GAPS.left, goals: [...CARRIES, fillsGap] },
  ].map(({ size, goals }) => holds({ size: unexecuted(size), goals }, question, "nightly")),
  ...REACHED_UNEXECUTED.map(([size, pinned]) => bounded(unexecuted(size), question, pinned)),
];

/** An instance of which so many states were explored, and nothing was violated. */
const bounded = (size: ClbftSize, question: Question, pinned: NonNullable<Case["pinned"]>): Case =>
  caseOf("repaired", REPAIRED, size, asking(question, []), {
    expect: "bounded",
    tier: "nightly",
    maxStates: pinned.states,
    pinned,
    because: `nothing was violated in ${pinned.states} states; a larger part takes more than the ten minutes of a case`,
    shares: "clbft safety",
  });

/** The same case, but not in CI. */
export const nightly = (one: Case): Case => ({ ...one, tier: "nightly" });

/** A bug that the claim must kill, or, with a reason, one that it does not. */
export function mutant(name: string, size: ClbftSize, question: Question, survives?: string): Case {
  const rules = MUTANTS[name];
  if (rules === undefined) throw new RangeError(`no mutant "${name}"`);
  return caseOf(`mutant/${name}`, rules, size, asking(question, []), {
    expect: survives ? "holds" : "violated",
    ...(survives && { because: survives }),
  });
}

/** The repaired protocol on a changed system. */
export const changed = (
  variant: string,
  size: ClbftSize,
  question: Question,
  mutation: Mutation,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case => caseOf(variant, REPAIRED, size, asking(question, []), rest, mutation);

/** The repaired protocol with one faulty replica more than f. */
export const tight = (size: ClbftSize, question: Question): Case =>
  caseOf("tight", REPAIRED, size, asking(question, []), {
    expect: "violated",
    because: "two faulty replicas of four: two quorums need not share a correct one",
  });
