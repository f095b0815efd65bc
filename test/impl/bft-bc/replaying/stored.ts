import { readFileSync } from "node:fs";
import type { Counterexample } from "../../../../checker/trace/counterexample.ts";
import { type InstanceSize, worldOf } from "../../../../impl/bft-bc/instances.ts";
import { PRINTED, PRINTED_E01, PRINTED_E02, type Rules } from "../../../../impl/bft-bc/rules.ts";
import type { World } from "../../../../impl/bft-bc/world.ts";
import {
  CLIENT_C,
  lurking,
  NO_FAULTY_REPLICA,
  STACKED,
} from "../../../../refinement/bft-bc/instances.ts";
import LIN from "../../../../refinement/bft-bc/L-LIN-base.claim.ts";
import UNIQ from "../../../../refinement/bft-bc/L-UNIQ.claim.ts";
import { nameOf } from "../../../../refinement/bft-bc/problems.ts";
import type { Case, Claim } from "../../../../spec/automaton/index.ts";

/**
 * What is stored of a counterexample: what the checker writes with `quorate check
 * 'L-UNIQ@printed*' 'L-LIN-base@printed*' --out DIR`, without the states, which follow.
 */
export type Run = Pick<Counterexample, "claim" | "variant" | "instance" | "property" | "actions">;

/** A case that the printed rules violate, and the checker's shortest run to the violation. */
export interface Stored {
  readonly title: string;
  readonly claim: Claim;
  readonly case: Case;
  readonly run: Run;
  /** the case's world under other rules */
  readonly world: (rules?: Rules) => World;
}

function stored(claim: Claim, file: string, rules: Rules, size: InstanceSize): Stored {
  const url = new URL(`../../../fixtures/counterexamples/${file}.json`, import.meta.url);
  const run = JSON.parse(readFileSync(url, "utf8")) as Run;
  const found = claim.cases.find(
    ({ variant, instance }) => variant === run.variant && instance === run.instance,
  );
  if (found === undefined || run.instance !== nameOf(size) || run.claim !== claim.id) {
    throw new RangeError(`${file}.json belongs to no case`);
  }
  const title = `${run.claim} ${run.variant}, ${run.instance.slice(0, 13)}`;
  return { title, claim, case: found, run, world: (other = rules) => worldOf(size, other) };
}

const ALONE: InstanceSize = { ...NO_FAULTY_REPLICA, maxForgedVal: 1 };

export const UNIQ_PRINTED = stored(UNIQ, "L-UNIQ@printed", PRINTED, CLIENT_C);
export const UNIQ_E01 = stored(UNIQ, "L-UNIQ@printed_L-E01", PRINTED_E01, CLIENT_C);
export const UNIQ_E01_ALONE = stored(
  UNIQ,
  "L-UNIQ@printed_L-E01@no-faulty-replica",
  PRINTED_E01,
  ALONE,
);
export const LIN_PRINTED = stored(LIN, "L-LIN-base@printed", PRINTED, lurking(3, 1));
export const LIN_E01 = stored(LIN, "L-LIN-base@printed_L-E01", PRINTED_E01, lurking(3, 1));
export const LIN_E02 = stored(LIN, "L-LIN-base@printed_L-E02", PRINTED_E02, STACKED);
