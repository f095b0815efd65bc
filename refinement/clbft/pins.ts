import type { ClbftSize } from "../../impl/clbft/model/instances.ts";
import type { Case } from "../../spec/automaton/index.ts";
import { CHECKPOINTS_TWO_NUMBERS, GAPS, GAPS_TWICE, SEVEN, TWICE } from "./sizes.ts";

type Pinned = NonNullable<Case["pinned"]>;

/** States and levels of the repaired protocol by instance, as explored. A changed count is a reviewed change. */
const PINS: Readonly<Record<string, Pinned>> = {
  "3 correct, faulty: backup 3, 1 view, 2 numbers, 2 requests of 2 clients, requests at any time, batches of 2":
    { states: 30601, depth: 27 },
  "3 correct, faulty: primary of view 0, 1 view, 2 numbers, 2 requests of 2 clients": {
    states: 180349,
    depth: 25,
  },
  "3 correct, faulty: primary of view 0, 2 views, 1 number, 2 requests of 2 clients": {
    states: 61052,
    depth: 23,
  },
  "3 correct, faulty: primary of view 1, 2 views, 1 number, 2 requests of 2 clients, requests at any time":
    { states: 118115, depth: 24 },
  "3 correct, faulty: backup 2, 2 views, 1 number, 2 requests of 2 clients, requests at any time": {
    states: 187825,
    depth: 26,
  },
  "3 correct, faulty: backup 3, 1 view, 2 numbers, 2 requests, checkpoints every 1, window 1": {
    states: 6702,
    depth: 31,
  },
  "4 correct, 2 views, 1 number, 1 request": { states: 130460, depth: 29 },
  "3 correct, faulty: primary of view 0, 2 views, 1 number, twin requests": {
    states: 61052,
    depth: 23,
  },
  "3 correct, faulty: backup 3, 2 views, 1 number, 2 requests of 2 clients, restart: primary of view 0, signers kept":
    { states: 49758, depth: 24 },
  "3 correct, faulty: primary of view 0, 2 views, 1 number, 2 requests of 2 clients, restart: backup 2":
    { states: 141094, depth: 24 },
  "3 correct, faulty: backup 3, 1 view, 2 numbers, 2 requests of 2 clients, checkpoints every 1, window 2":
    { states: 143627, depth: 31 },
  "3 correct, faulty: backup 3, 3 views, 1 number, 2 requests of 2 clients, not executed": {
    states: 176640,
    depth: 27,
  },
  "3 correct, faulty: primary of view 1, 2 views, 1 number, 2 requests of 2 clients, checkpoints every 1, window 2":
    { states: 156941, depth: 25 },
  "3 correct, faulty: primary of view 0, 1 view, 1 number, 2 requests of 2 clients, restart: backup 2, signers kept":
    { states: 1374, depth: 14 },
  "3 correct, faulty: backup 3, 1 view, 1 number, 1 request, checkpoints every 1, window 2, restart: backup 1, signers kept":
    { states: 2376, depth: 20 },
  "3 correct, faulty: primary of view 1, 2 views, 1 number, 2 requests of 2 clients, restart: backup 2, signers kept":
    { states: 107866, depth: 24 },
  "3 correct, faulty: primary of view 1, 3 views, 1 number, 2 requests of 2 clients": {
    states: 1736786,
    depth: 31,
  },
  "3 correct, faulty: primary of view 2, 3 views, 1 number, 2 requests of 2 clients": {
    states: 1269388,
    depth: 31,
  },
  "3 correct, faulty: backup 3, 3 views, 1 number, 2 requests of 2 clients": {
    states: 540984,
    depth: 30,
  },
  "3 correct, faulty: primary of view 1, 2 views, 2 numbers, 1 request": {
    states: 1006318,
    depth: 34,
  },
  "3 correct, faulty: primary of view 0, 1 view, 2 numbers, 2 requests": {
    states: 180349,
    depth: 25,
  },
  "3 correct, faulty: primary of view 0, 2 views, 1 number, 2 requests of 2 clients, checkpoints every 1, window 2":
    { states: 271800, depth: 26 },
  "3 correct, faulty: backup 3, 1 view, 2 numbers, 2 requests of 2 clients, checkpoints every 2, window 4":
    { states: 22797, depth: 28 },
  "3 correct, faulty: primary of view 1, 2 views, 1 number, 2 requests of 2 clients, restart: backup 2 and backup 3":
    { states: 131678, depth: 24 },
  "3 correct, faulty: backup 3, 1 view, 2 numbers, 2 requests of 2 clients, checkpoints every 1, window 2, restart: backup 1, signers kept":
    { states: 1076786, depth: 36 },
  "3 correct, faulty: primary of view 1, 2 views, 1 number, 2 requests of 2 clients, checkpoints every 1, window 2, restart: backup 2, signers kept":
    { states: 903038, depth: 30 },
  "3 correct, faulty: primary of view 0, 3 views, 1 number, 2 requests of 2 clients, not executed":
    { states: 1055611, depth: 28 },
  "3 correct, faulty: primary of view 1, 3 views, 1 number, 2 requests of 2 clients, not executed":
    { states: 580928, depth: 28 },
  "3 correct, faulty: primary of view 0, 2 views, 2 numbers, 1 request, not executed": {
    states: 976878,
    depth: 27,
  },
  "3 correct, faulty: backup 2, 2 views, 2 numbers, 2 requests of 2 clients, not executed": {
    states: 1286904,
    depth: 31,
  },
  "3 correct, faulty: primary of view 1, 2 views, 2 numbers, 2 requests of 2 clients, not executed":
    { states: 7864198, depth: 31 },
};

/** Instances that were not explored to the end, and what was explored of them. */
export const REACHED: readonly [ClbftSize, Pinned][] = [
  [TWICE.first, { states: 3_000_000, depth: 23 }],
  [CHECKPOINTS_TWO_NUMBERS, { states: 5_000_000, depth: 17 }],
  [SEVEN, { states: 1_000_000, depth: 11 }],
];

/** The same, where nothing is executed. */
export const REACHED_UNEXECUTED: readonly [ClbftSize, Pinned][] = [
  [GAPS.first, { states: 9_000_000, depth: 16 }],
  [GAPS_TWICE, { states: 5_000_000, depth: 13 }],
];

export function pinnedOf(variant: string, instance: string): Pick<Case, "pinned"> {
  const pinned = variant === "repaired" ? PINS[instance] : undefined;
  return pinned === undefined ? {} : { pinned };
}
