import { insert } from "../../../spec/automaton/index.ts";

/**
 * Which numbers of one client are taken: all up to `upTo`, and those of `above`, a set that the
 * window's width bounds. Correct clients count from 1 without gaps and have fewer requests under way
 * than the width, so their next number is always open.
 */
export interface Window {
  readonly upTo: number;
  readonly above: readonly number[];
}

/** What is taken of a client before its first message. */
const EMPTY: Window = { upTo: 0, above: [] };

/** Whether a number is neither taken nor beyond the window. */
export function isOpen(window: Window | undefined, seq: number, width: number): boolean {
  const { upTo, above } = window ?? EMPTY;
  return Number.isSafeInteger(seq) && seq > upTo && seq <= upTo + width && !above.includes(seq);
}

/** The window with a number of it taken; it moves while its lowest numbers are taken. */
export function taking(window: Window | undefined, seq: number): Window {
  const { upTo, above } = window ?? EMPTY;
  const taken = [...above];
  insert(taken, seq);
  let low = upTo;
  while (taken[0] === low + 1) {
    taken.shift();
    low += 1;
  }
  return { upTo: low, above: taken };
}
