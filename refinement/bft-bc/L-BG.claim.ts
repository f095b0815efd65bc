import { type InstanceSize, worldOf } from "../../impl/bft-bc/instances.ts";
import {
  MUTANTS,
  OPTIMISED,
  REPAIRED,
  type Rules,
  STRONG,
  STRONG_OPTIMISED,
} from "../../impl/bft-bc/rules.ts";
import { type Case, claim } from "../../spec/automaton/index.ts";
import { leaving, toldOf } from "./bounds.ts";
import { earlySignaturesSuffice, withEarly } from "./early.ts";
import { CLIENT_C, CLIENT_C_ONCE } from "./instances.ts";
import * as pins from "./pins.ts";
import { excludesOf, nameOf, type Question } from "./problems.ts";
import { noWriteProofAboveTsMax } from "./proofs.ts";
import { mutant } from "./safety.ts";

/** Lemma 1 (1) while replicas sign early; it is not vacuous, since the signatures would suffice. */
const kept = (
  variant: string,
  rules: Rules,
  size: InstanceSize,
  pinned: NonNullable<Case["pinned"]>,
): Case => ({
  pinned,
  variant,
  instance: `${nameOf(size)}, signatures made early`,
  tier: "ci",
  expect: "holds",
  problem: () => {
    const world = worldOf(size, rules);
    const system = withEarly(world);
    return {
      system,
      properties: [noWriteProofAboveTsMax(system as never, world)],
      witnesses: [earlySignaturesSuffice(system, world)],
      reductions: ["sends-at-once"],
      excludes: [...excludesOf(size), "replicas sign early as soon as they have answered"],
    };
  },
});

const bug: Question = {
  properties: (system, world) => [noWriteProofAboveTsMax(system, world)],
  witnesses: () => [],
};

const LEAKS = "early-signature-leaks";

export default claim({
  id: "L-BG",
  says: "A replica may sign the write statement as soon as it has answered a prepare, if the signature leaves only with the answer to the write: no write proof exists above what f + 1 correct replicas hold.",
  source: "L §3.3: signatures of phase 3 in the background",
  cases: [
    kept("repaired", REPAIRED, CLIENT_C, pins.EARLY_BASE),
    kept("opt", OPTIMISED, CLIENT_C_ONCE, pins.EARLY_OPT),
    kept("strong", STRONG, CLIENT_C_ONCE, pins.EARLY_STRONG),
    kept("strong-opt", STRONG_OPTIMISED, CLIENT_C_ONCE, pins.EARLY_STRONG_OPT),
    mutant(LEAKS, bug, CLIENT_C_ONCE),
    mutant(`opt/${LEAKS}`, bug, CLIENT_C_ONCE),
    toldOf(`mutant/${LEAKS}`, MUTANTS[LEAKS] ?? REPAIRED, 1, leaving(1, 2, 2), {
      expect: "violated",
      because: "a write proof without a write makes room for a second prepare: two lurking writes",
    }),
  ],
});
