import type { WicSize } from "../../../impl/atomic-multicast/wic/instances.ts";

const ROUNDS: Omit<WicSize, "faulty" | "rounds"> = {
  instances: 1,
  estimates: "two",
  suspicion: "at once",
  tells: false,
};

/** Process r coordinates round r, process 0 round 4: so `faulty` says which round it coordinates. */
const rounds = (count: number, ...faulty: number[]): WicSize => ({
  ...ROUNDS,
  rounds: count,
  faulty,
});

/** Two rounds: the faulty process coordinates the first, the second, or none; or there is none. */
export const TWO_ROUNDS = {
  first: rounds(2, 1),
  second: rounds(2, 2),
  neither: rounds(2, 3),
  nobody: rounds(2),
} as const;

/** Three rounds, likewise; in any order. */
export const THREE_ROUNDS = {
  first: rounds(3, 1),
  second: rounds(3, 2),
  third: rounds(3, 3),
  none: rounds(3, 0),
  nobody: rounds(3),
} as const;

/** The same schedules in lockstep, an eighth or less of the states. */
export const inLockstep = (size: WicSize): WicSize => ({ ...size, lockstep: true });

/** One faulty process too many: the coordinators of both rounds, or of the second alone. */
export const TIGHT = rounds(2, 2, 3);

/** The detector says when, so that suspicions come one by one. */
export const ONE_BY_ONE: WicSize = { ...TWO_ROUNDS.first, suspicion: "detector" };

/** Two instances, one after the other. */
export const TWO_INSTANCES: WicSize = {
  ...rounds(1, 3),
  instances: 2,
  tells: true,
  suspicion: "never",
};
/** Both with two rounds and suspicions: more than was explored to the end. */
export const TWO_INSTANCES_TWO_ROUNDS: WicSize = {
  ...TWO_INSTANCES,
  faulty: [1],
  rounds: 2,
  suspicion: "at once",
  lockstep: true,
};
export const TWO_INSTANCES_FIRST: WicSize = { ...TWO_INSTANCES, faulty: [1] };
export const TWO_INSTANCES_NOBODY: WicSize = { ...TWO_INSTANCES, faulty: [] };

/** Every set of values that four processes can make, for validity. */
export const ALL_ESTIMATES: WicSize = { ...rounds(1, 1), estimates: "all" };
export const ALL_ESTIMATES_TWO_ROUNDS: WicSize = { ...rounds(2, 2), estimates: "all" };

/** One round, whose coordinator is faulty. */
export const ONE_ROUND = rounds(1, 1);
export const ONE_ROUND_TIGHT = rounds(1, 1, 2);
export const ALL_ESTIMATES_TIGHT: WicSize = { ...ALL_ESTIMATES, faulty: [1, 2] };

/** One value in instance 1, and f + 1 in instance 2. */
export const ONE_VALUE: WicSize = { ...rounds(1, 1), estimates: "one value first" };
export const ONE_VALUE_THEN_MORE: WicSize = {
  ...TWO_INSTANCES_FIRST,
  estimates: "one value first",
};

/** With proposers that are told what is decided. */
export const told = (size: WicSize): WicSize => ({ ...size, tells: true });

const ends = (size: WicSize): WicSize => ({ ...size, suspicion: "detector", owes: true });

/**
 * For what is owed: what correct processes send is delivered, and the coordinator of the last round is
 * correct and not suspected in it. In rounds before anybody may be.
 */
export const ENDS = {
  /** one round: its coordinator is trusted */
  trusted: ends(rounds(1, 3)),
  /** the same, for one value */
  oneValue: ends({ ...rounds(1, 3), estimates: "one value first" }),
  /** one round: its coordinator is faulty, and may bring one correct process to decide */
  alone: ends(rounds(1, 1)),
  /** the first coordinator is faulty */
  first: ends(rounds(2, 1)),
  /** the second of three is faulty */
  second: ends(rounds(3, 2)),
  /** neither is, but one process stays silent or helps to suspect */
  neither: ends(rounds(2, 3)),
} as const;
