import type { Index } from "../../../spec/automaton/index.ts";
import type { LinkNorm } from "./link.ts";
import { type Label, type Stream, stream } from "./random.ts";
import { endMsOf, type Item, type ItemKind, type Schedule } from "./schedule.ts";

/** The kinds of items that are faults. */
export type FaultKind = Exclude<ItemKind, "invoke">;

export interface ScheduleOptions {
  readonly replicas: readonly Index[];
  readonly clients: readonly Index[];
  /** f: how many replicas are down, damaged or Byzantine at once, at most */
  readonly faults: number;
  /** @defaultValue 30 */
  readonly operations?: number;
  /** how many keys they are about. @defaultValue 3 */
  readonly keys?: number;
  /** the share of operations that read. @defaultValue 50 */
  readonly readPercent?: number;
  /** time with operations and faults. @defaultValue 10,000 */
  readonly busyMs?: number;
  /** time after it without any, in which everything has to end. @defaultValue 60,000 */
  readonly calmMs?: number;
  /** how many faults of each kind; see {@link INTENSITIES}. @defaultValue that of "rough" */
  readonly intensity?: Intensity;
  /** the behaviours that Byzantine replicas may have; without one none is Byzantine */
  readonly behaviours?: readonly string[];
  readonly network?: LinkNorm;
}

/** The most faults of each kind in one schedule. Kinds that are missing do not occur. */
export type Intensity = { readonly [Kind in FaultKind]?: number };

/** Intensities by name. */
export const INTENSITIES = {
  calm: {},
  rough: {
    byzantine: 1,
    crash: 6,
    partition: 3,
    pause: 2,
    loss: 3,
    duplicate: 2,
    reorder: 2,
    delay: 3,
    skew: 2,
    tear: 3,
    "disk-full": 1,
  },
  wild: {
    byzantine: 2,
    corrupt: 1,
    crash: 20,
    partition: 8,
    pause: 5,
    loss: 8,
    duplicate: 5,
    reorder: 5,
    delay: 8,
    skew: 5,
    tear: 10,
    "disk-full": 3,
  },
} as const satisfies Record<string, Intensity>;

/** A network of a data centre with a long tail, on which messages may overtake each other. */
export const DEFAULT_NORM: LinkNorm = {
  delayMsMin: 0.2,
  delayMsMax: 20,
  lossPercent: 0,
  duplicatePercent: 0.5,
  reorderPercent: 5,
};

/** Faults that count against f: the process is down, or not to be trusted. */
const COUNTED: ReadonlySet<ItemKind> = new Set(["byzantine", "corrupt", "crash", "disk-full"]);

/** In which order faults are made: those for good first, as the others have to leave room. */
const ORDER: readonly FaultKind[] = [
  "byzantine",
  "corrupt",
  "crash",
  "disk-full",
  "partition",
  "pause",
  "loss",
  "duplicate",
  "reorder",
  "delay",
  "skew",
  "tear",
];

/**
 * A schedule that a seed decides. Never are more than f replicas faulty at once: a Byzantine or damaged
 * one is faulty for good, one that crashed until it is back. Faults and operations end with the busy
 * part; the calm part is there for everything to finish.
 */
export function makeSchedule(seed: number, options: ScheduleOptions): Schedule {
  const { replicas, clients, busyMs = 10_000, calmMs = 60_000 } = options;
  const { network = DEFAULT_NORM } = options;
  const intensity: Intensity = options.intensity ?? INTENSITIES.rough;
  const items: Item[] = [];
  for (const kind of ORDER) {
    const dice = stream(seed, "schedule", kind);
    const count = dice.integer(0, intensity[kind] ?? 0);
    for (let nth = 0; nth < count; nth++) {
      const item = fault(kind, dice.substream(nth), options, busyMs);
      if (item !== null && leavesEnough(items, item, options)) items.push(item);
    }
  }
  items.push(...operations(stream(seed, "schedule", "invoke"), options, busyMs));
  items.sort((a, b) => a.atMs - b.atMs);
  const processes = [...replicas, ...clients];
  return { version: 1, seed, processes, durationMs: busyMs + calmMs, network, items };
}

function operations(
  random: Stream,
  { clients, operations: count = 30, keys = 3, readPercent = 50 }: ScheduleOptions,
  busyMs: number,
): Item[] {
  if (clients.length === 0) return [];
  return Array.from({ length: count }, (_, nth) => {
    const dice = random.substream(nth);
    const atMs = dice.integer(0, busyMs);
    const process = dice.pick(clients);
    const key = `key-${dice.integer(0, keys - 1)}`;
    const isRead = dice.percent(readPercent);
    // Every written value is another, so that a read shows whose write it saw.
    const operation = isRead
      ? { kind: "get", key, value: null }
      : { kind: "put", key, value: `value-${nth}` };
    return { kind: "invoke", atMs, process, operation };
  });
}

function fault(
  kind: FaultKind,
  dice: Stream,
  { replicas, clients, behaviours = [] }: ScheduleOptions,
  busyMs: number,
): Item | null {
  const all = [...replicas, ...clients];
  if (all.length < 2 || replicas.length === 0) return null;
  const die = (...labels: Label[]) => dice.substream(...labels);
  const atMs = die("at").integer(0, busyMs - 1);
  // Short ones most of the time: many faults that meet find more than one that lasts.
  const most = Math.min(busyMs - atMs, busyMs / 2);
  const forMs = 1 + Math.floor((most - 1) * die("for").fraction() ** 2);
  const who = die("who");
  const process = who.pick(all);
  const [from, to] = die("link").percent(30) ? [null, null] : who.sample(all, 2);
  const onLinks = { from: from ?? null, to: to ?? null };
  const amount = die("amount");
  switch (kind) {
    case "byzantine":
      if (behaviours.length === 0) return null;
      return {
        kind,
        // Most are faulty from the start; some begin with a correct past.
        atMs: die("late").percent(70) ? 0 : atMs,
        process: who.pick(replicas),
        behaviour: amount.pick(behaviours),
      };
    case "corrupt":
    case "disk-full":
      return { kind, process: who.pick(replicas), atMs, forMs };
    case "crash":
    case "pause":
      return { kind, process, atMs, forMs };
    case "skew": {
      const jumpMs = amount.percent(50) ? amount.integer(0, busyMs) : 0;
      return { kind, process, jumpMs, ratePercent: amount.integer(20, 400), atMs, forMs };
    }
    case "partition": {
      // Often one process alone, and never all of them.
      const size = amount.percent(50) ? 1 : amount.integer(1, all.length - 1);
      const direction = amount.pick(["both", "both", "out", "in"] as const);
      return { kind, side: who.sample(all, size), direction, atMs, forMs };
    }
    case "loss":
    case "duplicate":
    case "reorder":
      return { kind, percent: amount.integer(1, 100), ...onLinks, atMs, forMs };
    case "delay":
      return { kind, delayMs: amount.integer(1, 1_000), ...onLinks, atMs, forMs };
    case "tear": {
      const [one, other] = who.sample(all, 2) as [Index, Index];
      return { kind, one, other, atMs };
    }
  }
}

/** Whether at most f replicas are faulty at once if the item is added. */
function leavesEnough(items: readonly Item[], item: Item, options: ScheduleOptions): boolean {
  if (!COUNTED.has(item.kind)) return true;
  const faulty = [...items, item].filter(({ kind }) => COUNTED.has(kind));
  return faulty.every(({ atMs }) => faultyAt(faulty, atMs, options).size <= options.faults);
}

/** A Byzantine replica counts before it turns, too: what it signed then is worth no more. */
function faultyAt(items: readonly Item[], atMs: number, { replicas }: ScheduleOptions): Set<Index> {
  const faulty = new Set<Index>();
  for (const item of items) {
    if (!("process" in item) || !replicas.includes(item.process)) continue;
    const isForGood = item.kind === "byzantine" || item.kind === "corrupt";
    if (isForGood || (item.atMs <= atMs && atMs <= endMsOf(item))) faulty.add(item.process);
  }
  return faulty;
}
