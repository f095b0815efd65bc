import { automaton, type Input, volatile } from "../../spec/automaton/index.ts";
import { type AgreementActions, type AgreementState, awaitsPrimary } from "./agreement/state.ts";
import type { Replica } from "./messages.ts";

type PayloadOf<K extends keyof AgreementActions> = AgreementActions[K]["payload"];

/** What agreement says and hears of progress. */
export interface TimerActions {
  "SEND-VIEW-CHANGE": Input<PayloadOf<"SEND-VIEW-CHANGE">>;
  "SEND-NEW-VIEW": Input<PayloadOf<"SEND-NEW-VIEW">>;
  "NEW-VIEW": Input<PayloadOf<"NEW-VIEW">>;
  EXECUTE: Input<PayloadOf<"EXECUTE">>;
}

export interface TimerState {
  readonly doublings: number;
  readonly entered: boolean;
  readonly executed: number;
}

export interface TimerOptions {
  readonly self: Replica;
  /**
   * How often the base time is doubled at most. The longest time-out must exceed what a view change and
   * a request take once the network is timely, else no view ever lasts; a faulty primary can delay each
   * of its views by as much.
   */
  readonly doublingsMax: number;
  /** after how many batches in one view a doubling is taken back; at least 1 */
  readonly recoverAfter: number;
}

/**
 * How long to wait for a primary: OSDI 1999, section 4.5.2. The time doubles with each view change that follows another
 * without anything executed between, and comes back step by step, not at once: else a network that is always
 * slower than the base time pays for each batch with as many view changes as there are doublings.
 *
 * It changes no other automaton: agreement is safe whenever SUSPECT comes.
 */
export function timer({ self, doublingsMax, recoverAfter }: TimerOptions) {
  const at = { replica: self };
  return automaton<TimerState, TimerActions>("timer", {
    process: self,
    fields: {
      doublings: volatile("how often the base time is doubled", "`doublingsMax`"),
      entered: volatile("whether its view is entered, as far as it heard"),
      executed: volatile(
        "batches in this view, counted again from 1 when a doubling is taken back",
        "`recoverAfter`",
      ),
    },
    start: { doublings: 0, entered: true, executed: 1 },
    transitions: {
      "SEND-VIEW-CHANGE": {
        kind: "input",
        at,
        cite: "CLBFT.TIMER",
        effect(s) {
          if (s.executed === 0) s.doublings = Math.min(s.doublings + 1, doublingsMax);
          s.executed = 0;
          s.entered = false;
        },
      },
      "SEND-NEW-VIEW": { kind: "input", at, cite: "CLBFT.TIMER", effect: enter },
      "NEW-VIEW": { kind: "input", at, cite: "CLBFT.TIMER", effect: enter },
      EXECUTE: {
        kind: "input",
        at,
        cite: "CLBFT.TIMER",
        effect(s) {
          if (!s.entered) return;
          s.executed += 1;
          if (s.executed <= recoverAfter) return;
          s.executed = 1;
          s.doublings = Math.max(0, s.doublings - 1);
        },
      },
    },
  });
}

function enter(s: { entered: boolean }) {
  s.entered = true;
}

/**
 * What a replica's clock runs for, as a text; null: it is stopped. Whenever the text changes the clock starts again, and
 * when it runs out the replica suspects its view. The text names the *oldest* request that waits:
 * a primary that executes others and never this one is suspected.
 * @param enough whether 2f + 1 replicas are known to change to this view or later ones: a view change
 *   waits for them before its clock starts, so that a replica does not run ahead alone
 */
export function clockOf(s: AgreementState, enough: boolean): string | null {
  if (!awaitsPrimary(s)) return null;
  if (!s.active) return enough ? `change to ${s.view}` : null;
  const [oldest] = s.waiting;
  if (oldest !== undefined) return `${s.view}: ${oldest.client} ${oldest.t}`;
  return `${s.view}: batch ${s.executed + 1}`;
}
