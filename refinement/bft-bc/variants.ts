import type { InstanceSize } from "../../impl/bft-bc/instances.ts";
import {
  OPTIMISED,
  PRINTED_OPTIMISED,
  PRINTED_STRONG,
  PRINTED_STRONG_OPTIMISED,
  STRONG,
  STRONG_OPTIMISED,
} from "../../impl/bft-bc/rules.ts";
import type { Case, Verdict } from "../../spec/automaton/index.ts";
import { caseOf, nameOf, type Question } from "./problems.ts";
import type { Pins } from "./safety.ts";

/** Sections 6 and 7, by the name of their cases. */
export const VARIANTS = {
  opt: { repaired: OPTIMISED, printed: PRINTED_OPTIMISED },
  strong: { repaired: STRONG, printed: PRINTED_STRONG },
  "strong-opt": { repaired: STRONG_OPTIMISED, printed: PRINTED_STRONG_OPTIMISED },
} as const;

export type VariantName = keyof typeof VARIANTS;

/** By variant: the verdict, or the verdict with its reason. */
export type Verdicts = Readonly<Partial<Record<VariantName, Verdict | readonly [Verdict, string]>>>;

interface Rest {
  /** by variant */
  readonly pins?: Readonly<Partial<Record<VariantName, Pins>>>;
  readonly shares?: string;
}

/** A claim asked of the variants, repaired or as printed, on one instance. */
export function variantCases(
  which: "repaired" | "printed",
  question: Question,
  size: InstanceSize,
  verdicts: Verdicts,
  { pins = {}, shares }: Rest = {},
): Case[] {
  return Object.entries(verdicts).map(([name, verdict]) => {
    const [expect, because] = typeof verdict === "string" ? [verdict, undefined] : verdict;
    const pinned = pins[name as VariantName]?.[nameOf(size)];
    return caseOf(
      which === "repaired" ? name : `printed/${name}`,
      VARIANTS[name as VariantName][which],
      size,
      question,
      {
        expect,
        ...(because !== undefined && { because }),
        ...(shares !== undefined && { shares }),
        ...(pinned !== undefined && { pinned }),
      },
    );
  });
}
