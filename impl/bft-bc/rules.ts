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
};

/** Section 3.2 to the letter. */
export const PRINTED: Rules = {
  ...REPAIRED,
  ownWriteProof: false,
  strictlyLarger: false,
  deletesRecords: true,
};

/** Repaired but for the missing test of the new timestamp. */
export const PRINTED_E01: Rules = { ...REPAIRED, strictlyLarger: false };

/** Repaired but that anybody's write proof makes room. */
export const PRINTED_E02: Rules = { ...REPAIRED, ownWriteProof: false };

/** The quorum protocol of section 3.1, with write-back. */
export const PLAIN: Rules = { ...REPAIRED, prepares: false };

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
};
