import { threshold } from "../../spec/automaton/index.ts";

/**
 * How a replica decides: each field is one rule of rules.md that a mutant or a printed text changes.
 * {@link REPAIRED} is what we run.
 */
export interface ClbftRules {
  /** CLBFT.PREPARE: one batch for each n of a view */
  readonly acceptsOnce: boolean;
  /** CLBFT.PREPARE: nothing above the high watermark */
  readonly watermarks: boolean;
  /** CLBFT.PRE-PREPARE: a primary goes on above what is executed and stable, not only above its view's */
  readonly continuesNumbers: boolean;
  /** CLBFT.DECIDE: 2f + 1 commits decide, whatever view the replica is in (arXiv 2107.11144) */
  readonly decidesInAnyView: boolean;
  /** CLBFT.COMMIT: a replica commits once it has prepared */
  readonly commitsWhen: "prepared" | "accepted";
  /** CLBFT.EXECUTE: in order of sequence numbers */
  readonly executesInOrder: boolean;
  /** CLBFT.EXECUTE: each timestamp of a client once */
  readonly executesOnce: boolean;
  /** CLBFT.VIEW-CHANGE: what was prepared in earlier views is reported */
  readonly reportsPrepared: "always" | "of the last view" | "never";
  /** CLBFT.VIEW-CHANGE: after it nothing of the old view is accepted */
  readonly leavesView: boolean;
  /** CLBFT.NEW-VIEW: which of several certificates for one n counts */
  readonly takes: "the highest view" | "the lowest view" | "none where they differ";
  /** CLBFT.NEW-VIEW: where the order begins */
  readonly startsAbove: "the highest checkpoint" | "the lowest checkpoint";
  /** CLBFT.ENTER: backups derive the order again */
  readonly derivesOrder: boolean;
  /** CLBFT.ENTER: a replica enters a view that begins above its own stable checkpoint */
  readonly followsCheckpoint: boolean;
  /** CLBFT.RESTART: who restarts during a view change enters the new view by a NEW-VIEW alone */
  readonly entersByNewView: boolean;
  /** CLBFT.RESTART: what was accepted and prepared is durable before it is said */
  readonly remembersVotes: boolean;

  // What the mailbox of a host, or the medium of a model, sees to:
  /** CLBFT.VALID: messages of a quorum are of distinct signers */
  readonly countsSigners: boolean;
  /** CLBFT.VALID: the signature of a PREPARE or COMMIT covers its view */
  readonly coversView: boolean;
  /** CLBFT.VALID: the signature of a PREPARE or COMMIT covers its sequence number */
  readonly coversNumber: boolean;
  /** CLBFT.VALID: a VIEW-CHANGE counts for the view that it names alone */
  readonly reportsOfView: boolean;
  /** CLBFT.VALID: a report counts if its certificates are those of quorums */
  readonly checksCertificates: boolean;
  /** CLBFT.VALID: a fetched state has the digest that a quorum vouches for */
  readonly verifiesState: boolean;
  /** CLBFT.RETURN: replies of a quorum are equal, not merely for the same request */
  readonly comparesReplies: boolean;
  /** CLBFT.READ: a replica that restarts answers no read before it is where it was */
  readonly readsNeverGoBack: boolean;
  /** CLBFT.READ: answers to a direct read are of one state, and not merely equal */
  readonly readsMatchInState: boolean;
  /** CLBFT.RETURN: the view of a reply is part of what must be equal (W-E09) */
  readonly repliesMatchInView: boolean;

  /** changes of thresholds, by name: added to what {@link quorumSizes} and {@link replySizes} give */
  readonly shifts: Readonly<Partial<Record<keyof QuorumSizes | keyof ReplySizes, number>>>;
}

/** How many messages of distinct replicas each step waits for. */
export interface QuorumSizes {
  /** a pre-prepare and prepares that match: 2f + 1 */
  readonly prepares: number;
  readonly commits: number;
  readonly checkpoints: number;
  /** VIEW-CHANGEs in a new view: 2f + 1 */
  readonly viewChanges: number;
  /** replicas in later views that make one follow: f + 1 */
  readonly joins: number;
}

/** How many equal answers of distinct replicas a client waits for. */
export interface ReplySizes {
  /** to an ordered request: f + 1; where direct reads are allowed 2f + 1 */
  readonly replies: number;
  /** to a direct read: 2f + 1 */
  readonly reads: number;
}

export const REPAIRED: ClbftRules = {
  acceptsOnce: true,
  watermarks: true,
  continuesNumbers: true,
  decidesInAnyView: true,
  commitsWhen: "prepared",
  executesInOrder: true,
  executesOnce: true,
  reportsPrepared: "always",
  leavesView: true,
  takes: "the highest view",
  startsAbove: "the highest checkpoint",
  derivesOrder: true,
  followsCheckpoint: true,
  entersByNewView: true,
  remembersVotes: true,
  countsSigners: true,
  coversView: true,
  coversNumber: true,
  reportsOfView: true,
  checksCertificates: true,
  verifiesState: true,
  comparesReplies: true,
  readsNeverGoBack: true,
  readsMatchInState: true,
  repliesMatchInView: false,
  shifts: {},
};

/** Wehrman's reading of a reply, W-E09: the view is in it, and replies match with it. */
export const PRINTED_E09: ClbftRules = { ...REPAIRED, repliesMatchInView: true };

/** Section 5.1 of OSDI 1999: equal answers to a direct read match, whatever states they come from. */
export const PRINTED_READS: ClbftRules = { ...REPAIRED, readsMatchInState: false };

/** A decision counts in its own view alone, which arXiv 2107.11144 attacks where reads are direct. */
export const PRINTED_DECIDES: ClbftRules = { ...REPAIRED, decidesInAnyView: false };

const but = (changes: Partial<ClbftRules>): ClbftRules => ({ ...REPAIRED, ...changes });

/**
 * Bugs that the claims must kill; "row" is that of the table of bugs that shipped elsewhere. Rows 1, 17 and 18
 * are adversaries.
 */
export const MUTANTS: Readonly<Record<string, ClbftRules>> = {
  /** row 3: the order begins above the wrong checkpoint, which others have dropped */
  "new-view-from-lowest-checkpoint": but({ startsAbove: "the lowest checkpoint" }),
  /** row 4 */
  "signers-not-distinct": but({ countsSigners: false }),
  /** row 5: a certificate beside another makes both ignored */
  "differing-certificates-ignored": but({ takes: "none where they differ" }),
  /** row 5: nobody looks whether a certificate is one */
  "certificates-not-checked": but({ checksCertificates: false }),
  /** row 6: who lacks the checkpoint refuses the view, and so the next one */
  "new-view-needs-own-checkpoint": but({ followsCheckpoint: false }),
  /** row 7 */
  "restart-enters-view": but({ entersByNewView: false }),
  /** row 8 */
  "state-not-verified": but({ verifiesState: false }),
  "replies-counted-not-compared": but({ comparesReplies: false }),
  /** row 9 */
  "view-change-of-any-view": but({ reportsOfView: false }),
  "number-not-signed": but({ coversNumber: false }),
  /** row 10 */
  "view-not-signed": but({ coversView: false }),
  "reads-match-by-result": but({ readsMatchInState: false }),
  "reads-go-back": but({ readsNeverGoBack: false }),
  /** rows 2, 11 and 13: a view change takes decisions away */
  "decides-in-its-view-alone": but({ decidesInAnyView: false }),
  /** row 11: the counter of a primary begins anew */
  "numbers-begin-anew": but({ continuesNumbers: false }),
  /** row 12: a vote leaves before it is durable */
  "votes-not-durable": but({ remembersVotes: false }),
  "accepts-again": but({ acceptsOnce: false }),
  /** row 13: what is prepared is bound to its view */
  "reports-last-view": but({ reportsPrepared: "of the last view" }),
  "reports-nothing": but({ reportsPrepared: "never" }),
  /** row 14: faulty replicas alone lead others into any view */
  "joins-f": but({ shifts: { joins: -1 } }),
  /** row 15: what one signer says twice hides nothing here; a COMMIT before the quorum does */
  "commits-when-accepted": but({ commitsWhen: "accepted" }),
  /** row 16: primary and backups read the reports differently */
  "order-not-derived": but({ derivesOrder: false }),
  "takes-lowest-view": but({ takes: "the lowest view" }),
  "stays-in-view": but({ leavesView: false }),
  "no-watermarks": but({ watermarks: false }),
  "executes-out-of-order": but({ executesInOrder: false }),
  "executes-again": but({ executesOnce: false }),
  "prepare-quorum-2f": but({ shifts: { prepares: -1 } }),
  "commit-quorum-2f": but({ shifts: { commits: -1 } }),
  "view-change-quorum-2f": but({ shifts: { viewChanges: -1 } }),
  "checkpoint-quorum-f": but({ shifts: { checkpoints: -2 } }),
  "reply-quorum-f": but({ shifts: { replies: -1 } }),
  "read-quorum-f+1": but({ shifts: { reads: -1 } }),
};

/**
 * The sizes for n = 3f + 1 replicas, each a named {@link threshold}. Call it while a system is built.
 * @param faults f, at least 0
 */
export function quorumSizes(faults: number, { shifts }: Pick<ClbftRules, "shifts">): QuorumSizes {
  const size = (of: keyof QuorumSizes, value: number) =>
    threshold(`clbft-${of}`, value + (shifts[of] ?? 0));
  return {
    prepares: size("prepares", 2 * faults + 1),
    commits: size("commits", 2 * faults + 1),
    checkpoints: size("checkpoints", 2 * faults + 1),
    viewChanges: size("viewChanges", 2 * faults + 1),
    joins: size("joins", faults + 1),
  };
}

/**
 * How many equal answers a client waits for. Call it while a system is built.
 * @param faults f, at least 0
 * @param directReads whether clients read without ordering: then ordered operations wait for 2f + 1 too
 */
export function replySizes(
  faults: number,
  directReads: boolean,
  { shifts }: Pick<ClbftRules, "shifts">,
): ReplySizes {
  const size = (of: keyof ReplySizes, value: number) =>
    threshold(`clbft-${of}`, value + (shifts[of] ?? 0));
  return {
    replies: size("replies", directReads ? 2 * faults + 1 : faults + 1),
    reads: size("reads", 2 * faults + 1),
  };
}
