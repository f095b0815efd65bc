import type { Case } from "../../../spec/automaton/index.ts";

/*
 * States and levels of the instances, by exploration. A changed count is a reviewed change.
 */
const PINS: Readonly<Record<string, NonNullable<Case["pinned"]>>> = {
  "1 and 1 of two clients, the primary faulty": { states: 58769, depth: 23 },
  "2 concurrent of one client, 1 of a faulty one": { states: 7927, depth: 19 },
  "1 and 1 of two clients": { states: 981, depth: 15 },
  "1 and 1 of two clients, the faulty replica mute": { states: 819, depth: 15 },
  "1 and 1 of two clients, state transfer": { states: 119445, depth: 27 },
  "1 and 1 of two clients, who ask f + 1 correct replicas": { states: 357, depth: 15 },
  "two under one t, 1 of another client": { states: 3504, depth: 16 },
  "1 and 1 of two clients, asked": { states: 16017, depth: 19 },
};

/** What a case that holds pins. */
export function pinnedOf(instance: string): Pick<Case, "pinned"> {
  const pinned = PINS[instance];
  if (pinned === undefined) throw new RangeError(`nothing is pinned of ${instance}`);
  return { pinned };
}
