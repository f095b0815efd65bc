import type { Absorbing } from "./absorbing.ts";
import type { Composition } from "./compose.ts";
import { QuorateError } from "./errors.ts";
import type { Property, Witness } from "./properties.ts";
import type { Symmetry } from "./symmetry.ts";

/** `holds` only after the whole instance was explored; `bounded` when a budget ended the search. */
export type Verdict = "holds" | "bounded" | "violated" | "vacuous" | "error";

/** When an instance runs: all of `ci` in ten minutes; `nightly` in hours; `deep` as memory allows. */
export type Tier = "ci" | "nightly" | "deep";

/** Reductions that a case may ask for; each is refused where it would be unsound. */
export type Reduction =
  | "sends-at-once"
  | "symmetry"
  | "partial-order"
  | "eager"
  | "absorbing-inputs"
  | "antichains";

/** What one case of a claim explores. */
export interface Problem {
  readonly system: Composition<any>;
  /** all must hold */
  readonly properties: readonly Property[];
  /** all must be reached, or a case without a violation is `vacuous` */
  readonly witnesses: readonly Witness[];
  readonly reductions?: readonly Reduction[];
  /** what the reduction `symmetry` may exchange */
  readonly symmetries?: readonly Symmetry[];
  /** the names of the actions that the reduction `eager` takes first and alone */
  readonly eager?: readonly string[];
  /** what the reduction `absorbing-inputs` folds into later steps */
  readonly absorbing?: readonly Absorbing[];
  /** what the instance leaves out, in words: printed in the evidence */
  readonly excludes?: readonly string[];
}

/** One variant of a protocol on one bounded instance, and the verdict that it deserves. */
export interface Case {
  /** repaired, printed, printed/L-E01, tight, mutant/…, or a name of your own */
  readonly variant: string;
  readonly instance: string;
  readonly tier: Tier;
  readonly expect: Verdict;
  readonly problem: () => Problem;
  /** pinned counts: a change is reviewed */
  readonly pinned?: { readonly states: number; readonly depth: number };
  /** a bound on the search that is part of the case, with `expect: "bounded"` */
  readonly maxStates?: number;
  /** why this verdict, where it is not plain */
  readonly because?: string;
  /** what to change when the verdict is `violated`, for a reader who sees it the first time */
  readonly hint?: string;
  /**
   * Cases with the same key, variant and instance explore the same system with the same reductions:
   * the checker explores once and decides all their properties.
   */
  readonly shares?: string;
}

export interface Claim {
  /** the id of the catalogue, as in "L-UNIQ", or "oracle/lock" */
  readonly id: string;
  /** the statement in one sentence */
  readonly says: string;
  /** where it comes from, as in "L §5, Lemma 1 (1)" */
  readonly source: string;
  readonly cases: readonly Case[];
  /** mutants that no claim is meant to kill: see `quorate mutate` */
  readonly survivors?: readonly Survivor[];
}

/** A mutant that does what the protocol does, or what no claim forbids, and why. */
export interface Survivor {
  /** as `quorate mutate` names it, as in "without server/grant/free" */
  readonly mutant: string;
  /** the variant that it is a mutant of; any without it */
  readonly variant?: string;
  /** the name of the composition in which it survives; any without it */
  readonly system?: string;
  readonly because: string;
}

/** Loaded claims are known by this key, across copies of the library. */
const brand = Symbol.for("quorate.claim");

/**
 * Declares a claim: what the checker decides. A `*.claim.ts` file exports one or more.
 * @throws QuorateError `claim-malformed`
 */
export function claim(body: Claim): Claim {
  const wrong = (what: string): never => {
    throw new QuorateError("claim-malformed", `Claim "${String(body?.id)}": ${what}.`);
  };
  if (!/^[A-Za-z0-9][\w./+-]*$/.test(String(body?.id))) wrong("the id has odd characters");
  if (!Array.isArray(body.cases) || body.cases.length === 0) wrong("it has no cases");
  for (const { mutant, because } of body.survivors ?? []) {
    if ((because ?? "") === "") wrong(`survivor "${mutant}" does not say why`);
  }
  const seen = new Set<string>();
  for (const one of body.cases) {
    const key = `${one.variant} on ${one.instance}`;
    if (seen.has(key)) wrong(`case ${key} stands twice`);
    seen.add(key);
    if (typeof one.problem !== "function") wrong(`case ${key} has no problem`);
    if (one.expect === "bounded" && (one.because ?? "") === "") {
      wrong(`case ${key} expects bounded and does not say why`);
    }
  }
  return Object.freeze({ ...body, [brand]: true });
}

export function isClaim(value: unknown): value is Claim {
  return typeof value === "object" && value !== null && brand in value;
}
