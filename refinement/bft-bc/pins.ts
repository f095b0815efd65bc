import type { Pins } from "./safety.ts";

/*
 * States and levels of the CI instances of paper L, by exploration. A changed count is a reviewed
 * change.
 */
type Pin = Pins[string];
export const SAFETY: Pins = {};
export const READER: Pin = { states: 1, depth: 1 };
export const WRITER: Pin = { states: 1, depth: 1 };
export const CORRECT_CLIENTS: Pin = { states: 1, depth: 1 };
export const PLAIN: Pin = { states: 1, depth: 1 };
export const LURKING: Pin = { states: 1, depth: 1 };
export const STACKED: Pin = { states: 1, depth: 1 };
export const LURKING_AT_TWO: Pin = { states: 1, depth: 1 };
export const TS_C: Pin = { states: 1, depth: 1 };
export const TS_B_AND_C: Pin = { states: 1, depth: 1 };
