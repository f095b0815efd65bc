import type { Index } from "../../../spec/automaton/index.ts";
import type { LinkNorm } from "./link.ts";

/*
 * A schedule is everything that is decided about a run before it starts, as plain data: the seed of the
 * dice, and a list of items. A fault is one item with the time that it lasts, so no list of items
 * leaves a process down or a network cut for good: a minimiser may take out any of them.
 */

/** What a client is asked to do. `value` is null where the kind needs none. */
export interface ClientOperation {
  readonly kind: string;
  readonly key: string;
  readonly value: string | null;
}

interface Lasting {
  readonly atMs: number;
  readonly forMs: number;
}

/** On which links: null is all. */
interface OnLinks {
  readonly from: Index | null;
  readonly to: Index | null;
}

/** One thing that happens to a run. */
export type Item =
  | {
      readonly kind: "invoke";
      readonly atMs: number;
      readonly process: Index;
      readonly operation: ClientOperation;
      /** begins once the client has nothing else under way on the key, as somebody who waits */
      readonly waits?: true;
    }
  /** dies, loses what is not synced, and starts again */
  | ({ readonly kind: "crash"; readonly process: Index } & Lasting)
  /** dies, finds a changed byte on its disk, and starts again: it may refuse to, for good */
  | ({ readonly kind: "corrupt"; readonly process: Index } & Lasting)
  /** stands still, and then takes all that has come */
  | ({ readonly kind: "pause"; readonly process: Index } & Lasting)
  /** has no room for writes; a process that stopped itself for it is started again when there is */
  | ({ readonly kind: "disk-full"; readonly process: Index } & Lasting)
  /** its writes take so much longer */
  | ({ readonly kind: "slow-disk"; readonly process: Index; readonly delayMs: number } & Lasting)
  /** dies for good: for clients, since Definition 1 bounds what a faulty one leaves behind */
  | { readonly kind: "stop"; readonly atMs: number; readonly process: Index }
  /** its clock first jumps, and then has another rate */
  | ({
      readonly kind: "skew";
      readonly process: Index;
      readonly jumpMs: number;
      readonly ratePercent: number;
    } & Lasting)
  /** cuts a side from all others: what leaves it, what comes to it, or both */
  | ({
      readonly kind: "partition";
      readonly side: readonly Index[];
      readonly direction: "both" | "out" | "in";
    } & Lasting)
  | ({ readonly kind: "loss"; readonly percent: number } & OnLinks & Lasting)
  | ({ readonly kind: "duplicate"; readonly percent: number } & OnLinks & Lasting)
  | ({ readonly kind: "reorder"; readonly percent: number } & OnLinks & Lasting)
  | ({ readonly kind: "delay"; readonly delayMs: number } & OnLinks & Lasting)
  /** ends the connection of two processes with all that is on its wire */
  | {
      readonly kind: "tear";
      readonly atMs: number;
      readonly one: Index;
      readonly other: Index;
    }
  /** from now on for good; it is started anew unless the run has not begun */
  | {
      readonly kind: "byzantine";
      readonly atMs: number;
      readonly process: Index;
      readonly behaviour: string;
    };

export type ItemKind = Item["kind"];

/** What a schedule is for. */
export interface System {
  readonly protocol: string;
  /** what it replicates, if it replicates a service: the name of a built-in */
  readonly service?: string;
  /** the rules that the protocol runs under: "repaired", or a printed or mutant variant */
  readonly variant: string;
  /** f */
  readonly faults: number;
}

export interface Schedule {
  readonly version: 1;
  /** hosts run by its name alone; toys do not need it */
  readonly system?: System;
  readonly seed: number;
  readonly processes: readonly Index[];
  /** virtual time after which the run ends; every operation must have returned by then */
  readonly durationMs: number;
  readonly network: LinkNorm;
  readonly items: readonly Item[];
}

/** When an item is over. */
export function endMsOf(item: Item): number {
  return "forMs" in item ? item.atMs + item.forMs : item.atMs;
}
