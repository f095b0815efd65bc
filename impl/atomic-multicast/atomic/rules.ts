/** Which reading of Algorithm 2 a system runs: printed lines 8, 13, 14 and 16. */
export interface AtomicRules {
  /**
   * D.AM.DECIDE, line 13: what is not correctly signed is dropped before messages with one number
   * are compared. As printed (D-E04) both tests look at the same, unfiltered union
   */
  readonly dropsUnsignedFirst: boolean;
  /**
   * D.AM.DECIDE, line 13: of correctly signed messages with one number and different content the
   * least is delivered. As printed (D-E05) all of them are removed, and no trace of that is kept
   */
  readonly twins: "the least is delivered" | "all are removed";
  /** D.AM.DECIDE, lines 14 and 16: what was delivered is known by its number, printed by itself */
  readonly remembers: "numbers" | "messages" | "nothing";
  /** D.AM.DECIDE, line 13: messages that their clients did not sign are dropped */
  readonly checksSignatures: boolean;
  /** D.AM.DELIVER, line 15: the deterministic order */
  readonly order: "canonical" | "arrival";
}

/** What we check and run. */
export const ATOMIC: AtomicRules = {
  dropsUnsignedFirst: true,
  twins: "the least is delivered",
  remembers: "numbers",
  checksSignatures: true,
  order: "canonical",
};

/** Algorithm 2 to the letter. */
export const ATOMIC_PRINTED: AtomicRules = {
  ...ATOMIC,
  dropsUnsignedFirst: false,
  twins: "all are removed",
  remembers: "messages",
};

/** Repaired but that unsigned messages count as twins. */
export const ATOMIC_PRINTED_E04: AtomicRules = { ...ATOMIC, dropsUnsignedFirst: false };

/** Repaired but that twins are removed, and messages are remembered by content. */
export const ATOMIC_PRINTED_E05: AtomicRules = {
  ...ATOMIC,
  twins: "all are removed",
  remembers: "messages",
};

/** Bugs that the claims must kill. */
export const ATOMIC_MUTANTS: Readonly<Record<string, AtomicRules>> = {
  "arrival-order": { ...ATOMIC, order: "arrival" },
  "signature-not-checked": { ...ATOMIC, checksSignatures: false },
  "nothing-remembered": { ...ATOMIC, remembers: "nothing" },
  "twins-removed": { ...ATOMIC, twins: "all are removed" },
};
