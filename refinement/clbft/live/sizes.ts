import type { CalmSize } from "./calm.ts";
import type { LemmaSize } from "./lemma.ts";
import type { LiveSize } from "./problems.ts";

const BASE: LiveSize = { faulty: [0], views: 2, numbers: 1, requests: [1] };

/** Instances in which what is asked is executed in the end; the last view is stable. */
export const LIVE = {
  first: BASE,
  nobody: { ...BASE, faulty: [] },
  equivocates: { ...BASE, requests: "twins" },
  gap: { ...BASE, numbers: 2 },
  checkpoints: { ...BASE, checkpoints: { every: 1, window: 2 } },
  /** the log is full after each number: nothing goes on where nothing becomes stable */
  full: {
    ...BASE,
    faulty: [3],
    views: 1,
    numbers: 2,
    requests: [2],
    checkpoints: { every: 1, window: 1 },
  },
  checkpointsNobody: {
    ...BASE,
    faulty: [],
    numbers: 1,
    checkpoints: { every: 1, window: 2 },
  },
  threeFirst: { ...BASE, views: 3 },
  threeSecond: { ...BASE, views: 3, faulty: [1] },
} as const satisfies Readonly<Record<string, LiveSize>>;

const ASKED = { ...BASE, held: "by all but the watched" } as const;
const UNKNOWN = { ...BASE, held: "by nobody" } as const;

/** Instances of Lemma 10. */
export const LEMMA = {
  askedPrimary: { ...ASKED, faulty: [3], of: 0 },
  askedNext: { ...ASKED, of: 1 },
  askedUnderCorrect: { ...ASKED, faulty: [3], of: 1 },
  askedBackup: { ...ASKED, of: 2 },
  primary: { ...BASE, faulty: [3], of: 0 },
  primaryAlone: { ...UNKNOWN, faulty: [1], views: 3, of: 0 },
  backup: { ...BASE, of: 2 },
  unknown: { ...UNKNOWN, of: 2 },
  unknownNext: { ...UNKNOWN, of: 1 },
  unknownInThree: { ...UNKNOWN, views: 3, of: 2 },
} as const satisfies Readonly<Record<string, LemmaSize>>;

/** How far the view change was explored with requests in three views. */
export const THREE_VIEWS = {
  shares: "clbft epochs",
  tier: "nightly",
  maxStates: 1_500_000,
  pinned: { states: 1_500_000, depth: 14 },
  because: "three views; nothing was violated up to here",
} as const;

/** The view change as an epoch change: nobody holds a request, so that complaints alone move it. */
export const EPOCHS = {
  first: UNKNOWN,
  /** the primary of the last view is faulty, which only a mutant's safety is asked of */
  second: { ...UNKNOWN, faulty: [1] },
  threeFirst: { ...UNKNOWN, views: 3 },
  two: { ...UNKNOWN, requests: [0] },
  idle: { ...UNKNOWN, views: 3, requests: [0] },
  idleSecond: { ...UNKNOWN, views: 3, requests: [0], faulty: [1] },
} as const satisfies Readonly<Record<string, LiveSize>>;

const a = { t: 1, op: "a", at: [0, 1] };
const BACKUP_3 = { clientWindow: 1, faulty: [3] };

/** A correct primary of view 0, and what clients hand to whom. */
export const CALM = {
  backupAlone: {
    ...BACKUP_3,
    name: "3 correct, faulty: backup 3, a request to a backup alone",
    asked: [{ ...a, at: [1] }],
  },
  twins: {
    ...BACKUP_3,
    name: "3 correct, faulty: backup 3, two operations under one timestamp",
    asked: [a, { t: 1, op: "b", at: [1, 2] }],
  },
  leavesWindow: {
    clientWindow: 2,
    faulty: [3],
    name: "3 correct, faulty: backup 3, t = 3 to the primary and 1 to a backup, window 2",
    asked: [
      { t: 3, op: "c", at: [0] },
      { t: 1, op: "a", at: [1] },
    ],
  },
  ahead: {
    ...BACKUP_3,
    name: "3 correct, faulty: backup 3, t = 1 to the primary and 2 to a backup, window 1",
    asked: [
      { ...a, at: [0] },
      { t: 2, op: "b", at: [1] },
    ],
  },
  anything: {
    ...BACKUP_3,
    name: "3 correct, faulty: backup 3, t = 1 and 2 to anybody, window 1",
    asked: [
      { t: 1, op: "a", at: [0, 1, 2] },
      { t: 2, op: "b", at: [0, 1] },
    ],
  },
  allCorrect: {
    ...BACKUP_3,
    faulty: [],
    name: "4 correct, a request to the primary and a backup",
    asked: [a],
  },
} as const satisfies Readonly<Record<string, CalmSize>>;
