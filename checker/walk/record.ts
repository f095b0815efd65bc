import type { Tier, Verdict } from "../../spec/automaton/claim.ts";
import { errorRecord } from "../report/decide.ts";
import type { CheckRecord, PropertyRecord } from "../report/record.ts";
import type { CaseOf } from "../run.ts";
import { counterexampleOf } from "../trace/counterexample.ts";
import { isAsked } from "./violated.ts";
import { type WalkOptions, walk } from "./walk.ts";

/** What random walks of one case came upon: plain JSON, one line of `--reporter json`. */
export interface WalkRecord {
  readonly claim: string;
  readonly variant: string;
  readonly instance: string;
  readonly tier: Tier;
  /** the verdict that `quorate check` is expected to find */
  readonly expected: Verdict;
  /** never `holds`: walks are samples. `not asked` where each property is about whole runs */
  readonly verdict: "violated" | "not violated" | "not asked" | "error";
  readonly seed: number;
  readonly walks: number;
  readonly steps: number;
  readonly seconds: number;
  /** of those violated the first that was found */
  readonly properties: readonly (PropertyRecord & { readonly asked: boolean })[];
  readonly witnesses: CheckRecord["witnesses"];
  readonly counterexample: CheckRecord["counterexample"];
  readonly because: string | null;
  readonly hint: string | null;
  /** null where nothing speaks against the expected verdict */
  readonly unexpected: string | null;
  readonly error: CheckRecord["error"];
}

/** Walks through a case at random. What the model, or the claim, throws is told as `error`. */
export function walkCase(one: CaseOf, options: WalkOptions): WalkRecord {
  const { variant, instance, tier, expect, because = null, hint = null } = one.case;
  const named = { claim: one.claim.id, variant, instance, tier, expected: expect };
  const began = performance.now();
  let found: Findings;
  try {
    found = findingsOf(one, options);
  } catch (thrown) {
    const { error, unexpected } = errorRecord(one, thrown);
    found = { ...NOTHING, verdict: "error", unexpected, error };
  }
  const seconds = Math.round(performance.now() - began) / 1000;
  return { ...named, because, hint, seed: options.seed, seconds, ...found };
}

const NOTHING = {
  walks: 0,
  steps: 0,
  properties: [],
  witnesses: [],
  counterexample: null,
  unexpected: null,
  error: null,
} as const;

type Findings = Pick<WalkRecord, "verdict" | keyof typeof NOTHING>;

function findingsOf({ claim, case: one }: CaseOf, options: WalkOptions): Findings {
  const problem = one.problem();
  const { system, properties, witnesses } = problem;
  const asks = properties.some(isAsked);
  const { walks, steps, found, reached } = walk(problem, asks ? options : { ...options, walks: 0 });
  const named = { claim: claim.id, variant: one.variant, instance: one.instance };
  return {
    verdict: found !== null ? "violated" : asks ? "not violated" : "not asked",
    walks,
    steps,
    properties: properties.map((property) => ({
      name: property.name,
      kind: property.kind,
      asked: isAsked(property),
      violated: property === found?.property,
    })),
    witnesses: witnesses.map(({ name }, at) => ({ name, reached: reached[at] === true })),
    counterexample:
      found === null ? null : counterexampleOf(named, system, found.property, found.violation),
    unexpected:
      found === null || one.expect === "violated"
        ? null
        : `violated, where ${one.expect} was expected`,
    error: null,
  };
}
