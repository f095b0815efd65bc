import type { Case } from "../../../spec/automaton/index.ts";

/*
 * States and levels of the CI instances, by exploration. A changed count is a reviewed change.
 */
export const PINS: Readonly<Record<string, NonNullable<Case["pinned"]>>> = {
  "printed on 1 faulty of 4, 0 of correct clients, twins of a faulty one, 2 instances": {
    states: 138238,
    depth: 27,
  },
  "printed/D-E04 on 1 faulty of 4, 1 of correct clients, 2 instances": { states: 833, depth: 19 },
  "printed/D-E05 on 1 faulty of 4, 1 of correct clients, endless instances": {
    states: 71,
    depth: 13,
  },
  "repaired on 1 faulty of 4, 0 of correct clients, twins of a faulty one, 2 instances": {
    states: 11820,
    depth: 18,
  },
  "repaired on 1 faulty of 4, 0 of correct clients, twins of a faulty one, endless instances": {
    states: 3852,
    depth: 18,
  },
  "repaired on 1 faulty of 4, 1 of correct clients, 2 instances": { states: 751, depth: 16 },
  "repaired on 1 faulty of 4, 1 of correct clients, 2 instances, as specified": {
    states: 1959,
    depth: 16,
  },
  "repaired on 1 faulty of 4, 1 of correct clients, 3 instances, odd ones of one value": {
    states: 1023,
    depth: 19,
  },
  "repaired on 1 faulty of 4, 1 of correct clients, endless instances": { states: 211, depth: 16 },
  "repaired on 1 faulty of 4, 1 of correct clients, endless instances, odd ones of one value": {
    states: 421,
    depth: 22,
  },
  "repaired on 1 faulty of 4, 2 of correct clients at any time, 3 instances": {
    states: 398556,
    depth: 33,
  },
  "repaired on 1 faulty of 4, 2 of correct clients, 3 instances": { states: 579333, depth: 31 },
  "repaired on 1 faulty of 4, 2 of correct clients, 3 instances, proposed one by one": {
    states: 548732,
    depth: 31,
  },
};
