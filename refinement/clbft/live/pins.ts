import type { Case } from "../../../spec/automaton/index.ts";

/** States and levels by instance, as explored. A changed count is a reviewed change. */
export type Pins = Readonly<Record<string, NonNullable<Case["pinned"]>>>;

/** Of the repaired protocol alone. */
export const LIVE: Pins = {
  "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request": {
    states: 36_520,
    depth: 23,
  },
  "4 correct, 2 views, 1 number, 1 request": { states: 204_140, depth: 29 },
  "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request, checkpoints every 1, window 2":
    { states: 209_366, depth: 28 },
  "3 correct, faulty: primary of view 0, 2 views, 1 number, two operations under one timestamp": {
    states: 113_710,
    depth: 23,
  },
  "at most 3 doublings, back after 2": { states: 56, depth: 10 },
  "3 correct, faulty: backup 3, t = 3 to the primary and 1 to a backup, window 2": {
    states: 45_651,
    depth: 32,
  },
  "3 correct, faulty: backup 3, two operations under one timestamp": { states: 50_625, depth: 23 },
  "3 correct, faulty: backup 3, t = 1 to the primary and 2 to a backup, window 1": {
    states: 43_488,
    depth: 32,
  },
  "4 correct, a request to the primary and a backup": { states: 11_158, depth: 22 },
  "3 correct, faulty: backup 3, t = 1 and 2 to anybody, window 1": { states: 1_100_178, depth: 35 },
  "4 correct, 2 views, 1 number, 1 request, checkpoints every 1, window 2": {
    states: 968_934,
    depth: 34,
  },
};

/** With epochs recorded, and complaints. */
export const EPOCHS: Pins = {
  "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request, known to faulty clients alone, complaints":
    { states: 111_018, depth: 22 },
  "3 correct, faulty: primary of view 0, 3 views, 1 number, nothing is asked, complaints": {
    states: 6230,
    depth: 13,
  },
  "3 correct, faulty: primary of view 1, 3 views, 1 number, nothing is asked, complaints": {
    states: 14_410,
    depth: 13,
  },
};

/** With one replica watched, by line of Lemma 10. */
export const LEMMA: Readonly<Record<1 | 2 | 3 | 4 | 5 | 6 | 7, Pins>> = {
  1: {
    "3 correct, faulty: backup 3, 2 views, 1 number, 1 request: replica 1, asked later than others":
      { states: 265_981, depth: 25 },
    "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request: replica 1, asked later than others":
      { states: 332_948, depth: 25 },
    "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request: replica 2, asked later than others":
      { states: 464_867, depth: 25 },
  },
  2: {
    "3 correct, faulty: backup 3, 2 views, 1 number, 1 request: replica 0, asked later than others":
      { states: 51_377, depth: 25 },
    "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request: replica 1, asked later than others":
      { states: 173_500, depth: 25 },
  },
  3: {
    "3 correct, faulty: backup 3, 2 views, 1 number, 1 request: replica 0": {
      states: 48_411,
      depth: 23,
    },
  },
  4: {
    "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request, known to faulty clients alone: replica 2":
      { states: 133_760, depth: 25 },
    "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request: replica 2": {
      states: 90_857,
      depth: 23,
    },
  },
  5: {
    "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request: replica 2": {
      states: 65_543,
      depth: 23,
    },
  },
  6: {
    "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request, known to faulty clients alone: replica 2":
      { states: 176_770, depth: 25 },
  },
  7: {
    "3 correct, faulty: primary of view 0, 2 views, 1 number, 1 request, known to faulty clients alone: replica 1":
      { states: 96_402, depth: 25 },
  },
};

export function pinnedOf(pins: Pins, variant: string, instance: string): Pick<Case, "pinned"> {
  const pinned = variant === "repaired" ? pins[instance] : undefined;
  return pinned === undefined ? {} : { pinned };
}
