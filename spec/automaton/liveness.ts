import type { Composition, Parts } from "./compose.ts";
import { QuorateError } from "./errors.ts";
import { checkReads, type Property, type Readable, type View } from "./properties.ts";
import type { Value } from "./values.ts";

/** What is assumed about some locally controlled actions, for one liveness property. */
export interface Fairness {
  /**
   * Weak: what stays enabled is taken. Strong: what is enabled again and again is taken. None:
   * nobody owes it a step.
   */
  readonly strength: "weak" | "strong" | "none";
  /** a task, an action, or one of a part or leaf: "eat", "philosophers/eat", "philosophers[0]/eat" */
  readonly of: string;
  /**
   * Parameters, or paths into them as "message.to", whose values each have a class of their own;
   * "everything" for a class for each payload.
   */
  readonly by: readonly string[] | "everything";
  /** parameters and their values: it is assumed of such actions alone; of all without it */
  readonly at?: Readonly<Record<string, Value>>;
}

/** A condition on infinite runs, with its types erased. A run that ends stays in its last state. */
export interface LivenessProperty {
  readonly kind: "eventually" | "leads-to" | "always-eventually" | "eventually-always";
  readonly name: string;
  readonly reads: readonly string[];
  /** of a leads-to: where the obligation arises */
  readonly premise: (view: never) => boolean;
  /** what is to come; of a leads-to, the conclusion */
  readonly holds: (view: never) => boolean;
  /** changes to the default; where several name an action, the last one counts */
  readonly fairness: readonly Fairness[];
}

export function isLiveness(property: Property): property is LivenessProperty {
  const { kind } = property;
  return (
    kind === "eventually" ||
    kind === "leads-to" ||
    kind === "always-eventually" ||
    kind === "eventually-always"
  );
}

interface Splitting {
  /** see {@link Fairness} */
  readonly by?: readonly string[];
  /** see {@link Fairness} */
  readonly at?: Readonly<Record<string, Value>>;
}

/**
 * Assumes weak fairness: a class that stays enabled is taken, again and again. It is the default for
 * each task that is not spontaneous, so it is needed for spontaneous tasks, to split one by its
 * parameters, or after {@link notFair} for some of them alone: `at` fixes parameters, so that what
 * faulty processes do is not owed where an automaton acts for them, too.
 */
export function weaklyFair(of: string, { by = [], ...at }: Splitting = {}): Fairness {
  return { strength: "weak", of, by, ...at };
}

/** Assumes strong fairness: a class that is enabled infinitely often is taken infinitely often. */
export function stronglyFair(of: string, { by = [], ...at }: Splitting = {}): Fairness {
  return { strength: "strong", of, by, ...at };
}

/** Assumes nothing of a task or action: it may stay enabled for ever. */
export function notFair(of: string): Fairness {
  return { strength: "none", of, by: [] };
}

/**
 * Assumes a fair channel: what can be delivered infinitely often is delivered infinitely often, each
 * message for itself. It is strong fairness of the action that delivers, split by its parameters.
 *
 * @param of the action that delivers, or its task
 * @param options.by the parameters that tell messages, or links, apart; all of them without it
 */
export function fairChannel(of: string, options: Splitting = {}): Fairness {
  return { strength: "strong", ...options, of, by: options.by ?? "everything" };
}

/**
 * What a liveness property has in common. `fairness` changes the default, which is weak fairness of
 * each task of each automaton that is not spontaneous; an action without a task is a task of its
 * own. A task of one name in two automata is two tasks.
 */
interface Live<P extends Parts, R extends Readable<P>> {
  readonly name: string;
  /** the parts and fields that the conditions read; they are given no others */
  readonly reads: readonly R[];
  readonly fairness?: readonly Fairness[];
}

type Condition<P extends Parts, R extends Readable<P>> = (view: View<P, R>) => boolean;

/**
 * In every fair run `holds` is true at some time.
 *
 * ```ts
 * eventually(system, { name: "elected", reads: ["nodes"], holds: ({ nodes }) => nodes.some(isLeader) });
 * ```
 * @throws QuorateError `part-unknown`, `fairness-unknown`
 */
export function eventually<P extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: Live<P, R> & { readonly holds: Condition<P, R> },
): Property {
  return live(system, "eventually", { ...body, premise: () => true });
}

/**
 * In every fair run, whenever `premise` is true then `conclusion` is true at that time or later.
 * @throws QuorateError `part-unknown`, `fairness-unknown`
 */
export function leadsTo<P extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: Live<P, R> & {
    readonly premise: Condition<P, R>;
    readonly conclusion: Condition<P, R>;
  },
): Property {
  return live(system, "leads-to", { ...body, holds: body.conclusion });
}

/**
 * In every fair run `holds` is true again and again: there is no time after which it never is.
 * @throws QuorateError `part-unknown`, `fairness-unknown`
 */
export function alwaysEventually<P extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: Live<P, R> & { readonly holds: Condition<P, R> },
): Property {
  return live(system, "always-eventually", { ...body, premise: () => true });
}

/**
 * In every fair run there is a time from which on `holds` is always true.
 * @throws QuorateError `part-unknown`, `fairness-unknown`
 */
export function eventuallyAlways<P extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: Live<P, R> & { readonly holds: Condition<P, R> },
): Property {
  return live(system, "eventually-always", { ...body, premise: () => true });
}

function live<P extends Parts, R extends Readable<P>>(
  system: Composition<P>,
  kind: LivenessProperty["kind"],
  body: Live<P, R> & { readonly premise: Condition<P, R>; readonly holds: Condition<P, R> },
): LivenessProperty {
  const { name, reads, premise, holds, fairness = [] } = body;
  checkReads(system, name, reads);
  for (const one of fairness) {
    if (system.leaves.some((leaf) => controls(leaf.automaton.transitions, leaf, one.of))) continue;
    const what = `"${name}" assumes fairness of ${one.of}, which "${system.name}" does not have.`;
    throw new QuorateError("fairness-unknown", what);
  }
  return { kind, name, reads, premise, holds, fairness };
}

function controls(
  transitions: Composition["leaves"][number]["automaton"]["transitions"],
  leaf: { readonly name: string; readonly part: string },
  of: string,
): boolean {
  return Object.entries(transitions).some(
    ([action, { kind, task }]) =>
      kind !== "input" && (names(of, leaf, task?.name ?? action) || names(of, leaf, action)),
  );
}

/** Whether `of` names the task, or the action, of a leaf: bare, or after its part or its name. */
export function names(
  of: string,
  leaf: { readonly name: string; readonly part: string },
  task: string,
): boolean {
  return of === task || of === `${leaf.part}/${task}` || of === `${leaf.name}/${task}`;
}
