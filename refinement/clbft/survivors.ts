import type { Survivor } from "../../spec/automaton/index.ts";

/*
 * Generated mutants that no claim about their system kills (`quorate mutate`), and why that is right:
 * docs/decisions/0022-clbft.md has all of them. Where claims about another system kill the mutant of the same
 * name, the entry is for the one where it survives.
 */

/** Mutants without a clause that says again what `choose` says: nothing else is ever offered. */
const OFFERED: readonly Survivor[] = [
  "agreement/SEND-PRE-PREPARE/primary",
  "agreement/SEND-PRE-PREPARE/next",
  "agreement/EXECUTE/next",
  "agreement/EXECUTE/decided",
  "execution/SEND-CHECKPOINT/due",
  "execution/SEND-CHECKPOINT/own",
].map((clause) => ({
  mutant: `without ${clause}`,
  because: "choose offers nothing else",
}));

const PIPELINE: Survivor = {
  mutant: "without agreement/SEND-PRE-PREPARE/pipeline",
  because: "it makes batches larger, and nothing else: choose bounds what is under way",
};

const within =
  (system: string) =>
  (because: string, ...mutants: readonly string[]): Survivor[] =>
    mutants.map((mutant) => ({ mutant, system, because }));

const safety = within("CLBFT");
/** Of the claims about safety. */
export const SAFETY: readonly Survivor[] = [
  ...OFFERED,
  PIPELINE,
  ...safety(
    "the coalition completes every quorum that helps it: that quorums come is W-CL-LIVE's",
    "threshold clbft-prepares+1",
    "threshold clbft-commits+1",
    "threshold clbft-viewChanges+1",
  ),
  ...safety(
    "safety does not depend on who changes its view, and when: W-PI1 and W-CL-LIVE",
    "threshold clbft-joins-1",
    "threshold clbft-joins+1",
  ),
];

/** Of W-CL-RESTART. */
export const RESTARTS: readonly Survivor[] = [
  {
    mutant: "volatile agreement/base",
    because: "it waits for decisions that nobody repeats, and does nothing wrong meanwhile",
  },
  ...safety("only answers to reads depend on it: W-CL-READ", "volatile execution/reached"),
];

const SMALLER =
  "safety alone depends on how large quorums are at least, and it is asked of another system: W-CL, W-CL-CERT";
const NO_CHECKPOINTS = "no checkpoints";

const live = within("CLBFT that owes");
/** Of W-CL-LIVE. */
export const LIVENESS: readonly Survivor[] = [
  ...OFFERED,
  PIPELINE,
  ...live(
    SMALLER,
    "threshold clbft-prepares-1",
    "threshold clbft-commits-1",
    "threshold clbft-viewChanges-1",
  ),
  ...live("more views change, which is W-PI1's", "threshold clbft-joins-1"),
];

const calm = within("CLBFT with a correct primary");
/** Of W-PI1. */
export const CALM: readonly Survivor[] = [
  ...OFFERED,
  PIPELINE,
  ...calm(SMALLER, "threshold clbft-prepares-1", "threshold clbft-commits-1"),
  ...calm(
    "nobody changes the view",
    "threshold clbft-viewChanges-1",
    "threshold clbft-viewChanges+1",
    "threshold clbft-joins+1",
  ),
  ...calm(NO_CHECKPOINTS, "threshold clbft-checkpoints-1", "threshold clbft-checkpoints+1"),
];
