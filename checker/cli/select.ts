import type { Case, Claim, Tier } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { includesTier } from "../report/tiers.ts";
import type { CaseOf } from "../run.ts";

/**
 * Which cases the arguments select: an id or a glob over ids, then optionally `@variant` and
 * `@instance`, globs too. `*` stands for any characters, `?` for one. No argument selects all.
 *
 * @throws QuorateError `claim-unknown` where an argument selects no case of any tier
 */
export function selectCases(
  claims: readonly Claim[],
  wanted: readonly string[],
  tier: Tier = "deep",
): CaseOf[] {
  const all = claims.flatMap((claim) => claim.cases.map((one) => ({ claim, case: one })));
  const tests = wanted.map((one) => {
    const test = matcherOf(one);
    if (!all.some(test)) throw unknownClaim(claims, one);
    return test;
  });
  const chosen = wanted.length === 0 ? all : all.filter((one) => tests.some((test) => test(one)));
  const affordable = chosen.filter((one) => includesTier(tier, one.case.tier));
  if (affordable.length === 0) {
    const dearer = [...new Set(chosen.map((one) => one.case.tier))].join(" or ");
    const what = `No case selected is of tier ${tier}: add --tier ${dearer}.`;
    throw new QuorateError("usage", what);
  }
  return affordable;
}

function matcherOf(wanted: string): (one: CaseOf) => boolean {
  const [id, variant = "*", ...instance] = wanted.split("@");
  const tests = [id as string, variant, instance.join("@") || "*"].map(globOf);
  return ({ claim, case: { variant, instance } }) =>
    [claim.id, variant, instance].every((text, at) => tests[at]?.test(text));
}

/** `*` stands for any characters, `?` for one. */
export function globOf(glob: string): RegExp {
  const source = glob
    .replace(/[\\^$+.()|[\]{}]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`);
}

/** How far a misspelt id may be from the one that was meant: a third of its letters. */
const NEAR = 1 / 3;
const NEAR_SHOWN_MAX = 3;

function unknownClaim(claims: readonly Claim[], wanted: string): QuorateError {
  const [id, variant] = wanted.split("@") as [string, string?];
  const known = claims.find((claim) => globOf(id).test(claim.id));
  if (known !== undefined) {
    const names = variant === undefined ? [] : casesText(known.cases);
    const what = `Claim "${known.id}" has no case ${wanted}, but ${names.join(", ")}.`;
    return new QuorateError("claim-unknown", what);
  }
  const near = claims
    .map((claim) => ({ id: claim.id, far: distance(id, claim.id) }))
    .filter((one) => one.far <= Math.max(2, id.length * NEAR) || one.id.includes(id))
    .sort((one, other) => one.far - other.far)
    .slice(0, NEAR_SHOWN_MAX)
    .map((one) => one.id);
  const meant = near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
  return new QuorateError("claim-unknown", `There is no claim "${id}".${meant}`);
}

function casesText(cases: readonly Case[]): string[] {
  return cases.map(({ variant, instance }) => `@${variant}@${instance}`);
}

/** The edits from one word to another. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const same = one[at - 1] === other[to - 1] ? 0 : 1;
      next.push(
        Math.min(
          (row[to] as number) + 1,
          (next[to - 1] as number) + 1,
          (row[to - 1] as number) + same,
        ),
      );
    }
    row = next;
  }
  return row[other.length] as number;
}
