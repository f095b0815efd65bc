import type { Index } from "../../../spec/automaton/index.ts";
import type { LinkNorm } from "./link.ts";
import { type Label, type Stream, stream } from "./random.ts";
import { endMsOf, type Item, type ItemKind, type Schedule, type System } from "./schedule.ts";

/** The kinds of items that are faults. */
export type FaultKind = Exclude<ItemKind, "invoke" | "stop">;

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
  /** the share of operations that begin only when the client has nothing else to do on their key.
   * @defaultValue 0 */
  readonly waitPercent?: number;
  /**
   * "counted": a replica that is down is one of f. "free": any number of replicas is down at a time,
   * all of them too, for protocols whose state survives crashes. @defaultValue "counted"
   */
  readonly crashes?: "counted" | "free";
  /** the behaviours of faulty clients: the last ones; without one all are correct */
  readonly clientBehaviours?: readonly string[];
  /** how many of the clients are faulty, if they have behaviours. @defaultValue 1 */
  readonly faultyClients?: number;
  /** what clients ask a service for, to draw from; without it they read and write registers */
  readonly texts?: readonly string[] | null;
  /** what it is for, as it is to stand in it */
  readonly system?: System;
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
    "slow-disk": 3,
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
    "slow-disk": 6,
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

/** How many crashes of replicas are crashes of all, where that is allowed. */
const POWER_PERCENT = 15;
/** How many of the operations on a service are asked for as reads. */
const SERVICE_READ_PERCENT = 25;
const STOP_PERCENT = 70;
const DELAY_MS_MAX = 1_000;

/** Faults that count against f: the process is not to be trusted, or is down. */
const FOR_GOOD: ReadonlySet<ItemKind> = new Set(["byzantine", "corrupt"]);
const COUNTED: ReadonlySet<ItemKind> = new Set([...FOR_GOOD, "crash", "disk-full"]);

/** In which order faults are made: those for good first, as the others have to leave room. */
const ORDER: readonly FaultKind[] = [
  "byzantine",
  "corrupt",
  "crash",
  "disk-full",
  "slow-disk",
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
      for (const item of faults(kind, dice.substream(nth), options, busyMs)) {
        if (leavesEnough(items, item, options)) items.push(item);
      }
    }
  }
  items.push(...faultyClients(stream(seed, "schedule", "clients"), options, busyMs));
  items.push(...operations(stream(seed, "schedule", "invoke"), options, busyMs));
  items.sort((a, b) => a.atMs - b.atMs);
  const processes = [...replicas, ...clients];
  const durationMs = busyMs + calmMs;
  const system = options.system === undefined ? {} : { system: options.system };
  return { version: 1, ...system, seed, processes, durationMs, network, items };
}

/** The last clients, faulty from the start; the very last one mostly stops. */
function faultyClients(random: Stream, options: ScheduleOptions, busyMs: number): Item[] {
  const { clients, clientBehaviours = [], faultyClients: count = 1 } = options;
  if (clientBehaviours.length === 0) return [];
  const faulty = clients.slice(-count);
  const items: Item[] = faulty.map((process, nth) => ({
    kind: "byzantine",
    atMs: 0,
    process,
    behaviour: random.substream(nth).pick(clientBehaviours),
  }));
  // It is asked for something at once, as behaviours act on what their process does.
  for (const process of faulty) {
    const put = { kind: "put", key: "key-0", value: `${process} 0` };
    const operation = options.texts == null ? put : invocation(random, options.texts);
    items.push({ kind: "invoke", atMs: 1, process, operation });
  }
  const [last] = faulty.slice(-1);
  const stop = random.substream("stop");
  if (last !== undefined && stop.percent(STOP_PERCENT)) {
    items.push({ kind: "stop", process: last, atMs: stop.integer(busyMs >> 1, busyMs) });
  }
  return items;
}

function operations(random: Stream, options: ScheduleOptions, busyMs: number): Item[] {
  const { clients, operations: count = 30, keys = 3, readPercent = 50, waitPercent = 0 } = options;
  if (clients.length === 0) return [];
  return Array.from({ length: count }, (_, nth): Item => {
    const dice = random.substream(nth);
    const atMs = dice.integer(0, busyMs);
    const process = dice.pick(clients);
    if (options.texts != null) {
      const operation = invocation(dice, options.texts);
      const invoke = { kind: "invoke", atMs, process, operation } as const;
      return dice.percent(waitPercent) ? { ...invoke, waits: true } : invoke;
    }
    const key = `key-${dice.integer(0, keys - 1)}`;
    const isRead = dice.percent(readPercent);
    // Every written value is another, so that a read shows whose write it saw.
    const operation = isRead
      ? { kind: "get", key, value: null }
      : { kind: "put", key, value: `value-${nth}` };
    const invoke = { kind: "invoke", atMs, process, operation } as const;
    return dice.percent(waitPercent) ? { ...invoke, waits: true } : invoke;
  });
}

/**
 * Whatever it does, an operation may be asked for as a read: that means the same. A client has one queue,
 * whatever it asks for.
 */
const invocation = (dice: Stream, texts: readonly string[]) => ({
  kind: dice.substream("kind").percent(SERVICE_READ_PERCENT) ? "read" : "invoke",
  key: "service",
  value: dice.substream("text").pick(texts),
});

/** A fault: mostly one item, and for a power failure one for each replica. */
function faults(kind: FaultKind, dice: Stream, options: ScheduleOptions, busyMs: number): Item[] {
  const item = fault(kind, dice, options, busyMs);
  if (item === null) return [];
  const isPower = options.crashes === "free" && dice.substream("power").percent(POWER_PERCENT);
  if (item.kind !== "crash" || !isPower) return [item];
  return options.replicas.map((process) => ({ ...item, process }));
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
  const process = die("process").pick(all);
  const [one, other] = who.sample(all, 2) as [Index, Index];
  const onLinks = die("link").pick([
    { from: one, to: other },
    { from: one, to: other },
    { from: one, to: null },
    { from: null, to: one },
    { from: null, to: null },
  ]);
  const amount = die("amount");
  const delayMsMost = Math.min(DELAY_MS_MAX, busyMs);
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
    case "slow-disk":
      return { kind, process, delayMs: amount.integer(1, delayMsMost), atMs, forMs };
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
      return { kind, delayMs: amount.integer(1, delayMsMost), ...onLinks, atMs, forMs };
    case "tear":
      return { kind, one, other, atMs };
  }
}

/** Whether at most f replicas are faulty at once if the item is added. */
function leavesEnough(items: readonly Item[], item: Item, options: ScheduleOptions): boolean {
  const counted = options.crashes === "free" ? FOR_GOOD : COUNTED;
  if (!counted.has(item.kind)) return true;
  const faulty = [...items, item].filter(({ kind }) => counted.has(kind));
  return faulty.every(({ atMs }) => faultyAt(faulty, atMs, options).size <= options.faults);
}

/** A Byzantine replica counts before it turns, too: what it signed then is worth no more. */
function faultyAt(items: readonly Item[], atMs: number, { replicas }: ScheduleOptions): Set<Index> {
  const faulty = new Set<Index>();
  for (const item of items) {
    if (!("process" in item) || !replicas.includes(item.process)) continue;
    if (FOR_GOOD.has(item.kind) || (item.atMs <= atMs && atMs <= endMsOf(item)))
      faulty.add(item.process);
  }
  return faulty;
}
