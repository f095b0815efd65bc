import type { Pins } from "./safety.ts";

/*
 * States and levels of the CI instances of paper L, by exploration. A changed count is a reviewed
 * change.
 */
type Pin = Pins[string];
export const SAFETY: Pins = {
  "1 faulty of 4, c: 2 values to val 2": { states: 3181, depth: 12 },
  "1 faulty of 4, c: 1 values to val 2, b: 1 values": { states: 49871, depth: 20 },
  "0 faulty of 4, c: 2 values to val 2": { states: 13995, depth: 16 },
  "1 faulty of 4, c: 2 values to val 1, 1 writes": { states: 22249, depth: 19 },
  "1 faulty of 4, c: 2 values to val 1, 2 objects": { states: 15625, depth: 13 },
};
export const READER: Pin = { states: 3783, depth: 14 };
export const WRITER: Pin = { states: 42532, depth: 30 };
export const CORRECT_CLIENTS: Pin = { states: 215407, depth: 41 };
export const PLAIN: Pin = { states: 32710, depth: 34 };
export const LURKING: Pin = { states: 67283, depth: 20 };
export const STACKED: Pin = { states: 117644, depth: 36 };
export const LURKING_AT_TWO: Pin = { states: 101912, depth: 36 };
export const TS_C: Pin = { states: 6501583, depth: 33 };
export const TS_B_AND_C: Pin = { states: 976384, depth: 29 };
export const ALONE: Pin = { states: 2795, depth: 21 };
export const READER_INTERLEAVED: Pin = { states: 82488, depth: 31 };
export const RESTART_SIGNING: Pin = { states: 35456, depth: 14 };
export const RESTART_SIGNING_LOSSY: Pin = { states: 55568, depth: 20 };
export const RESTART_READING: Pin = { states: 326818, depth: 21 };
export const RESTART_READING_LOSSY: Pin = { states: 465552, depth: 34 };
export const RESTART_WRITING: Pin = { states: 4746, depth: 28 };
export const RESTART_WRITER: Pin = { states: 10284, depth: 29 };
export const RESTART_WRITING_LOSSY: Pin = { states: 268788, depth: 35 };
export const RESTART_READ_LOSSY: Pin = { states: 244, depth: 13 };
