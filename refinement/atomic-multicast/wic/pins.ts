import type { Case } from "../../../spec/automaton/index.ts";

/** States and levels by instance, as explored. A changed count is a reviewed change. */
export const PINS: Readonly<Record<string, NonNullable<Case["pinned"]>>> = {
  "3 correct, faulty: coordinator of 1, 1 round, 2 instances, no suspicions": {
    states: 10914,
    depth: 35,
  },
  "3 correct, faulty: coordinator of 1, 1 round, estimates: all": { states: 66313, depth: 19 },
  "3 correct, faulty: coordinator of 1, 1 round, suspicions one by one, deliveries owed": {
    states: 624,
    depth: 15,
  },
  "3 correct, faulty: coordinator of 1, 2 rounds": { states: 194850, depth: 29 },
  "3 correct, faulty: coordinator of 1, 2 rounds, suspicions one by one, deliveries owed": {
    states: 361108,
    depth: 30,
  },
  "3 correct, faulty: coordinator of 1, 3 rounds, in lockstep": { states: 573172, depth: 39 },
  "3 correct, faulty: coordinator of 2, 2 rounds": { states: 126544, depth: 28 },
  "3 correct, faulty: coordinator of 3, 1 round, 2 instances, no suspicions": {
    states: 2044,
    depth: 31,
  },
  "3 correct, faulty: coordinator of 3, 1 round, suspicions one by one, deliveries owed": {
    states: 376,
    depth: 15,
  },
  "3 correct, faulty: coordinator of 3, 2 rounds": { states: 59550, depth: 28 },
  "3 correct, faulty: coordinator of 3, 2 rounds, suspicions one by one, deliveries owed": {
    states: 52462,
    depth: 29,
  },
  "4 correct, 1 round, 2 instances, no suspicions": { states: 8221, depth: 43 },
  "4 correct, 3 rounds, in lockstep": { states: 1621867, depth: 53 },
  "4 correct, 2 rounds": { states: 271559, depth: 38 },
  "3 correct, faulty: coordinator of 3, 2 rounds, decisions told": { states: 145680, depth: 31 },
  "3 correct, faulty: coordinator of 2, 3 rounds, in lockstep": { states: 743006, depth: 39 },
  "3 correct, faulty: coordinator of 3, 3 rounds, in lockstep": { states: 1150190, depth: 39 },
  "3 correct, faulty: coordinator of 4, 3 rounds, in lockstep": { states: 575898, depth: 39 },
  "3 correct, faulty: coordinator of 1, 3 rounds": { states: 7478542, depth: 39 },
};
