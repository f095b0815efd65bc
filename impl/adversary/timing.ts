import type { ProcessHost } from "../network/process.ts";
import { type Aim, aimed } from "./aim.ts";
import type { Behaviour, Parcel } from "./behaviour.ts";
import { assertCount, below, shuffled } from "./dice.ts";

/** The most messages that a process holds; what comes beyond goes out at once. */
const HELD_MAX = 10_000;
/** 1 hour */
const DELAY_MS_MAX = 3_600_000;

const pass = ({ unit, to, message }: Parcel, host: ProcessHost) => host.send(unit, to, message);

export interface DelayOptions extends Aim {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Holds messages for a time between `minMs` and `maxMs`, drawn for each. Models a slow process and
 * answers that come when nobody awaits them any more: finds time-outs taken for proofs, and late votes
 * that reach the next view (known bugs 11, 13). It cannot hold what others send.
 * @throws RangeError for times that are no integers from 0 to an hour
 */
export function delay(options: Partial<DelayOptions> = {}): Behaviour {
  const { minMs = 0, maxMs = Math.max(minMs, 1_000), ...aim } = options;
  assertCount("minMs", minMs, 0, DELAY_MS_MAX);
  assertCount("maxMs", maxMs, minMs, DELAY_MS_MAX);
  aimed(aim);
  return {
    name: "delay",
    begin() {
      const isLate = aimed(aim);
      let held = 0;
      return {
        send(parcel, host) {
          if (!isLate(parcel, host) || held >= HELD_MAX) return pass(parcel, host);
          held += 1;
          host.after(minMs + below(host, maxMs - minMs + 1), () => {
            held -= 1;
            pass(parcel, host);
          });
        },
      };
    },
  };
}

export interface DuplicateOptions extends Aim {
  /** how often it is sent again, from 1 to 100 */
  readonly copies: number;
  /** copies come up to so many milliseconds later; 0: at once */
  readonly laterMs: number;
}

/**
 * Sends messages more than once. Finds votes that are counted by message and not by signer, and
 * certificates that a second vote destroys (known bugs 4, 15).
 * @throws RangeError for numbers outside their bounds
 */
export function duplicate(options: Partial<DuplicateOptions> = {}): Behaviour {
  const { copies = 1, laterMs = 0, ...aim } = options;
  assertCount("copies", copies, 1, 100);
  assertCount("laterMs", laterMs, 0, DELAY_MS_MAX);
  aimed(aim);
  return {
    name: "duplicate",
    begin() {
      const isRepeated = aimed(aim);
      let held = 0;
      return {
        send(parcel, host) {
          pass(parcel, host);
          if (!isRepeated(parcel, host)) return;
          for (let copy = 0; copy < copies; copy += 1) {
            if (laterMs === 0) pass(parcel, host);
            else if (held < HELD_MAX) {
              held += 1;
              host.after(below(host, laterMs + 1), () => {
                held -= 1;
                pass(parcel, host);
              });
            }
          }
        },
      };
    },
  };
}

export interface ReorderOptions {
  /** how many messages wait for others to overtake them, from 1 to 1,000 */
  readonly window: number;
  /** after so many milliseconds all that wait are sent, shuffled, so that nothing is kept for ever */
  readonly flushMs: number;
}

/**
 * Sends messages in another order than they were made, across peers and units. A transport that keeps
 * the order of one connection hides such schedules. Finds state that assumes it: a commit before its
 * prepare, a new view before its view changes (known bugs 7, 11).
 * @throws RangeError for numbers outside their bounds
 */
export function reorder(options: Partial<ReorderOptions> = {}): Behaviour {
  const { window = 8, flushMs = 100 } = options;
  assertCount("window", window, 1, 1_000);
  assertCount("flushMs", flushMs, 0, DELAY_MS_MAX);
  return {
    name: "reorder",
    begin() {
      let waiting: Parcel[] = [];
      return {
        send(parcel, host) {
          if (waiting.length === 0) {
            host.after(flushMs, () => {
              const all = waiting;
              waiting = [];
              for (const one of shuffled(host, all)) pass(one, host);
            });
          }
          waiting.push(parcel);
          if (waiting.length <= window) return;
          const [first] = waiting.splice(below(host, waiting.length), 1);
          if (first !== undefined) pass(first, host);
        },
      };
    },
  };
}
