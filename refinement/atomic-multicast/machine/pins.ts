import type { Case } from "../../../spec/automaton/index.ts";

/*
 * States and levels of the CI instances, by exploration. A changed count is a reviewed change.
 */
const PINS: Readonly<Record<string, NonNullable<Case["pinned"]>>> = {
  "repaired on 1 faulty of 4, 1 and 1 of correct clients, 1 of a faulty one": {
    states: 178724,
    depth: 28,
  },
  "repaired on 1 faulty of 4, 2 and 1 of correct clients": { states: 152807, depth: 31 },
  "repaired on 1 mute of 4, 2 and 1 of correct clients": { states: 33821, depth: 31 },
  "repaired on 1 request, replica#0 restarts once": { states: 113361, depth: 34 },
  "repaired on 1 request, the first coordinator mute": { states: 296386, depth: 39 },
  "repaired/no fallback on 1 request, the first coordinator correct": { states: 17850, depth: 33 },
  "without on 1 request to all": { states: 37050, depth: 33 },
};

/** What a case pins: nothing where it is expected to be violated, or explored nightly only. */
export function pinnedOf(variant: string, instance: string): Pick<Case, "pinned"> {
  const pinned = PINS[`${variant} on ${instance}`];
  return pinned === undefined ? {} : { pinned };
}
