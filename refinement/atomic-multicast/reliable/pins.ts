import type { Case } from "../../../spec/automaton/index.ts";

/*
 * States and levels of the CI instances, by exploration. A changed count is a reviewed change.
 */
export const PINS: Readonly<Record<string, NonNullable<Case["pinned"]>>> = {
  "printed on 1 faulty of 4, 0 of a correct client, twins of a faulty client, width 2": {
    states: 15625,
    depth: 19,
  },
  "printed on 1 faulty of 4, 2 of a correct client, width 2": { states: 16003, depth: 23 },
  "repaired on 1 faulty of 4, 0 of a correct client, two numbers of a faulty client, width 2": {
    states: 15625,
    depth: 19,
  },
  "repaired on 1 faulty of 4, 1 of a correct client, twins of a faulty client, width 2": {
    states: 92583,
    depth: 21,
  },
  "repaired on 1 faulty of 4, 2 of a correct client, width 2": { states: 16003, depth: 23 },
  "repaired on 3 faulty of 4, 2 of a correct client, twins of a faulty client, width 2": {
    states: 387,
    depth: 14,
  },
  "without relay on 1 faulty of 4, 2 of a correct client, width 2": { states: 813, depth: 17 },
};
