import type { Reduction } from "../../../spec/automaton/index.ts";

/** Which reductions a row asks the checker for. */
export const REDUCTIONS = {
  none: [],
  symmetry: ["symmetry"],
  "partial-order": ["partial-order"],
  both: ["symmetry", "partial-order"],
} as const satisfies Record<string, readonly Reduction[]>;
export type Reductions = keyof typeof REDUCTIONS;

/** A row that our checker fills: one process. */
export interface OwnRow {
  readonly model: string;
  readonly size: number;
  readonly workers: number;
  readonly reductions: Reductions;
}

/** What a process measured of itself, from its start to its end. */
export interface Usage {
  readonly seconds: number;
  /** user and system time of all threads */
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** What was found; null where a checker does not say. */
export interface Figures extends Usage {
  readonly states: number;
  /** ours leave out steps that lead nowhere; the sketch of two-phase commit and SPIN count them */
  readonly transitions: number | null;
  readonly levels: number | null;
  readonly bytesPerState: number | null;
  readonly memoHitRate: number | null;
  readonly coldSteps: number | null;
  readonly coldMs: number | null;
  readonly notes: readonly string[];
}

/** How a row ended: with figures, or with the reason why it has none. */
export type Outcome = { readonly figures: Figures } | { readonly refused: string };

/** A line of the table. */
export interface Row {
  /** "two-phase-commit 9" */
  readonly model: string;
  /** quorate, sketch, spin */
  readonly by: string;
  readonly workers: number;
  readonly reductions: string;
  /** of the machine over the last minute, when the row began */
  readonly load: number;
  readonly outcome: Outcome;
  /** its CPU seconds over those of our row with one worker and no reduction */
  readonly ratio: number | null;
}

/** The usage of this process so far. */
export function usageSoFar(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    seconds: performance.now() / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMb: Math.round(maxRSS / 1024),
  };
}
