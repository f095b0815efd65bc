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
const WINDOW = "without agreement/SEND-PRE-PREPARE/window";
const OF_SAFETY = "it keeps the log small, and enables nothing: W-CL-CHECKPOINT";

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
  ...live(OF_SAFETY, WINDOW),
  ...live("it bounds the model", "without agreement/SEND-PRE-PREPARE/instance"),
  ...live(
    "of 2f one is correct, so what they vouch for is true; that it is to be 2f + 1 is W-CL-ORDER-ENV's",
    "threshold clbft-checkpoints-1",
  ),
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
  ...calm(OF_SAFETY, WINDOW),
  ...calm("choose offers nothing else", "without execution/ADMIT/first"),
];

const services = within("CLBFT services");
/** Of the claims about services over the ordering environment. */
export const SERVICES: readonly Survivor[] = [
  ...OFFERED,
  ...services(
    "choose offers nothing else",
    "without execution/ADMIT/first",
    "without clients/RETURN/answered",
    "without users/INVOKE/next",
    "without users/INVOKE-READ/next",
    "without users/RETRY/open",
    "without users/RETRY/once",
  ),
  ...services(
    "the ordering environment stands for agreement, which has these quorums",
    ...["prepares", "commits", "viewChanges", "joins"].flatMap((of) => [
      `threshold clbft-${of}-1`,
      `threshold clbft-${of}+1`,
    ]),
  ),
  ...services(
    "the coalition of the environment completes certificates, and of 2f signers one is correct: W-CL-ORDER-ENV, W-CL-LIVE",
    "threshold clbft-checkpoints-1",
    "threshold clbft-checkpoints+1",
  ),
  ...services(
    "three of four replicas are correct and reply; where reads are direct W-CL-READ-LIVE kills it",
    "threshold clbft-replies+1",
  ),
  ...services(
    "what is owed to a client that asks everybody is owed earlier, or later",
    "threshold admitted-1",
    "threshold admitted+1",
  ),
  ...services("a read that too few answer is ordered in the end", "threshold clbft-reads+1"),
  ...services(
    "what is decided ahead does not show",
    "without ordering/ORDER/finished",
    "without ordering/ORDER-EARLY/finished",
  ),
  ...services("nobody recovers: W-CL-RECOVER", "volatile execution/recovering"),
  ...services(
    "users of the model count their operations themselves; a host would use a timestamp again",
    "volatile clients/next",
  ),
];
