/**
 * What the detector does, each field one rule of rules.md that a mutant changes.
 * {@link DETECTOR_REPAIRED} is what we run.
 */
export interface DetectorRules {
  /** D.FD.TRUST: a suspicion that was wrong makes the time-out longer */
  readonly growsTimeouts: boolean;
  /** D.FD.TRUST: who is heard is trusted again */
  readonly withdraws: boolean;
  /** D.FD.TICK: more than nb · r messages without the expected one are suspect */
  readonly countsMessages: boolean;
  /** D.FD.HEARD: a message that came before does not count again */
  readonly countsOnlyNew: boolean;
  /** D.FD.EXPECT: the count begins anew with each instance (D-E03) */
  readonly countsByInstance: boolean;
  /** D.FD.HEARD: only what counts sets the clock back */
  readonly onlyNewResets: boolean;
  /** D.FD.EXPECT: suspicions outlive the wait in which they arose */
  readonly keepsSuspicions: boolean;
  /** D.FD.SUSPECT: each wait for a suspect is told, not only the one in which it became one */
  readonly tellsEachWait: boolean;
}

/** The detector that we check and run. */
export const DETECTOR_REPAIRED: DetectorRules = {
  growsTimeouts: true,
  withdraws: true,
  countsMessages: true,
  countsOnlyNew: true,
  countsByInstance: true,
  onlyNewResets: true,
  keepsSuspicions: true,
  tellsEachWait: true,
};

/** Bugs that the claims must kill, each named for its rule. */
export const DETECTOR_MUTANTS = {
  "time-out-never-grows": { ...DETECTOR_REPAIRED, growsTimeouts: false },
  "suspicion-never-withdrawn": { ...DETECTOR_REPAIRED, withdraws: false },
  "messages-not-counted": { ...DETECTOR_REPAIRED, countsMessages: false },
  "repeats-count": { ...DETECTOR_REPAIRED, countsOnlyNew: false },
  "count-over-all-instances": { ...DETECTOR_REPAIRED, countsByInstance: false },
  "repeats-set-the-clock-back": { ...DETECTOR_REPAIRED, onlyNewResets: false },
  "suspicions-end-with-the-wait": { ...DETECTOR_REPAIRED, keepsSuspicions: false },
  "suspect-told-once": { ...DETECTOR_REPAIRED, tellsEachWait: false },
} as const satisfies Readonly<Record<string, DetectorRules>>;
