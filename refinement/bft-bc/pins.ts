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
export const LURKING: Pin = { states: 128718, depth: 26 };
export const STACKED: Pin = { states: 117644, depth: 36 };
export const LURKING_AT_TWO: Pin = { states: 101912, depth: 36 };
export const TS_C: Pin = { states: 6501583, depth: 33 };
export const TS_B_AND_C: Pin = { states: 976384, depth: 29 };
export const ALONE: Pin = { states: 2795, depth: 21 };
export const READ_BESIDE_SILENCE: Pin = { states: 82, depth: 14 };
export const FALLS_SILENT: Pin = { states: 162, depth: 15 };
export const WRITE_BESIDE_SILENCE: Pin = { states: 5770, depth: 36 };
export const WRITE_BESIDE_C: Pin = { states: 116520, depth: 34 };
export const WRITE_BESIDE_SILENCE_AND_C: Pin = { states: 45096, depth: 40 };
export const READER_INTERLEAVED: Pin = { states: 82488, depth: 31 };
export const RESTART_SIGNING: Pin = { states: 35456, depth: 14 };
export const RESTART_SIGNING_LOSSY: Pin = { states: 55568, depth: 20 };
export const RESTART_READING: Pin = { states: 326818, depth: 21 };
export const RESTART_READING_LOSSY: Pin = { states: 465552, depth: 34 };
export const RESTART_WRITING: Pin = { states: 4746, depth: 28 };
export const RESTART_WRITER: Pin = { states: 10284, depth: 29 };
export const RESTART_WRITING_LOSSY: Pin = { states: 268788, depth: 35 };
export const RESTART_READ_LOSSY: Pin = { states: 244, depth: 13 };
export const SPLIT_BY_LIES: Pin = { states: 600933, depth: 35 };
export const TWO_ABOVE_COMPLETED: Pin = { states: 1673, depth: 12 };
export const THREE_ABOVE_COMPLETED: Pin = { states: 9414, depth: 13 };
export const FOUR_IN_ONE_LIST: Pin = { states: 54, depth: 4 };
export const SIGNED_IN_ADVANCE: Pin = { states: 1824, depth: 12 };
export const BOTH_LISTS_READ: Pin = { states: 165655, depth: 38 };
export const B_ABOVE_C: Pin = { states: 1276, depth: 25 };
export const PRINTED_STRONG: Pin = { states: 33738, depth: 19 };
export const EARLY_BASE: Pin = { states: 4765, depth: 12 };
export const EARLY_OPT: Pin = { states: 93435, depth: 15 };
export const EARLY_STRONG: Pin = { states: 125, depth: 7 };
export const EARLY_STRONG_OPT: Pin = { states: 91743, depth: 15 };
export const RESTART_STRONG: Pin = { states: 580, depth: 8 };
export const RESTART_OPT: Pin = { states: 2434, depth: 12 };
export const RESTART_STRONG_WRITER: Pin = { states: 234, depth: 15 };
export const RESTART_OPT_WRITER: Pin = { states: 2652, depth: 16 };
/** The variants on instances of claims that ask all of them, by the instance's name. */
export const TS_VARIANTS = {
  strong: {
    "1 faulty of 4, c: 2 values to val 1": { states: 6031, depth: 17 },
    "1 faulty of 4, c: 1 values to val 2": { states: 135136, depth: 29 },
  },
  opt: { "1 faulty of 4, c: 1 values to val 1, reaching 2": { states: 8592, depth: 21 } },
  "strong-opt": { "1 faulty of 4, c: 1 values to val 1, reaching 2": { states: 8592, depth: 21 } },
};
const OF_OPT_LIST = "1 faulty of 4, c: 1 values to val 1, 3 requests of c given, 1 reads";
export const READER_VARIANTS = {
  strong: {
    "1 faulty of 4, c: 1 values to val 1, reaching 2, 1 reads": { states: 82488, depth: 31 },
  },
  opt: { [OF_OPT_LIST]: { states: 196208, depth: 35 } },
  "strong-opt": { [OF_OPT_LIST]: { states: 373616, depth: 37 } },
};
