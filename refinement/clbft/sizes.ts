import type { ClbftSize } from "../../impl/clbft/model/instances.ts";

/** One request of each of two clients, so that a faulty primary has something to equivocate with. */
const BASE: ClbftSize = { faulty: [], views: 1, numbers: 1, requests: [1, 1] };

/** Position v is the primary of view v. */
const of = (size: Partial<ClbftSize>): ClbftSize => ({ ...BASE, ...size });
const AT_ANY_TIME = { admission: "at any time" } as const;
const EVERY = { checkpoints: { every: 1, window: 2 } } as const;

/** Without a view change. */
export const NORMAL = {
  equivocation: of({ faulty: [0] }),
  twoNumbers: of({ faulty: [0], numbers: 2 }),
  oneClient: of({ faulty: [0], numbers: 2, requests: [2] }),
  again: of({ faulty: [0], numbers: 2, requests: [1] }),
  batches: of({ faulty: [3], numbers: 2, batchMax: 2, ...AT_ANY_TIME }),
} as const;

/** One view change: the primary of view 0 is faulty, or that of view 1, or a backup, or nobody. */
export const CHANGE = {
  first: of({ faulty: [0], views: 2 }),
  second: of({ faulty: [1], views: 2, ...AT_ANY_TIME }),
  backup: of({ faulty: [2], views: 2, ...AT_ANY_TIME }),
  /** the second, with requests in one order */
  fixed: of({ faulty: [1], views: 2 }),
  nobody: of({ views: 2, requests: [1] }),
  twins: of({ faulty: [0], views: 2, requests: "twins" }),
} as const;

/** Two view changes. */
export const TWICE = {
  first: of({ faulty: [0], views: 3 }),
  second: of({ faulty: [1], views: 3 }),
  third: of({ faulty: [2], views: 3 }),
  backup: of({ faulty: [3], views: 3 }),
} as const;

/** One view change with two numbers, so that one may be left out. */
export const GAPS = {
  first: of({ faulty: [0], views: 2, numbers: 2 }),
  second: of({ faulty: [1], views: 2, numbers: 2 }),
  backup: of({ faulty: [2], views: 2, numbers: 2 }),
  oneRequest: of({ faulty: [1], views: 2, numbers: 2, requests: [1] }),
  /** the primary may leave number 1 out */
  left: of({ faulty: [0], views: 2, numbers: 2, requests: [1] }),
} as const;
export const GAPS_TWICE = of({ faulty: [1], views: 3, numbers: 2 });

/** The same for claims about decisions: a third of the states, or less. */
export const unexecuted = (size: ClbftSize): ClbftSize => ({ ...size, executes: false });

/** With checkpoints, and state transfer. */
export const CHECKPOINTS = {
  normal: of({ faulty: [3], numbers: 2, ...EVERY }),
  one: of({ faulty: [3], requests: [1], ...EVERY }),
  second: of({ faulty: [3], numbers: 2, checkpoints: { every: 2, window: 4 } }),
  /** the log is full after each number, which no host configures: L > K there */
  full: of({ faulty: [3], numbers: 2, requests: [2], checkpoints: { every: 1, window: 1 } }),
  first: of({ faulty: [0], views: 2, ...EVERY }),
  change: of({ faulty: [3], views: 2, ...EVERY }),
  faultyNext: of({ faulty: [1], views: 2, ...EVERY }),
} as const;
export const CHECKPOINTS_TWO_NUMBERS = of({ faulty: [1], views: 2, numbers: 2, ...EVERY });

/** A replica restarts: a backup, or the primary; or two do. Where claims ask who signed, that is kept. */
const KEPT = { collapses: false } as const;
export const RESTART = {
  equivocation: of({ faulty: [0], restarts: [2], ...KEPT }),
  backup: of({ faulty: [0], views: 2, restarts: [2] }),
  primary: of({ faulty: [3], views: 2, restarts: [0], ...KEPT }),
  signing: of({ faulty: [1], views: 2, restarts: [2], ...KEPT }),
  twice: of({ faulty: [1], views: 2, restarts: [2, 3] }),
  one: of({ faulty: [3], requests: [1], restarts: [1], ...KEPT, ...EVERY }),
  checkpoints: of({ faulty: [3], numbers: 2, restarts: [1], ...KEPT, ...EVERY }),
  checkpointChange: of({ faulty: [1], views: 2, restarts: [2], ...KEPT, ...EVERY }),
} as const;

/** One faulty replica too many. */
export const TIGHT = of({ faulty: [0, 3] });

/** f = 2 of seven replicas, both primaries faulty. */
export const SEVEN = of({ faults: 2, faulty: [0, 1], views: 2 });
