import type { InstanceSize } from "./system.ts";

/*
 * States and levels, by exploration. A changed count is a reviewed change.
 */
export const PINS = {
  PAIR: { states: 2014, depth: 30 },
  MUTE: { states: 2925, depth: 28 },
  MUTE_HURRIED: { states: 3739, depth: 24 },
  REPEATED: { states: 1801, depth: 22 },
  TALKS: { states: 2774, depth: 27 },
  TALKS_IN_TURN: { states: 117147, depth: 37 },
} as const;

/** One correct process waits for another, again and again. */
export const PAIR: InstanceSize = { processes: 2, coordinators: [1], delay: 2 };

/** One process waits for a correct one and for a mute one in turns. */
export const MUTE: InstanceSize = {
  processes: 4,
  coordinators: [1, 3],
  faulty: { at: 3, behaves: "mute" },
  delay: 1,
};

/** One process waits for one that talks without end and never says what is waited for. */
export const TALKS: InstanceSize = {
  processes: 2,
  coordinators: [1],
  faulty: { at: 1, behaves: "talks" },
  delay: 2,
};

/** The same beside a correct one, in turns. */
export const TALKS_IN_TURN: InstanceSize = { ...MUTE, faulty: { at: 3, behaves: "talks" } };

/** The same, and other processes may end each round early. */
export const hurried = (size: InstanceSize): InstanceSize => ({ ...size, hurried: true });
