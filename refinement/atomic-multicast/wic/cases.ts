import {
  WIC_MUTANTS,
  WIC_PRINTED,
  WIC_PRINTED_BUT,
  WIC_REPAIRED,
} from "../../../impl/atomic-multicast/rules.ts";
import type { WicSize } from "../../../impl/atomic-multicast/wic/instances.ts";
import type { Case, Verdict } from "../../../spec/automaton/index.ts";
import { caseOf, type Question } from "./problems.ts";
import { inLockstep, THREE_ROUNDS, TWO_ROUNDS } from "./sizes.ts";

/** The repaired protocol on the instances that the safety claims share. */
export function repairedEverywhere(question: Question): Case[] {
  const { first, ...others } = THREE_ROUNDS;
  const all: [WicSize, Case["tier"]][] = [
    ...Object.values(TWO_ROUNDS).map((size): [WicSize, Case["tier"]] => [size, "ci"]),
    [inLockstep(first), "ci"],
    ...Object.values(others).map((size): [WicSize, Case["tier"]] => [inLockstep(size), "nightly"]),
    [first, "nightly"],
  ];
  return all.map(([size, tier]) =>
    caseOf("repaired", WIC_REPAIRED, size, question, {
      expect: "holds",
      tier,
      shares: "wic safety",
    }),
  );
}

/** The same case, but not in CI: it takes long, or tells little. */
export const nightly = (one: Case): Case => ({ ...one, tier: "nightly" });

/** The repaired protocol where ends count; the claims about what is owed share the explorations. */
export function ends(size: WicSize, question: Question, tier: Case["tier"] = "ci"): Case {
  const shares = "wic ends";
  return caseOf("repaired", WIC_REPAIRED, size, question, { expect: "holds", tier, shares });
}

/** The printed text, or the repaired one but for one defect. */
export function printed(
  defect: keyof typeof WIC_PRINTED_BUT | "all",
  size: WicSize,
  question: Question,
  expect: Verdict,
  because: string,
): Case {
  const rules = defect === "all" ? WIC_PRINTED : WIC_PRINTED_BUT[defect];
  const variant = defect === "all" ? "printed" : `printed/${defect}`;
  return caseOf(variant, rules, size, { ...question, witnesses: () => [] }, { expect, because });
}

/** A bug that the claim must kill, or, with a reason, one that it does not. */
export function mutant(name: string, size: WicSize, question: Question, survives?: string): Case {
  const rules = WIC_MUTANTS[name];
  if (rules === undefined) throw new RangeError(`no mutant "${name}"`);
  return caseOf(
    `mutant/${name}`,
    rules,
    size,
    { ...question, witnesses: () => [] },
    { expect: survives ? "holds" : "violated", ...(survives && { because: survives }) },
  );
}

/** The repaired protocol with one faulty process more than f. */
export function tight(size: WicSize, question: Question): Case {
  return caseOf(
    "tight",
    WIC_REPAIRED,
    size,
    { ...question, witnesses: () => [] },
    {
      expect: "violated",
      because: "two faulty processes of four: two quorums need not share a correct one",
    },
  );
}
