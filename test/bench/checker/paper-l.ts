import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadClaims } from "../../../checker/cli/load.ts";
import { boundOf } from "../../../checker/report/decide.ts";
import type { CaseOf } from "../../../checker/run.ts";
import { explore } from "../../../checker/search/search.ts";
import type { Claim } from "../../../spec/automaton/index.ts";
import { figuresOf } from "./own.ts";
import { type Outcome, usageSoFar } from "./rows.ts";

/** The claims of paper L, in the order of their files. */
export function paperLClaims(): Promise<Claim[]> {
  const folder = fileURLToPath(new URL("../../../refinement/bft-bc/", import.meta.url));
  const files = readdirSync(folder).filter((file) => /\.claim\.[jt]s$/.test(file));
  return loadClaims(files.sort().map((file) => folder + file));
}

/** The CI cases of claims, those that share an exploration together, as the checker explores them. */
export function explorationsOf(claims: readonly Claim[]): CaseOf[][] {
  const groups = new Map<unknown, CaseOf[]>();
  for (const claim of claims) {
    for (const one of claim.cases) {
      const { shares, variant, instance } = one;
      const key = shares === undefined ? one : JSON.stringify([shares, variant, instance]);
      groups.set(key, [...(groups.get(key) ?? []), { claim, case: one }]);
    }
  }
  return [...groups.values()].filter((group) => group.some((one) => one.case.tier === "ci"));
}

/** "L-L1.1+L-UNIQ repaired on 1 faulty of 4, …" */
export function nameOfExploration(group: readonly CaseOf[]): string {
  const { variant, instance } = (group[0] as CaseOf).case;
  return `${group.map(({ claim }) => claim.id).join("+")} ${variant} on ${instance}`;
}

/**
 * Explores once for the cases of a group, in this process.
 * @throws Error where a case has not the verdict, or the count of states, that it expects
 */
export function measureGroup(group: readonly CaseOf[]): Outcome {
  const problems = group.map((one) => one.case.problem());
  const maxStates = boundOf(group, {});
  const first = problems[0] as (typeof problems)[number];
  const found = explore(
    {
      ...first,
      properties: problems.flatMap(({ properties }) => properties),
      witnesses: problems.flatMap(({ witnesses }) => witnesses),
    },
    maxStates === undefined ? {} : { maxStates },
  );
  let from = 0;
  for (const [at, { case: one, claim }] of group.entries()) {
    const to = from + (problems[at] as (typeof problems)[number]).properties.length;
    const violated = found.violations.slice(from, to).some((violation) => violation !== null);
    const isPinned = violated || one.pinned === undefined || one.pinned.states === found.states;
    if (violated !== (one.expect === "violated") || !isPinned) {
      throw new Error(`${claim.id} ${one.variant} on ${one.instance} is not as it expects`);
    }
    from = to;
  }
  return { figures: { ...figuresOf(found), ...usageSoFar() } };
}
