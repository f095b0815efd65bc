/**
 * Which reading of the paper a system runs: each field is one rule of rules.md that the printed
 * text, a suspicion or a mutant changes. {@link REPAIRED} is what we run.
 */
export interface Rules {
  /** false: the plain quorum protocol of section 3.1, without prepare phase and proofs */
  readonly prepares: boolean;
  /** L.REPLICA.PREPARE: only the client's own write proof makes room for its next prepare */
  readonly ownWriteProof: boolean;
  /** L.REPLICA.PREPARE: a prepare that replaces a record has a larger timestamp */
  readonly strictlyLarger: boolean;
  /** L.REPLICA.PREPARE, printed: records up to write-ts are deleted; repaired: they are kept */
  readonly deletesRecords: boolean;
  /** L.REPLICA.PREPARE: at most one record for each client */
  readonly oneRecord: boolean;
  /** L.REPLICA.PREPARE: a repeated prepare must have the recorded hash */
  readonly comparesHash: boolean;
  /** L.REPLICA.PREPARE: a completed write makes room for the next record */
  readonly replacesRecords: boolean;
  /** L.REPLICA.WRITE: the value must have the hash of the proof */
  readonly checksHash: boolean;
  /** L.REPLICA.WRITE: only a larger timestamp replaces the value */
  readonly onlyLargerOverwrites: boolean;
  /** L.CLIENT.READ: a reader writes back unless all timestamps agree */
  readonly writesBack: "when they differ" | "never" | "always" | "returns null instead";
  /** L.TS: timestamps carry the client's id */
  readonly clientInTimestamp: boolean;
  /** L.SIGN: signed bodies carry the object's id */
  readonly objectInSignature: boolean;
  /** signatures in a prepare proof; null: a quorum */
  readonly prepareQuorum: number | null;
  /** L.BACKGROUND: a write statement that is signed early leaves with the acknowledged prepare */
  readonly leaksEarly: boolean;

  /** section 6: phase 1 of a write prepares too, under the timestamp that the replica expects */
  readonly optimised: boolean;
  /** L.SIGN, optimised: a WRITE-ACK names the hash, since two values may stand under a timestamp */
  readonly writtenHash: boolean;
  /** L.CLIENT.CHOOSE: a prepare proof counts with its client's word that it chose this prepare */
  readonly choiceSigned: boolean;
  /** L.REPLICA.READ-TS-PREP: an acknowledgement shows the proof of the current timestamp too */
  readonly ackShowsProof: boolean;
  /** L.REPLICA.READ-TS-PREP: the client's entries in both lists are tested, not in opt-list alone */
  readonly testsBothLists: boolean;
  /** L.REPLICA.READ-TS-PREP: a completed write makes room for the next entry of opt-list */
  readonly replacesOptRecords: boolean;
  /** L.REPLICA.READ-TS-PREP: the expected timestamp is the successor of the current one, no later */
  readonly expectsSuccessor: boolean;
  /** L.REPLICA.PREPARE, optimised: phase 2 ignores opt-list */
  readonly ignoresOptList: boolean;
  /** L.REPLICA.WRITE, optimised: of two values under one timestamp which is kept */
  readonly onTies: "larger hash" | "smaller hash" | "first";
  /** L.CLIENT.READ-DONE, optimised: a reader that sees two values under one timestamp writes back */
  readonly writesBackTies: boolean;

  /** section 7: a prepare shows that the write before it has completed */
  readonly strong: boolean;
  /** L.REPLICA.PREPARE, strong: the replica tests the write proof of the predecessor */
  readonly provesPredecessor: boolean;
  /** L.REPLICA.READ-TS-PREP, strong: only above a timestamp whose write proof the request shows */
  readonly expectsAboveProven: boolean;
}

/** The protocol that we check and run. */
export const REPAIRED: Rules = {
  prepares: true,
  ownWriteProof: true,
  strictlyLarger: true,
  deletesRecords: false,
  oneRecord: true,
  comparesHash: true,
  replacesRecords: true,
  checksHash: true,
  onlyLargerOverwrites: true,
  writesBack: "when they differ",
  clientInTimestamp: true,
  objectInSignature: true,
  prepareQuorum: null,
  leaksEarly: false,
  optimised: false,
  writtenHash: false,
  choiceSigned: false,
  ackShowsProof: true,
  testsBothLists: true,
  replacesOptRecords: true,
  expectsSuccessor: true,
  ignoresOptList: true,
  onTies: "larger hash",
  writesBackTies: true,
  strong: false,
  provesPredecessor: true,
  expectsAboveProven: true,
};

/** The optimised protocol of section 6, repaired: writes mostly take two phases. */
export const OPTIMISED: Rules = {
  ...REPAIRED,
  optimised: true,
  writtenHash: true,
  choiceSigned: true,
};

/** The protocol of section 7: two writes of correct clients hide what a stopped client left behind. */
export const STRONG: Rules = { ...REPAIRED, strong: true };

/** Both together. */
export const STRONG_OPTIMISED: Rules = { ...OPTIMISED, strong: true };

/** What L.REPLICA.PREPARE says in print. */
const AS_PRINTED = { ownWriteProof: false, strictlyLarger: false, deletesRecords: true } as const;

/** Section 3.2 to the letter. */
export const PRINTED: Rules = { ...REPAIRED, ...AS_PRINTED };

/** Repaired but for the missing test of the new timestamp. */
export const PRINTED_E01: Rules = { ...REPAIRED, strictlyLarger: false };

/** Repaired but that anybody's write proof makes room. */
export const PRINTED_E02: Rules = { ...REPAIRED, ownWriteProof: false };

/** The quorum protocol of section 3.1, with write-back. */
export const PLAIN: Rules = { ...REPAIRED, prepares: false };

/** Section 6 to the letter. */
export const PRINTED_OPTIMISED: Rules = {
  ...OPTIMISED,
  ...AS_PRINTED,
  writtenHash: false,
  choiceSigned: false,
  ackShowsProof: false,
};

/** Optimised and repaired but that an acknowledgement of phase 1 shows no prepare proof. */
export const PRINTED_E11: Rules = { ...OPTIMISED, ackShowsProof: false };

/** Optimised and repaired but that a client does not sign which of its prepares it chose. */
export const PRINTED_E12: Rules = { ...OPTIMISED, choiceSigned: false };

/** Optimised and repaired but that a write proof names no hash. */
export const PRINTED_E13: Rules = { ...OPTIMISED, writtenHash: false };

/** Section 7 to the letter, over section 3.2 as printed. */
export const PRINTED_STRONG: Rules = { ...STRONG, ...AS_PRINTED };

/** Section 7 to the letter, over section 6 as printed: phase 1 needs no proof of a predecessor. */
export const PRINTED_STRONG_OPTIMISED: Rules = {
  ...PRINTED_OPTIMISED,
  strong: true,
  expectsAboveProven: false,
};

/** Strong, optimised and repaired but that phase 1 prepares above what may be incomplete (L-E08). */
export const PRINTED_E08: Rules = { ...STRONG_OPTIMISED, expectsAboveProven: false };

/** Bugs that the claims must kill, each named for its rule. */
export const MUTANTS: Readonly<Record<string, Rules>> = {
  "no-one-record-test": { ...REPAIRED, oneRecord: false },
  "hash-not-compared": { ...REPAIRED, comparesHash: false },
  "record-never-replaced": { ...REPAIRED, replacesRecords: false },
  "write-hash-not-checked": { ...REPAIRED, checksHash: false },
  "smaller-timestamp-overwrites": { ...REPAIRED, onlyLargerOverwrites: false },
  "read-without-write-back": { ...REPAIRED, writesBack: "never" },
  "always-writes-back": { ...REPAIRED, writesBack: "always" },
  "read-returns-null": { ...REPAIRED, writesBack: "returns null instead" },
  "no-client-in-timestamp": { ...REPAIRED, clientInTimestamp: false },
  "no-object-in-signature": { ...REPAIRED, objectInSignature: false },
  "prepare-quorum-f+1": { ...REPAIRED, prepareQuorum: 2 },
  "early-signature-leaks": { ...REPAIRED, leaksEarly: true },
  "opt/early-signature-leaks": { ...OPTIMISED, leaksEarly: true },
  "opt/opt-list-consulted-in-phase-2": { ...OPTIMISED, ignoresOptList: false },
  "opt/tie-keeps-smaller-hash": { ...OPTIMISED, onTies: "smaller hash" },
  "opt/tie-keeps-first": { ...OPTIMISED, onTies: "first" },
  "opt/no-write-back-on-tie": { ...OPTIMISED, writesBackTies: false },
  "opt/record-never-replaced": { ...OPTIMISED, replacesOptRecords: false },
  "opt/expects-beyond-successor": { ...OPTIMISED, expectsSuccessor: false },
  "opt/prepare-list-not-tested": { ...OPTIMISED, testsBothLists: false },
  "opt/no-one-record-test": { ...OPTIMISED, oneRecord: false },
  "opt/hash-not-compared": { ...OPTIMISED, comparesHash: false },
  "opt/anybody's-write-proof": { ...OPTIMISED, ownWriteProof: false },
  "opt/timestamp-not-larger": { ...OPTIMISED, strictlyLarger: false },
  "opt/prepare-quorum-f+1": { ...OPTIMISED, prepareQuorum: 2 },
  "strong/no-predecessor-write-proof": { ...STRONG, provesPredecessor: false },
  "strong-opt/no-predecessor-write-proof": { ...STRONG_OPTIMISED, provesPredecessor: false },
};
