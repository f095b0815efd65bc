/** Which reading of Algorithm 5 a system runs. */
export interface ReliableRules {
  /**
   * D.RM.DELIVER, "first reception": of a number in the window, which bounds the memory; or, as
   * printed, of a message, and whoever signs many under one number makes replicas remember all
   */
  readonly firstReception: "of its number" | "of the message";
  /** D.RM.DELIVER: what is received for the first time is sent to all */
  readonly relays: boolean;
  /** D.RM.DELIVER: only what its client signed counts */
  readonly checksSignatures: boolean;
  /** D.RM.DELIVER: only the first reception counts */
  readonly once: boolean;
}

/** What we check and run. */
export const RELIABLE: ReliableRules = {
  firstReception: "of its number",
  relays: true,
  checksSignatures: true,
  once: true,
};

/** Algorithm 5 to the letter: its memory has no bound. */
export const RELIABLE_PRINTED: ReliableRules = { ...RELIABLE, firstReception: "of the message" };

/** Bugs that the claims must kill. */
export const RELIABLE_MUTANTS: Readonly<Record<string, ReliableRules>> = {
  "no-relay": { ...RELIABLE, relays: false },
  "signature-not-checked": { ...RELIABLE, checksSignatures: false },
  "delivers-again": { ...RELIABLE, once: false },
};
